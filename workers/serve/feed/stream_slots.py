"""How many streams of the feed are open: some of each person, some in all. Pure."""

from collections import Counter

from workers.serve.tracking.refusal import RequestRefused

MOST_OF_PERSON = 5  # tabs
RETRY_SECONDS = 30.0


class StreamSlots:
    """The slots of open streams, at most `most`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def take(self, person: str) -> None:
        """Take a slot for a person; raises RequestRefused, 429 for too many of theirs and 503 for all."""
        if self._open[person] >= MOST_OF_PERSON:
            raise RequestRefused(429, "too many streams are open", retry_seconds=RETRY_SECONDS)
        if self._open.total() >= self._most:
            raise RequestRefused(503, "all streams are taken; ask for pages", retry_seconds=RETRY_SECONDS)
        self._open[person] += 1

    def free(self, person: str) -> None:
        """Give a person's slot back."""
        self._open[person] -= 1
        if self._open[person] <= 0:
            del self._open[person]

    def __len__(self) -> int:
        return self._open.total()
