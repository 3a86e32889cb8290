"""Limits how often a person or an address may ask: a bucket of requests that fills up steadily. Pure.

The generic cell rate algorithm (ITU-T I.371): of each key one time is kept, at which its bucket is full.
"""

from collections import OrderedDict

MOST_KEYS = 100_000


class RateLimit:
    """At most `burst` requests at once, and `per_minute` in the long run, for each key.

    Of more than `most_keys` keys those that asked longest ago are forgotten. Times are seconds of any clock
    that only goes forward.
    """

    def __init__(self, per_minute: float, burst: int, most_keys: int = MOST_KEYS) -> None:
        self._interval = 60 / per_minute
        self._tolerance = self._interval * (burst - 1)
        self._most_keys = most_keys
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str, now: float) -> float:
        """Count one request; 0 when it is allowed, else the seconds until one is (it is then not counted)."""
        full_at = max(self._full_at.get(key, now), now)
        if (wait := full_at - now - self._tolerance) > 0:
            return wait
        self._full_at[key] = full_at + self._interval
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._most_keys:
            self._full_at.popitem(last=False)
        return 0.0

    def give_back(self, key: str) -> None:
        """Take back the count of one request, which came to nothing."""
        if key in self._full_at:
            self._full_at[key] -= self._interval
