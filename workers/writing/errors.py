"""Why a text was not written."""


class WritingError(Exception):
    """A text could not be written. The message is the reason; it holds no text and no address.

    `reason` is its kind, for counts: timeout, connection, status, no-credit, stalled, refused, truncated,
    empty, schema, gate, limit, budget, batch.
    """

    def __init__(self, detail: str, reason: str = "other") -> None:
        super().__init__(detail)
        self.reason = reason


class RetryableError(WritingError):
    """A failed attempt that may succeed when repeated; `after` is the server's Retry-After in seconds."""

    def __init__(self, detail: str, reason: str = "status", after: float | None = None) -> None:
        super().__init__(detail, reason)
        self.after = after


class TruncatedError(WritingError):
    """An answer reached the bound of its tokens: with more of them it may be whole."""
