"""Why a request is refused. Pure."""


class RequestRefused(ValueError):
    """A request that is answered with a 4xx: the status, the field at fault, and what is wrong with it.

    The text is written for the caller and never repeats what was sent. `retry_seconds` is how long to wait
    before the same request may be accepted; None when it will never be.
    """

    def __init__(
        self, status: int, reason: str, field: str | None = None, retry_seconds: float | None = None
    ) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.status = status
        self.field = field
        self.retry_seconds = retry_seconds


def impossible(field: str, reason: str) -> RequestRefused:
    """The refusal (422) of a value that cannot be."""
    return RequestRefused(422, reason, field)
