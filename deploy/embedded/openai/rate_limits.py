"""The limits of the API: both refill continuously, up to what is allowed in a minute. Pure."""

from deploy.embedded.openai.errors import ApiError, rate_limited

MINUTE = 60.0


class Allowance:
    """What is left of a limit a minute; times are in seconds of a monotonic clock."""

    def __init__(self, limit: int, now: float) -> None:
        self.limit, self._left, self._at = limit, float(limit), now

    def left(self, now: float) -> float:
        """What is left now."""
        refilled = self._left + (now - self._at) * self.limit / MINUTE
        self._left, self._at = min(float(self.limit), refilled), now
        return self._left

    def seconds_until(self, amount: float, now: float) -> float:
        """When so much is left; what is more than the limit is there when all is."""
        return max(0.0, min(amount, self.limit) - self.left(now)) * MINUTE / self.limit

    def take(self, amount: float, now: float) -> None:
        """Take so much, which is there."""
        self._left = self.left(now) - min(amount, self.limit)


class RateLimits:
    """The requests and the tokens that a key may use."""

    def __init__(self, requests: int, tokens: int, now: float) -> None:
        self._by_name = {"requests": Allowance(requests, now), "tokens": Allowance(tokens, now)}

    def take(self, tokens: int, now: float) -> ApiError | None:
        """Take one request and its tokens; the error when they are not there, and nothing is taken."""
        amounts = {"requests": 1, "tokens": tokens}
        for name, allowance in self._by_name.items():
            if seconds := allowance.seconds_until(amounts[name], now):
                return rate_limited(name, seconds)
        for name, allowance in self._by_name.items():
            allowance.take(amounts[name], now)
        return None

    def headers(self, now: float) -> dict[str, str]:
        """What is left, as headers of an answer; `reset` is the time until all of it is there again."""
        found = {}
        for name, allowance in self._by_name.items():
            found[f"x-ratelimit-limit-{name}"] = str(allowance.limit)
            found[f"x-ratelimit-remaining-{name}"] = str(int(allowance.left(now)))
            found[f"x-ratelimit-reset-{name}"] = duration(allowance.seconds_until(allowance.limit, now))
        return found


def duration(seconds: float) -> str:
    """Seconds as the API writes them: `12ms`, `1.5s`, `6m0s`."""
    if seconds < 1:
        return f"{round(seconds * 1000)}ms"
    minutes, rest = divmod(round(seconds, 3), 60)
    return f"{int(minutes)}m{rest:g}s" if minutes else f"{rest:g}s"
