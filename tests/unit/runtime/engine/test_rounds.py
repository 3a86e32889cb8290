"""The order of a round, and a crash at every single write of it: what is read again mends everything."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from tests.unit.runtime.engine.tiny import Add, ids, mark, raw, said, tiny
from workers.runtime.engine import due_timers
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.rounds import Interrupted, Rounds
from workers.runtime.engine.state_header import OWNER_KEY
from workers.runtime.kafka.fencing import generation_of
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord

LOG: list[FetchedRecord] = [
    raw(0, "a", Add(n=1, due=10)),
    raw(1, "b", Add(n=2, act=True)),
    raw(2, "c", Add(n=3, trouble="step")),
    mark(3, 20),
    raw(4, "b", Add(n=4)),
    raw(5, "a", Add(n=5, act=True)),
    raw(6, "a", Add(n=6, act=True)),
    raw(7, "c", Add(n=7)),
    mark(8, 30),
]
PLACE = ("tiny", 0)


class Crashed(Exception):
    """The process is gone."""


class MemoryLog:
    """Topics in memory. The n-th record written from now on is the last one that is kept."""

    def __init__(self) -> None:
        self.records: list[ProducerRecord] = []
        self.left: int | None = None

    async def write(self, records: Iterable[ProducerRecord]) -> dict[tuple[str, int], tuple[int, int]]:
        """Append records; raises Crashed when the time has come."""
        counts: dict[tuple[str, int], int] = defaultdict(int)
        for record in records:
            if self.left == 0:
                raise Crashed
            self.left = None if self.left is None else self.left - 1
            self.records.append(record)
            counts[record.topic, record.partition or 0] += 1
        return {place: (0, count) for place, count in counts.items()}

    def stored(self) -> dict[bytes, bytes]:
        """What a recovery finds in the changelog."""
        found: dict[bytes, bytes | None] = {}
        for record in self.records:
            if record.topic == "changelog":
                found[record.key or b""] = record.value
        return {key: value for key, value in found.items() if value is not None}

    def ids(self) -> list[str]:
        """The ids of what was said, with repetitions, without views, which depend on the cut."""
        return ids([one for one in self.records if one.topic != "changelog"])


class World:
    """A worker over a log; `acted` is what its effects did in the world."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.acted: list[str] = []
        self.seen: list[str] = []

    async def act(self, request: Any) -> Any:
        """Do something once in the world; at that moment its lease must be durable."""
        self.seen.append(self.log.records[-1].topic)
        self.acted.append(request)
        return "ok"

    async def life(self, records: Sequence[FetchedRecord]) -> None:
        """Recover from the changelog and process records; may end by Crashed."""
        engine = Engine(tiny(self.act, reports="watermarks"), "w", 0, store=self.log.stored())
        rounds = Rounds("w", self.log, {"tiny": "changelog"}, lambda: None, lambda *_: None)  # type: ignore[arg-type]
        await rounds.run({PLACE: engine}, {PLACE: [("inbox", list(records))]})


async def undisturbed() -> World:
    """A worker that never crashes."""
    world = World()
    await world.life(LOG)
    return world


async def test_outputs_come_before_states_and_reports_come_last() -> None:
    """In each phase outputs are acknowledged before the changelog; watermarks are passed on last."""
    world = await undisturbed()
    order = [one.topic if one.topic in ("changelog", "watermarks") else "output" for one in world.log.records]
    phases = [topic for topic, before in zip(order, [None, *order], strict=False) if topic != before]
    assert phases == ["changelog"] + ["output", "changelog"] * 3 + ["watermarks"]
    assert set(world.seen) == {"changelog"}
    assert sorted(world.acted) == ["a/5", "a/6", "b/1"]
    assert world.acted.index("a/5") < world.acted.index("a/6")


async def test_an_owner_is_in_the_changelog_before_it_says_anything() -> None:
    """Who dies behind its outputs has stored no state; the next owner must be above it all the same."""
    world, engine = World(), Engine(tiny(), "w", 0)
    engine.generation = 7
    rounds = Rounds("w", world.log, {"tiny": "changelog"}, lambda: None, lambda *_: None)  # type: ignore[arg-type]
    for offset in (0, 1):
        await rounds.run({PLACE: engine}, {PLACE: [("inbox", [raw(offset, "a", Add(n=1))])]})
    first, *others = world.log.records
    assert (first.topic, first.key, generation_of(first.headers)) == ("changelog", OWNER_KEY, 7)
    assert OWNER_KEY not in {one.key for one in others}
    assert (engine.size(), Engine(tiny(), "w", 0, store=world.log.stored()).size()) == (1, 1)


async def test_a_watermark_that_wakes_many_can_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked to leave does so between two of its rounds; the next owner wakes the rest, none twice."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    log = [*(raw(offset, f"k{offset}", Add(n=1, due=10)) for offset in range(5)), mark(5, 20)]
    world, revoking = World(), asyncio.Event()
    revoking.set()
    engine = Engine(tiny(), "w", 0)
    rounds = Rounds("w", world.log, {"tiny": "changelog"}, lambda: None, lambda *_: None, revoking)  # type: ignore[arg-type]
    with pytest.raises(Interrupted):
        await rounds.run({PLACE: engine}, {PLACE: [("inbox", log)]})
    first = said(world.log.records, "send-decisions")
    assert len(first) == 2
    await world.life(log)
    assert len(said(world.log.records, "send-decisions")) == 5
    assert len(set(world.log.ids())) == len(world.log.ids())


async def test_the_fence_is_asked_before_every_write() -> None:
    """A worker that may have been replaced writes neither outputs nor states nor reports."""
    world = World()

    def exit_if_fenced() -> None:
        raise Crashed

    engine = Engine(tiny(world.act), "w", 0)
    rounds = Rounds("w", world.log, {"tiny": "changelog"}, exit_if_fenced, lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(Crashed):
        await rounds.run({PLACE: engine}, {PLACE: [("inbox", LOG)]})
    assert world.log.records == []


@pytest.mark.parametrize("again", [0, 4])
async def test_a_crash_at_any_write_is_mended(again: int) -> None:
    """Whatever prefix of a round's writes is kept: the batch again gives every key's total and every id.

    The second life crashes too, `again` writes after its beginning (0: it does not).
    """
    whole = await undisturbed()
    for kept in range(len(whole.log.records)):
        world = World()
        for left in [kept, *([again] if again else []), None]:
            world.log.left = left
            try:
                await world.life(LOG)
            except Crashed:
                continue
            break
        assert set(world.log.ids()) == set(whole.log.ids()), kept
        assert set(world.acted) == set(whole.acted), kept
        assert totals(world) == totals(whole) == {"a": 12, "b": 6, "c": 7}, kept


def totals(world: World) -> dict[str, int]:
    """The sums as a recovery would find them; a record applied twice or never would show."""
    engine = Engine(tiny(), "w", 0, store=world.log.stored())
    return {
        key.decode(): tiny().codec.decode(stored[25:]).total
        for key, stored in engine.store.items()
        if not key.startswith(b"\0")
    }
