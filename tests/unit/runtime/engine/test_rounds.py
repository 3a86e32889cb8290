"""The order of writes in a round, and a crash at every single one: redelivery repairs the states."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.unit.runtime.engine.tiny import Add, ids, mark, raw, tiny, written_to
from workers.runtime.engine import due_timers
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.processed_offsets import ProcessedOffsets
from workers.runtime.engine.rounds import Interrupted, Rounds
from workers.runtime.engine.state_header import OWNER_KEY
from workers.runtime.kafka.fencing import changelog_generation
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.process.clock import now_ms

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
PARTITION = ("tiny", 0)


class Crashed(Exception):
    """Stands for the end of the process."""


class MemoryLog:
    """Topics in memory. Once `remaining_writes` records were written, the next write raises Crashed."""

    def __init__(self) -> None:
        self.records: list[ProducerRecord] = []
        self.remaining_writes: int | None = None

    async def write(self, records: Iterable[ProducerRecord]) -> dict[tuple[str, int], list[tuple[int, int]]]:
        """Append records; raises Crashed when no writes remain."""
        counts: dict[tuple[str, int], int] = defaultdict(int)
        for record in records:
            if self.remaining_writes == 0:
                raise Crashed
            self.remaining_writes = None if self.remaining_writes is None else self.remaining_writes - 1
            self.records.append(record)
            counts[record.topic, record.partition or 0] += 1
        return {partition: [(0, count)] for partition, count in counts.items()}

    def stored(self) -> dict[bytes, bytes]:
        """The states that a recovery loads from the changelog."""
        states: dict[bytes, bytes | None] = {}
        for record in self.records:
            if record.topic == "changelog":
                states[record.key or b""] = record.value
        return {key: value for key, value in states.items() if value is not None}

    def ids(self) -> list[str]:
        """The ids of all outputs, with repetitions; without views, which depend on the batches."""
        return ids([record for record in self.records if record.topic != "changelog"])


def new_rounds(
    log: MemoryLog,
    exit_if_fenced: Callable[[], None] = lambda: None,
    processed: ProcessedOffsets | None = None,
    revoking: asyncio.Event | None = None,
) -> Rounds:
    """Rounds of the tiny stage that write to a log."""
    noted = processed or ProcessedOffsets({}, (), {})
    return Rounds("w", log, {"tiny": "changelog"}, exit_if_fenced, acknowledge, noted, revoking)  # type: ignore[arg-type]


class FakeWorker:
    """A worker over a log; `acted` are requests of effects that were begun, `slow` those that wait."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.acted: list[str] = []
        self.seen: list[str] = []
        self.slow: dict[str, asyncio.Event] = {}

    async def act(self, request: Any) -> Any:
        """Perform an effect; note the topic of the last write, which must be the changelog with its lease."""
        self.seen += [self.log.records[-1].topic]
        self.acted.append(request)
        if request in self.slow:
            await self.slow[request].wait()
        return "ok"

    def rounds(self) -> Rounds:
        """Rounds that write to the log."""
        return new_rounds(self.log)

    def engine(self) -> Engine:
        """An engine that has recovered from the changelog."""
        return Engine(tiny(self.act), "w", 0, store=self.log.stored())

    async def life(self, records: Sequence[FetchedRecord], at_once: int = 100) -> None:
        """Recover from the changelog and process records until no effect is open; may end by Crashed."""
        engine, rounds = self.engine(), self.rounds()
        try:
            for first in range(0, len(records), at_once):
                await feed(rounds, engine, records[first : first + at_once])
            while engine.open:
                await rounds.settle()
        finally:
            await rounds._effects.end_all(0.0)


async def feed(rounds: Rounds, engine: Engine, records: Sequence[FetchedRecord]) -> None:
    """One round of these records."""
    await rounds.run({PARTITION: engine}, {PARTITION: [("inbox", list(records))]})


async def acknowledge(*_: object) -> None:
    """Note nothing."""


async def undisturbed() -> FakeWorker:
    """A worker that never crashes."""
    worker = FakeWorker()
    await worker.life(LOG)
    return worker


async def test_outputs_come_before_states() -> None:
    await feed((worker := FakeWorker()).rounds(), Engine(tiny(), "w", 0), LOG)
    assert phases(worker.log) == ["changelog", "output", "changelog"]


async def test_wrong_times_of_records_are_told_in_the_log() -> None:
    """Once of each topic and kind; what they say is not believed."""
    worker = FakeWorker()
    engine, rounds = worker.engine(), worker.rounds()
    before = now_ms()
    odd = [raw(n, "a", Add(n=1))._replace(timestamp=at) for n, at in enumerate((-1, -1, 2 * before))]
    with capture_logs() as lines:
        await feed(rounds, engine, odd)

    assert all(before <= each.at <= now_ms() for each in worker.log.records if each.topic != "changelog")
    assert [(line["event"], line["topic"], line["records"]) for line in lines] == [
        ("records without a timestamp: they count as written now", "inbox", 2),
        (
            "records with a timestamp ahead of this machine's clock by more than KAIROS_AHEAD_SECONDS: they "
            "count as now",
            "inbox",
            1,
        ),
    ]


async def test_effects_begin_under_a_stored_lease_and_their_results_are_rounds_of_their_own() -> None:
    """Each such round writes outputs, then the changelog; effects of one key are performed in their order."""
    worker = await undisturbed()
    assert phases(worker.log) == ["changelog"] + ["output", "changelog"] * 3
    assert set(worker.seen) == {"changelog"}
    assert sorted(worker.acted) == ["a/5", "a/6", "b/1"]
    assert worker.acted.index("a/5") < worker.acted.index("a/6")


def phases(log: MemoryLog) -> list[str]:
    """What kinds of records were written, each run of a kind once."""
    order = ["changelog" if record.topic == "changelog" else "output" for record in log.records]
    return [topic for topic, before in zip(order, [None, *order], strict=False) if topic != before]


async def test_an_owner_is_registered_in_the_changelog_before_its_first_output() -> None:
    """A crash after the outputs leaves no state, but the next owner's generation must be higher."""
    worker, engine = FakeWorker(), Engine(tiny(), "w", 0)
    engine.generation = 7
    rounds = new_rounds(worker.log)
    for offset in (0, 1):
        await rounds.run({PARTITION: engine}, {PARTITION: [("inbox", [raw(offset, "a", Add(n=1))])]})
    first, *later = worker.log.records
    assert (first.topic, first.key, changelog_generation(first.headers, 0)) == ("changelog", OWNER_KEY, 7)
    assert OWNER_KEY not in {record.key for record in later}
    assert (engine.size(), Engine(tiny(), "w", 0, store=worker.log.stored()).size()) == (1, 1)


async def test_a_revocation_interrupts_between_two_rounds_of_a_watermark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker stops after a round; the next owner fires the remaining timers, none twice."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    log = [*(raw(offset, f"k{offset}", Add(n=1, due=10)) for offset in range(5)), mark(5, 20)]
    worker, revoking = FakeWorker(), asyncio.Event()
    revoking.set()
    engine = Engine(tiny(), "w", 0)
    rounds = new_rounds(worker.log, revoking=revoking)
    with pytest.raises(Interrupted):
        await rounds.run({PARTITION: engine}, {PARTITION: [("inbox", log)]})
    first = written_to(worker.log.records, "send-decisions")
    assert len(first) == 2
    await worker.life(log)
    assert len(written_to(worker.log.records, "send-decisions")) == 5
    assert len(set(worker.log.ids())) == len(worker.log.ids())


async def test_the_fence_is_checked_before_every_write() -> None:
    """A worker that may have been replaced writes neither outputs nor states nor reports."""
    worker = FakeWorker()

    def exit_if_fenced() -> None:
        raise Crashed

    engine = Engine(tiny(worker.act), "w", 0)
    rounds = new_rounds(worker.log, exit_if_fenced)
    with pytest.raises(Crashed):
        await rounds.run({PARTITION: engine}, {PARTITION: [("inbox", LOG)]})
    assert worker.log.records == []


@pytest.mark.parametrize("second_life", [0, 4])
@pytest.mark.parametrize("at_once", [100, 2])
async def test_redelivery_repairs_a_crash_at_any_write(second_life: int, at_once: int) -> None:
    """After any prefix of the writes, reading the records again gives every key's total and every id.

    The second life crashes too, `second_life` writes after its beginning (0: it does not).
    """
    expected = await undisturbed()
    for first_life in range(len(expected.log.records)):
        worker = FakeWorker()
        for writes in [first_life, *([second_life] if second_life else []), None]:
            worker.log.remaining_writes = writes
            try:
                await worker.life(LOG, at_once)
            except Crashed:
                continue
            break
        assert set(worker.log.ids()) == set(expected.log.ids()), first_life
        assert set(worker.acted) == set(expected.acted), first_life
        assert totals(worker) == totals(expected) == {"a": 12, "b": 6, "c": 7}, first_life


def totals(worker: FakeWorker) -> dict[str, int]:
    """The sums that a recovery would load; a record applied twice or never would change them."""
    engine = Engine(tiny(), "w", 0, store=worker.log.stored())
    return {
        key.decode(): tiny().codec.decode(stored[25:]).total
        for key, stored in engine.store.items()
        if not key.startswith(b"\0")
    }
