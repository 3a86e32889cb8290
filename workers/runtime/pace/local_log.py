"""The calls that one process was let through: what a limiter goes by when it is on its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from workers.runtime.pace.quota import Quota


@dataclass
class LoggedCall:
    """When a call was let through (epoch ms), and its cost in tokens and micro-dollars."""

    at_ms: int
    tokens: int
    micro_dollars: int


class LocalLog:
    """A sliding log of calls by id, weighted with their tokens."""

    def __init__(self) -> None:
        self._calls: dict[str, LoggedCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call_id: str, call: LoggedCall, quota: Quota) -> None:
        """Enter a call; those that count no more leave."""
        self._prune(call.at_ms, quota)
        self._calls[call_id] = call

    def correct(self, call_id: str, tokens: int, micro_dollars: int) -> None:
        """Set what a call really took, if it still counts."""
        if call_id in self._calls:
            self._calls[call_id].tokens = tokens
            self._calls[call_id].micro_dollars = micro_dollars

    def remove(self, call_id: str) -> None:
        """Take a call back."""
        self._calls.pop(call_id, None)

    def extend(self, call_id: str, now_ms: int) -> None:
        """Count a call from now on."""
        if (call := self._calls.pop(call_id, None)) is not None:
            call.at_ms = now_ms
            self._calls[call_id] = call

    def younger_than(self, age_ms: int, now_ms: int) -> Iterator[tuple[str, LoggedCall]]:
        """The calls of the last milliseconds, oldest first."""
        return ((each, call) for each, call in self._calls.items() if call.at_ms > now_ms - age_ms)

    def wait_ms(self, now_ms: int, requests: int, tokens: int, quota: Quota) -> int:
        """How long until so many requests with so many tokens fit into the quota; 0 when they do now.

        Tokens as `Quota.counted` says. For more than a whole quota it is the least that it can take.
        """
        left = ((self._end_ms(call, now_ms, quota) - now_ms, call) for call in self._calls.values())
        ends = sorted((end, quota.counted(call.tokens)) for end, call in left if end > 0)
        return max(
            _wait_ms([(end, 1) for end, _ in ends], requests, quota.requests, quota.window_ms),
            _wait_ms(ends, tokens, quota.tokens, quota.window_ms),
        )

    def _prune(self, now_ms: int, quota: Quota) -> None:
        for call_id, call in list(self._calls.items()):
            if self._end_ms(call, now_ms, quota) > now_ms:
                break
            del self._calls[call_id]

    def _end_ms(self, call: LoggedCall, now_ms: int, quota: Quota) -> int:
        call.at_ms = min(call.at_ms, now_ms)  # a clock that was set back must not hold calls for hours
        return call.at_ms + quota.hold_ms(call.tokens)


def _wait_ms(ends: Sequence[tuple[int, int]], need: int, most: int, window_ms: int) -> int:
    """Until what is needed fits; `ends` are the time left to calls and what each frees, soonest first."""
    windows = max(0, ceil(need / most) - 1)
    excess = sum(freed for _, freed in ends) + need - (windows + 1) * most
    wait = 0
    for end, freed in ends:
        if excess <= 0:
            break
        excess -= freed
        wait = end
    return wait + windows * window_ms
