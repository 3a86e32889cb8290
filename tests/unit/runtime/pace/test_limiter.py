"""A limiter without Redis, by a clock that moves as it sleeps."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from structlog.testing import capture_logs

from workers.runtime.pace.limiter import Limiter, LimitError, Limits

START = 1_772_323_200_000  # 2026-03-01


IDLE_STEPS = 50  # of the event loop, after which everybody sleeps


class Clock:
    """Epoch ms that pass only when everybody sleeps, until the first of them wakes."""

    def __init__(self) -> None:
        self.now = START
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def __call__(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + round(seconds * 1000), woken))
        await woken

    async def run(self, *calls: Awaitable[Any]) -> list[Any]:
        """The results of calls that run at the same time."""
        together = asyncio.gather(*calls)
        while not together.done():
            for _ in range(IDLE_STEPS):
                await asyncio.sleep(0)
            self._wake_next()
        return await together

    def _wake_next(self) -> None:
        asleep = sorted((each for each in self._sleepers if not each[1].done()), key=lambda each: each[0])
        if asleep:
            self.now = max(self.now, asleep[0][0])
            asleep[0][1].set_result(None)
        self._sleepers = asleep


def limiter(clock: Clock, limits: Limits, workers: int = 1) -> Limiter:
    return Limiter(None, "test", limits, clock, workers, clock.sleep, lambda: 0.0)


async def test_a_call_that_is_extended_counts_from_then_on() -> None:
    """As long again, from the time at which it was answered."""
    clock = Clock()
    paced = limiter(clock, Limits(1, 10, None, 10.0))
    (reservation,) = await clock.run(paced.reserve(1, 0, 0))
    clock.now += 8_000
    await reservation.extend()

    assert (await refused(paced, 1, 0, 1)).seconds == pytest.approx(11)
    clock.now += 11_000
    await clock.run(paced.reserve(1, 0, 0))


async def refused(paced: Limiter, *call: Any) -> LimitError:
    with pytest.raises(LimitError) as caught:
        await paced.reserve(*call)
    return caught.value


async def test_without_redis_a_process_keeps_its_part_of_the_limits() -> None:
    """Which is said once."""
    clock = Clock()
    paced = limiter(clock, Limits(4, 100), workers=2)
    with capture_logs() as lines:
        await paced.reserve(20, 0, 0)
        clock.now += 1_000
        await paced.reserve(20, 0, 0)
        error = await refused(paced, 5, 0, 64)
        await clock.run(paced.reserve(5, 0, 66))

    assert paced.is_local
    assert [line["event"] for line in lines] == ["limiter: without Redis"]
    assert (error.reason, error.seconds) == ("wait", 65.0)
    assert clock.now == START + 66_000


async def test_a_call_of_more_than_its_part_is_let_through_and_counts_for_longer() -> None:
    clock = Clock()
    paced = limiter(clock, Limits(8, 100), workers=4)
    await paced.reserve(100, 0, 0)
    await clock.run(paced.reserve(25, 0, 600))

    assert clock.now == START + 4 * 66_000
    assert (await refused(paced, 101, 0, 600)).reason == "too-large"


async def test_learned_limits_hold_for_those_who_wait_as_well() -> None:
    """What fits no more into any window is refused."""
    clock = Clock()
    paced = limiter(clock, Limits(10, 100))
    await paced.reserve(60, 0, 0)
    waiting = asyncio.create_task(paced.reserve(50, 0, 600))
    for _ in range(3):
        await asyncio.sleep(0)
    paced.learn({"x-ratelimit-limit-tokens": "40", "x-ratelimit-limit-requests": "0"})

    with pytest.raises(LimitError, match="too-large"):
        await clock.run(waiting)
    assert (paced.limits.requests, paced.limits.tokens) == (10, 40)


async def test_a_correction_lets_the_next_one_through_at_once() -> None:
    clock = Clock()
    paced = limiter(clock, Limits(10, 100))
    first = await paced.reserve(100, 0, 0)
    assert (await refused(paced, 40, 0, 0)).reason == "wait"
    await first.correct(60, 0)
    second = await paced.reserve(40, 0, 0)
    await second.release()
    await second.correct(40, 0)
    await paced.reserve(40, 0, 0)

    assert clock.now == START


async def test_who_waits_is_woken_by_a_correction() -> None:
    """Without asking again and again: no time passes."""
    clock = Clock()
    paced = limiter(clock, Limits(10, 100))
    first = await paced.reserve(100, 0, 0)
    waiting = asyncio.create_task(paced.reserve(40, 0, 600))
    for _ in range(IDLE_STEPS):
        await asyncio.sleep(0)
    assert not waiting.done()
    await first.correct(60, 0)
    for _ in range(IDLE_STEPS):
        await asyncio.sleep(0)

    assert waiting.done()
    assert clock.now == START


async def test_the_budget_of_a_process_ends_with_the_day() -> None:
    """Its part of it; what was reserved and not spent is given back."""
    clock = Clock()
    paced = limiter(clock, Limits(100, 10_000, 1_000), workers=2)
    first = await paced.reserve(1, 400, 0)
    assert (await refused(paced, 1, 101, 600)).reason == "budget"
    await first.correct(1, 100)
    await paced.reserve(1, 400, 0)
    error = await refused(paced, 1, 1, 600)
    clock.now += 86_400_000
    await paced.reserve(1, 500, 0)

    assert (error.reason, error.seconds) == ("budget", 86_400)


async def test_the_highest_priority_comes_first_and_then_who_came_first() -> None:
    """E24: of the batches, too."""
    clock = Clock()
    paced = limiter(clock, Limits(1, 100))
    order: list[str] = []
    await paced.reserve(1, 0, 0)

    async def call(name: str, priority: int) -> None:
        await paced.reserve(1, 0, 10_000, priority)
        order.append(name)

    wanted = [("batch", 1), ("first", 5), ("second", 5), ("live", 10)]
    await clock.run(*(call(*each) for each in wanted))

    assert order == ["live", "first", "second", "batch"]
    assert clock.now == START + 4 * 66_000


async def test_the_wait_of_the_last_in_line_counts_all_before_it() -> None:
    """So it is refused at once, while those before it wait."""
    clock = Clock()
    paced = limiter(clock, Limits(1, 100))
    await paced.reserve(1, 0, 0)
    waiting = [asyncio.create_task(paced.reserve(1, 0, 10_000)) for _ in range(2)]
    await asyncio.sleep(0)
    error = await refused(paced, 1, 0, 190)
    await clock.run(*waiting)

    assert error.seconds == 198
    assert clock.now == START + 2 * 66_000


async def test_who_is_overtaken_and_cannot_wait_that_long_is_refused_at_once() -> None:
    """Not only when its time is over; who can wait goes on waiting."""
    clock = Clock()
    paced = limiter(clock, Limits(1, 100))
    await paced.reserve(1, 0, 0)
    patient, short = (asyncio.create_task(paced.reserve(1, 0, wait)) for wait in (10_000, 140))
    for _ in range(IDLE_STEPS):
        await asyncio.sleep(0)
    assert not short.done()
    urgent = asyncio.create_task(paced.reserve(1, 0, 10_000, 9))
    for _ in range(IDLE_STEPS):
        await asyncio.sleep(0)

    assert short.done()
    assert isinstance(short.exception(), LimitError)
    assert clock.now == START
    await clock.run(patient, urgent)
    assert clock.now == START + 2 * 66_000
