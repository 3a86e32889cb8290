"""What came to the API: how much in all, and how much in the heaviest window. Pure."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

MOST_KEPT = 500_000  # arrivals


@dataclass
class Arrival:
    """A request: when it came, in seconds of a monotonic clock, the tokens of it and its answer, its status.

    Status 0: it is not answered yet, or was cut off.
    """

    at: float
    path: str
    tokens: int = 0
    status: int = 0


class Traffic:
    """Keeps the arrivals of all requests that count against the limits."""

    def __init__(self) -> None:
        self._arrivals: deque[Arrival] = deque(maxlen=MOST_KEPT)

    def arrived(self, at: float, path: str) -> Arrival:
        """A request came; its tokens and status are set when they are known."""
        arrival = Arrival(at, path)
        self._arrivals.append(arrival)
        return arrival

    def summary(self, seconds: float) -> dict[str, object]:
        """The totals, and the most requests and tokens in any window of so many seconds."""
        statuses = Counter(f"{each.path} {each.status}" for each in self._arrivals)
        requests, tokens = heaviest(self._arrivals, seconds)
        return {
            "requests": len(self._arrivals),
            "tokens": sum(each.tokens for each in self._arrivals),
            "statuses": dict(sorted(statuses.items())),
            "window_seconds": seconds,
            "heaviest_requests": requests,
            "heaviest_tokens": tokens,
        }


def heaviest(arrivals: Iterable[Arrival], seconds: float) -> tuple[int, int]:
    """The most requests, and the most tokens, that came within any window shorter than so many seconds."""
    window: deque[Arrival] = deque()
    tokens = most_requests = most_tokens = 0
    for arrival in arrivals:
        window.append(arrival)
        tokens += arrival.tokens
        while arrival.at - window[0].at >= seconds:
            tokens -= window.popleft().tokens
        most_requests, most_tokens = max(most_requests, len(window)), max(most_tokens, tokens)
    return most_requests, most_tokens
