"""Effects that are performed beside the rounds, until what came of them is stored."""

import asyncio
import time
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round_result import PendingEffect
from workers.runtime.metrics.rounds import EFFECT_SECONDS, OPEN_EFFECTS
from workers.runtime.process.clock import now_ms

MOST_OPEN = 256  # effects of a worker: no more records are taken before some have ended
Lane = tuple[str, str]  # the stage's name, and what it says of a request
Performing = asyncio.Task[None]


class EndedEffect(NamedTuple):
    """An effect of an engine, its result, and the time at which it ended (epoch milliseconds)."""

    engine: Engine
    effect: PendingEffect
    result: Any
    ended_at: int


class OpenEffects:
    """Performs effects, of each stage at most `stage.width` at once, and those of a lane one after the other.

    Effects are open from `begin` until `settled` says that what came of them is stored.
    """

    def __init__(self, worker: str, most: int = MOST_OPEN) -> None:
        self._worker, self._most = worker, most
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._lanes: dict[Lane, Performing] = {}
        self._performing: set[Performing] = set()
        self._ended: list[EndedEffect] = []
        self._failure: BaseException | None = None
        self._count = 0
        self._is_ending = False
        self._has_ended, self._has_room = asyncio.Event(), asyncio.Event()
        self._has_room.set()

    def begin(self, engine: Engine, effects: Iterable[PendingEffect]) -> None:
        """Perform effects of an engine from now on; none while all are being ended."""
        for effect in effects if not self._is_ending else ():
            lane_of = engine.stage.lane
            lane = None if lane_of is None else (engine.stage.name, lane_of(effect.request))
            previous = None if lane is None else self._lanes.get(lane)
            task = asyncio.create_task(self._perform(engine, effect, previous))
            self._performing.add(task)
            if lane is not None:
                self._lanes[lane] = task
            task.add_done_callback(partial(self._note_end, lane))
            self._add(1)

    @property
    def is_ending(self) -> bool:
        """Whether partitions leave: no effect begins."""
        return self._is_ending

    async def room(self) -> int:
        """How many more effects may be open; waits until it is one at least."""
        while self._count >= self._most:
            self._has_room.clear()
            await self._has_room.wait()
        return self._most - self._count

    async def ended(self) -> list[EndedEffect]:
        """Wait until effects have ended; takes all that have. Raises what an effect has raised."""
        while not self._ended and self._failure is None:
            self._has_ended.clear()
            await self._has_ended.wait()
        return self.take_ended()

    def take_ended(self) -> list[EndedEffect]:
        """Take all effects that have ended by now, in that order. Raises what an effect has raised."""
        if self._failure is not None:
            raise self._failure
        ended, self._ended = self._ended, []
        return ended

    def settled(self, count: int) -> None:
        """What came of so many effects is stored."""
        self._add(-count)

    async def end_all(self, seconds: float) -> None:
        """Let open effects end for some seconds, and cancel the rest."""
        self._is_ending = True
        if self._performing:
            await asyncio.wait(self._performing, timeout=seconds)
        for task in self._performing:
            task.cancel()
        if self._performing:
            await asyncio.wait(self._performing, timeout=seconds)

    def forget(self) -> None:
        """No effect is open any more: those that have not ended are asked for again."""
        self._ended, self._is_ending = [], False
        self._add(-self._count)

    async def _perform(self, engine: Engine, effect: PendingEffect, previous: Performing | None) -> None:
        stage = engine.stage
        assert stage.act is not None
        if previous is not None:
            await asyncio.wait({previous})
        slots = self._slots.setdefault(stage.name, asyncio.Semaphore(stage.width))
        async with slots:
            began = time.perf_counter()
            result = await stage.act(effect.request)
            EFFECT_SECONDS.labels(self._worker).observe(time.perf_counter() - began)
        self._ended.append(EndedEffect(engine, effect, result, now_ms()))

    def _note_end(self, lane: Lane | None, task: Performing) -> None:
        self._performing.discard(task)
        if lane is not None and self._lanes.get(lane) is task:
            del self._lanes[lane]
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failure = failure
        self._has_ended.set()

    def _add(self, count: int) -> None:
        self._count += count
        OPEN_EFFECTS.labels(self._worker).set(self._count)
        if self._count < self._most:
            self._has_room.set()
