"""What calls may take in a window: of all processes together, and of one that is on its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from workers.runtime.pace.durations import number_of

STRETCH = 1.1  # of the window: calls reach the service later than they were let through, and not evenly
LIMIT_REQUESTS, LIMIT_TOKENS = "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens"


@dataclass(frozen=True)
class Limits:
    """The most requests and tokens in a window, and micro-dollars in a UTC day, of all processes together."""

    requests: int
    tokens: int
    micro_dollars_a_day: int | None = None
    window_seconds: float = 60.0

    def __post_init__(self) -> None:
        if self.requests < 1 or self.tokens < 1 or self.window_seconds <= 0:
            raise ValueError("limits of requests and tokens are at least 1, the window is longer than 0 s")

    @property
    def window_ms(self) -> int:
        """The window in which calls are counted, a little longer than the service's."""
        return round(self.window_seconds * STRETCH * 1000)

    def lowered(self, headers: Mapping[str, str]) -> "Limits":
        """These limits, or the service's own where its headers name lower ones; never higher ones."""
        told = {name.lower(): number_of(value) for name, value in headers.items()}
        return replace(
            self,
            requests=_lower(self.requests, told.get(LIMIT_REQUESTS)),
            tokens=_lower(self.tokens, told.get(LIMIT_TOKENS)),
        )


@dataclass(frozen=True)
class Quota:
    """One process' part of the limits: calls and tokens in a window, which may have to be a longer one.

    With fewer requests than processes each has one request, in a window that is `stretch` times as long.
    """

    requests: int
    tokens: int
    window_ms: int
    stretch: float

    def counted(self, tokens: int) -> int:
        """The tokens that count against the quota; a call of more is possible, for all of it."""
        return min(tokens, self.tokens)

    def hold_ms(self, tokens: int) -> int:
        """How long a call counts: longer than the window when it takes more than the whole quota."""
        return round(self.window_ms * max(self.stretch, tokens / self.tokens))


def quota_of(limits: Limits, workers: int) -> Quota:
    """The part of one of so many processes that do not know of each other."""
    return Quota(
        max(1, limits.requests // workers),
        max(1, limits.tokens // workers),
        limits.window_ms,
        max(1.0, workers / limits.requests),
    )


def _lower(ours: int, told: float | None) -> int:
    return ours if told is None or told < 1 else min(ours, int(told))
