"""Effects beside the rounds: nobody else waits, order, bounds, what is committed, what a stop leaves."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.runtime.engine.test_rounds import PARTITION, FakeWorker, feed
from tests.unit.runtime.engine.tiny import Add, mark, raw, tiny
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.open_effects import MOST_OPEN, OpenEffects
from workers.runtime.engine.round_result import PendingEffect
from workers.runtime.engine.state_header import CLOCK_KEY
from workers.runtime.stage import Stage


class Effects:
    """A stage whose effects end when they are told to; `begun` and `ended` are requests, in order."""

    def __init__(self, width: int = 8, lane: bool = False) -> None:
        self.begun: list[str] = []
        self.release: dict[str, asyncio.Event] = {}
        lane_of = (lambda request: str(request).split("/", 1)[0]) if lane else None
        base = tiny(self.act)
        stage: Stage[Any] = Stage(
            "tiny", base.inputs, base.codec, base.step, act=self.act, width=width, lane=lane_of
        )
        self.engine = Engine(stage, "w", 0)

    async def act(self, request: str) -> str:
        """Wait until the request may end."""
        self.begun.append(request)
        await self.release.setdefault(request, asyncio.Event()).wait()
        return request.upper()

    def begin(self, effects: OpenEffects, *requests: str) -> None:
        """Begin effects."""
        effects.begin(self.engine, [PendingEffect(request.encode(), request) for request in requests])


async def turns(count: int = 20) -> None:
    """Let the event loop run everything that is ready."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_an_effect_that_lasts_holds_nobody_up() -> None:
    """Other keys are written, and their effects settled, while one is open; its own records wait."""
    worker = FakeWorker()
    worker.slow["a/0"] = asyncio.Event()
    rounds, engine = worker.rounds(), worker.engine()
    await feed(rounds, engine, [raw(0, "a", Add(n=1, act=True)), raw(1, "b", Add(n=2, act=True))])
    await rounds.settle()
    await feed(rounds, engine, [raw(2, "a", Add(n=4)), raw(3, "c", Add(n=8, act=True))])
    await rounds.settle()
    assert {"b/1", "c/3"} < set(worker.log.ids())
    assert "a/0" not in worker.log.ids()
    assert list(engine.open) == [b"a"]
    worker.slow["a/0"].set()
    await rounds.settle()
    assert not engine.open
    assert engine.stage.codec.decode(engine.store[b"a"][25:]).seen == [
        "add 1 at None",
        "done ok",
        "add 4 at None",
    ]


async def test_offsets_are_held_back_by_the_first_open_effect() -> None:
    """Records behind it come again after a crash, and are not applied twice."""
    worker = FakeWorker()
    worker.slow["a/1"] = asyncio.Event()
    rounds, engine = worker.rounds(), worker.engine()
    assert rounds.first_open(PARTITION, "inbox") is None
    log = [
        raw(0, "b", Add(n=1)),
        raw(1, "a", Add(n=1, act=True)),
        raw(2, "a", Add(n=2)),
        raw(3, "b", Add(n=4)),
    ]
    await feed(rounds, engine, log)
    assert rounds.first_open(PARTITION, "inbox") == 1
    again = FakeWorker()
    again.log = worker.log
    await again.life(log[1:])
    assert again.acted == ["a/1"]
    states = {key: tiny().codec.decode(state[25:]) for key, state in again.engine().store.items() if key[0]}
    assert {key: state.total for key, state in states.items()} == {b"a": 3, b"b": 5}
    worker.slow["a/1"].set()
    await rounds.settle()
    assert rounds.first_open(PARTITION, "inbox") is None


async def test_the_clock_is_stored_when_no_effect_is_open() -> None:
    """Where a clock is stored everything before it is: a state that was removed is known by that alone."""
    worker = FakeWorker()
    worker.slow["a/0"] = asyncio.Event()
    rounds, engine = worker.rounds(), worker.engine()
    await feed(rounds, engine, [raw(0, "a", Add(act=True)), mark(1, 20)])
    assert CLOCK_KEY not in worker.log.stored()
    worker.slow["a/0"].set()
    await rounds.settle()
    assert CLOCK_KEY in worker.log.stored()


async def test_a_timer_rests_while_an_effect_of_its_key_is_open() -> None:
    """It fires once, at the first watermark after the result."""
    worker = FakeWorker()
    worker.slow["a/0"] = asyncio.Event()
    rounds, engine = worker.rounds(), worker.engine()
    await feed(rounds, engine, [raw(0, "a", Add(due=10, act=True))])
    await feed(rounds, engine, [mark(1, 20), mark(2, 21)])
    worker.slow["a/0"].set()
    await rounds.settle()
    await feed(rounds, engine, [mark(3, 22), mark(4, 23)])
    seen = engine.stage.codec.decode(engine.store[b"a"][25:]).seen
    assert seen == ["add 0 at None", "done ok", "tick 22"]


async def test_partitions_leave_with_what_has_ended() -> None:
    """Within the time that is given an effect still ends; another is cancelled, and asked for again."""
    worker = FakeWorker()
    worker.slow |= {"a/0": asyncio.Event(), "b/1": asyncio.Event()}
    rounds, engine = worker.rounds(), worker.engine()
    log = [raw(0, "a", Add(n=1, act=True)), raw(1, "b", Add(n=2, act=True))]
    await feed(rounds, engine, log)
    worker.slow["b/1"].set()
    await rounds.end_effects(0.05)
    assert "b/1" in worker.log.ids()
    assert rounds.first_open(PARTITION, "inbox") == 0
    rounds.forget_effects()
    assert not engine.open
    assert rounds.first_open(PARTITION, "inbox") is None
    assert await rounds.room() == MOST_OPEN
    next_owner = FakeWorker()
    next_owner.log = worker.log
    await next_owner.life(log)
    assert next_owner.acted == ["a/0"]
    assert sorted(each for each in worker.log.ids() if each in ("a/0", "b/1")) == ["a/0", "b/1"]


async def test_a_provisional_result_is_forgotten_when_partitions_leave() -> None:
    """What it leads to would not begin: the effect is asked for again, and nothing says that it was done."""
    worker = FakeWorker()
    worker.slow |= {"a/0": asyncio.Event(), "b/1": asyncio.Event()}
    rounds, engine = worker.rounds(), worker.engine()
    engine.stage = replace(engine.stage, is_provisional=lambda result: True)
    log = [raw(0, "a", Add(n=1, act=True)), raw(1, "b", Add(n=2, act=True))]
    await feed(rounds, engine, log)
    worker.slow["a/0"].set()
    await rounds.settle()
    worker.slow["b/1"].set()
    await rounds.end_effects(0.05)
    assert "a/0" in worker.log.ids()
    assert "b/1" not in worker.log.ids()
    assert rounds.first_open(PARTITION, "inbox") == 1
    rounds.forget_effects()
    assert await rounds.room() == MOST_OPEN
    next_owner = FakeWorker()
    next_owner.log = worker.log
    await next_owner.life(log)
    assert next_owner.acted == ["b/1"]


async def test_what_an_effect_raises_is_raised() -> None:
    """`act` turns what may fail into results; anything else ends the process."""

    async def act(request: Any) -> Any:
        raise ZeroDivisionError

    worker = FakeWorker()
    engine, rounds = Engine(tiny(act), "w", 0), worker.rounds()
    await feed(rounds, engine, [raw(0, "a", Add(act=True))])
    with pytest.raises(ZeroDivisionError):
        await rounds.settle()


async def test_a_stage_performs_so_many_effects_at_once() -> None:
    """`width` of them; the next begins when one has ended."""
    stage, effects = Effects(width=2), OpenEffects("w")
    stage.begin(effects, "a", "b", "c")
    await turns()
    assert stage.begun == ["a", "b"]
    stage.release["b"].set()
    assert [each.result for each in await effects.ended()] == ["B"]
    await turns()
    assert stage.begun == ["a", "b", "c"]
    await effects.end_all(0.0)


async def test_effects_of_a_lane_follow_one_another() -> None:
    """Also those of several rounds; other lanes do not wait, and a lane that waits takes no slot."""
    stage, effects = Effects(width=2, lane=True), OpenEffects("w")
    stage.begin(effects, "ann/1", "ann/2", "ben/1")
    await turns()
    assert stage.begun == ["ann/1", "ben/1"]
    stage.begin(effects, "ann/3")
    stage.release["ann/1"].set()
    stage.release["ben/1"].set()
    for expected in ("ann/2", "ann/3"):
        await turns()
        assert stage.begun[-1] == expected
        stage.release[expected].set()
    await turns()
    assert [each.result for each in effects.take_ended()] == ["ANN/1", "BEN/1", "ANN/2", "ANN/3"]


async def test_there_is_room_for_so_many_until_they_are_settled() -> None:
    """An effect that has ended counts until what came of it is stored."""
    stage, effects = Effects(), OpenEffects("w", most=2)
    assert await effects.room() == 2
    stage.begin(effects, "a", "b")
    waiting = asyncio.create_task(effects.room())
    await turns()
    stage.release["a"].set()
    await effects.ended()
    await turns()
    assert not waiting.done()
    effects.settled(1)
    assert await waiting == 1
    await effects.end_all(0.0)


def test_a_stage_with_effects_does_not_report() -> None:
    """It would say that everything before is done."""

    async def act(request: Any) -> Any:
        return None

    with pytest.raises(ValueError, match="effects are open"):
        tiny(act, reports=True)
