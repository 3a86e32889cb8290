"""Lets calls to a service through: never more than the limits in a window, of all processes together.

The limits are kept in Redis; without it each process keeps its part of them. While Redis goes or
returns, a window can hold calls of both kinds, so up to twice the limit. What a process reserved before it
crashed counts until the window, and for the budget until the day, is over.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from redis.asyncio import Redis

from workers.runtime.pace.day_spending import DaySpending, day_of, seconds_to_next_day
from workers.runtime.pace.limiter_metrics import OF_MODELS, LimiterMetrics
from workers.runtime.pace.local_log import LocalLog, LoggedCall
from workers.runtime.pace.quota import Limits, quota_of
from workers.runtime.pace.redis_scripts import NoAnswerError
from workers.runtime.pace.shared_log import Admission, CallRequest, SharedLog, Standing
from workers.runtime.pace.waiting_line import Waiter, WaitingLine

__all__ = ["LimitError", "Limiter", "Limits", "Reservation"]

ASK_SECONDS = 0.5  # the first in line asks this often: another process may have taken less than it reserved
JITTER_SECONDS = 0.02  # added to a wait, so that processes do not ask in the same millisecond


class LimitError(Exception):
    """A call is not let through.

    `reason`: "wait" (longer than allowed), "budget" (of the day), or "too-large" (it fits into no window).
    `seconds`: how long it would have to wait, which is the least that is known; None when that does not help.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason if seconds is None else f"{reason}: {seconds:.3f} s")
        self.reason = reason
        self.seconds = seconds


class Reservation:
    """What a call has reserved, until it is corrected or given back; none of it ever raises."""

    def __init__(self, limiter: "Limiter", request: CallRequest, loss: int | None) -> None:
        self._limiter = limiter
        self._request: CallRequest | None = request
        self._loss = loss  # the loss of Redis during which it was made, None for none

    async def correct(self, tokens: int, micro_dollars: int) -> None:
        """Set what the call really took; of several times the last one counts."""
        if self._request is not None:
            request, taken = self._request, (max(0, tokens), max(0, micro_dollars))
            self._request = replace(request, tokens=taken[0], micro_dollars=taken[1])
            await self._limiter.settle(request, self._loss, taken)

    async def extend(self) -> None:
        """Count the call from now on: it is answered, and nobody knows when it reached the service."""
        if self._request is not None:
            await self._limiter.extend(self._request)

    async def release(self) -> None:
        """Give everything back: the service was not asked."""
        if self._request is not None:
            request, self._request = self._request, None
            await self._limiter.settle(request, self._loss, None)


class Limiter:
    """Limits calls by requests, tokens and money. One event loop, one object.

    `name` is the prefix of its keys and its name in the metrics; `clock_ms` says the epoch ms; `workers` is
    how many processes there are, which matters only without Redis; `jitter` returns a number from 0 to 1.
    `metrics` are those of the service that is asked.
    """

    def __init__(
        self,
        redis: Redis | None,
        name: str,
        limits: Limits,
        clock_ms: Callable[[], int],
        workers: int = 1,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
        metrics: LimiterMetrics = OF_MODELS,
    ) -> None:
        self._metrics = metrics
        self.limits = limits
        self.name = name
        self._clock_ms = clock_ms
        self._workers = max(1, workers)
        self._sleep = sleep
        self._jitter = jitter
        self._spending = DaySpending()
        self._shared = SharedLog(redis, name, self._spending)
        self._alone = LocalLog()
        self._line = WaitingLine()
        self._asking = asyncio.Lock()
        self._restored_losses = 0
        self._id = secrets.token_hex(6)
        self._count = 0

    @property
    def is_local(self) -> bool:
        """Whether Redis does not answer, so that this process keeps to its own part of the limits."""
        return self._shared.is_lost

    def learn(self, headers: Mapping[str, str]) -> None:
        """Lower the limits to an answer's x-ratelimit-limit-requests and -tokens; never raise them."""
        self.limits = self.limits.lowered(headers)

    async def standing(self, window_ms: int | None = None) -> Standing:
        """What all processes have taken in the window of the limits, or in another one, and spent today.

        Raises NoAnswerError without Redis.
        """
        window = self.limits.window_ms if window_ms is None else window_ms
        return await self._shared.standing(day_of(self._clock_ms()), window)

    async def reserve(
        self, tokens: int, micro_dollars: int, longest_wait: float, priority: int = 5
    ) -> Reservation:
        """Wait until a call fits, for at most `longest_wait` seconds, and reserve what it takes.

        A higher priority comes first within the process. Raises LimitError, at once when the wait would be
        longer than allowed.
        """
        started = self._clock_ms()
        changed = asyncio.Event()
        waiter = self._line.join(priority, max(0, tokens), started + longest_wait * 1000, changed.set)
        try:
            reservation = await self._admit(waiter, changed, max(0, micro_dollars))
        except LimitError as error:
            self._metrics.refused(self.name, error.reason)
            raise
        finally:
            self._line.leave(waiter)
        seconds = max(0, self._clock_ms() - started) / 1000
        self._metrics.admitted(self.name, "local" if self.is_local else "shared", seconds)
        return reservation

    async def settle(self, request: CallRequest, loss: int | None, taken: tuple[int, int] | None) -> None:
        """Set what a call took, in tokens and micro-dollars; None when it was not made. For Reservation."""
        if taken is None:
            self._alone.remove(request.call_id)
        else:
            self._alone.correct(request.call_id, *taken)
        try:
            if taken is None:
                await self._shared.release(request)
            else:
                await self._shared.correct(request, *taken)
        except NoAnswerError:
            if loss is not None and loss > self._restored_losses:  # Redis has never heard of it
                spent = 0 if taken is None else taken[1]
                self._spending.spend_alone(request.day, spent - request.micro_dollars)
        self._line.wake_first()

    async def extend(self, request: CallRequest) -> None:
        """Count a call from now on. For Reservation."""
        self._alone.extend(request.call_id, self._clock_ms())
        with suppress(NoAnswerError):
            await self._shared.extend(request, self.limits.window_ms)

    async def _admit(self, waiter: Waiter, changed: asyncio.Event, micro_dollars: int) -> Reservation:
        self._count += 1
        call_id = f"{self._id}:{self._count}"
        while True:
            if waiter.tokens > self.limits.tokens:
                raise LimitError("too-large")
            changed.clear()
            async with self._asking:  # one at a time, or a call counts as one ahead and as one let through
                ahead = self._line.ahead_of(waiter)
                now = self._clock_ms()
                request = CallRequest(call_id, day_of(now), waiter.tokens, micro_dollars, *ahead)
                verdict, wait_ms = await self._ask(request, now)
                if verdict is Admission.ADMITTED:
                    self._line.leave(waiter)
                    return Reservation(self, request, self._shared.losses if self.is_local else None)
            now = self._clock_ms()
            if verdict is Admission.OVER_BUDGET:
                raise LimitError("budget", seconds_to_next_day(now))
            if wait_ms > 0 and now + wait_ms > waiter.deadline_ms:
                raise LimitError("wait", wait_ms / 1000)
            await self._pause(changed, self._pause_seconds(waiter, now, wait_ms))

    def _pause_seconds(self, waiter: Waiter, now_ms: int, wait_ms: int) -> float:
        if not self._line.is_first(waiter):  # it is woken when its turn comes
            left = (waiter.deadline_ms - now_ms) / 1000
            return left if left > 0 else ASK_SECONDS
        return min(wait_ms / 1000, ASK_SECONDS) + self._jitter() * JITTER_SECONDS

    async def _pause(self, changed: asyncio.Event, seconds: float) -> None:
        pauses = [asyncio.ensure_future(self._sleep(seconds)), asyncio.ensure_future(changed.wait())]
        try:
            await asyncio.wait(pauses, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pause in pauses:
                pause.cancel()

    async def _ask(self, request: CallRequest, now_ms: int) -> tuple[Admission, int]:
        try:
            verdict, wait_ms = await self._ask_shared(request, now_ms)
        except NoAnswerError:
            verdict, wait_ms = self._ask_alone(request, now_ms)
        except asyncio.CancelledError:
            await self.settle(request, None, None)  # Redis may have let it through already
            raise
        if verdict is Admission.ADMITTED:
            call = LoggedCall(now_ms, request.tokens, request.micro_dollars)
            self._alone.add(request.call_id, call, quota_of(self.limits, self._workers))
        return verdict, wait_ms

    async def _ask_shared(self, request: CallRequest, now_ms: int) -> tuple[Admission, int]:
        losses = self._shared.losses
        if self._restored_losses < losses:
            window_ms = self.limits.window_ms
            calls = self._alone.younger_than(window_ms, now_ms)
            await self._shared.restore(calls, now_ms, request.day, window_ms)
            self._restored_losses = losses
        answer = await self._shared.reserve(request, self.limits)
        self._metrics.spent(self.name, self._spending.shared(request.day))
        return answer

    def _ask_alone(self, request: CallRequest, now_ms: int) -> tuple[Admission, int]:
        budget = self.limits.micro_dollars_a_day
        if not self._spending.allows_alone(request.day, request.micro_dollars, budget, self._workers):
            return Admission.OVER_BUDGET, 0
        quota = quota_of(self.limits, self._workers)
        # what stands ahead was asked for whole, and may count less
        tokens = min(request.tokens_ahead, request.requests_ahead * quota.tokens)
        tokens += quota.counted(request.tokens)
        wait_ms = self._alone.wait_ms(now_ms, request.requests_ahead + 1, tokens, quota)
        if wait_ms > 0 or request.requests_ahead:
            return Admission.WAIT, wait_ms
        self._spending.spend_alone(request.day, request.micro_dollars)
        return Admission.ADMITTED, 0
