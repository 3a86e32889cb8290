"""The dead-letter limit in a round: nothing is read after the record that exceeds it, restarts included."""

import pytest

from tests.unit.runtime.engine.tiny import Add, Trouble, mark, raw, tiny
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.engine.attempts import FinishedRound, attempts
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.state_header import POISON_KEY
from workers.runtime.kafka.records import ConsumerRecord

TWO_IN_A_ROW = DlqLimit(run=2, share=1.0)


def limited_engine(store: dict[bytes, bytes] | None = None) -> Engine:
    """An engine that allows two dead letters in a row."""
    return Engine(tiny(), "w", 0, store=dict(store or {}), limit=TWO_IN_A_ROW)


def read(engine: Engine, *records: ConsumerRecord) -> Round:
    """Take the engine through one round."""
    events = attempts(engine, [("inbox", records)])
    (finished,) = [event for event in events if isinstance(event, FinishedRound)]
    return finished.round


def poison(offset: int) -> ConsumerRecord:
    """A record that cannot be decoded."""
    return raw(offset, "a", b"{")


def test_nothing_is_read_after_the_record_that_exceeds_the_limit() -> None:
    """The third dead letter in a row is written like the others, and the round ends there."""
    engine = limited_engine()
    ended = read(engine, raw(0, "a", Add(n=1)), *map(poison, (1, 2, 3)), raw(4, "b", Add(n=2)))
    assert ended.stop is not None
    assert (ended.stop.topic, ended.stop.raw.offset, ended.stop.reason) == ("inbox", 3, "undecodable")
    assert ended.stop.verdict.startswith("3 dead letters in a row, at most 2")
    assert ended.result.dead_letters == {"undecodable": 3}
    assert set(engine.store) == {b"a", POISON_KEY}


@pytest.mark.parametrize("trouble", ["step", "encode", "view"])
def test_a_failing_step_counts_like_an_undecodable_record(trouble: Trouble) -> None:
    """Whether it fails in the step, the encoding or the view, the record counts at its own offset."""
    engine = limited_engine()
    bad = [raw(offset, "abc"[offset], Add(trouble=trouble)) for offset in range(3)]
    ended = read(engine, *bad, raw(3, "d", Add(n=2)))
    assert ended.stop is not None
    assert ended.stop.raw.offset == 2
    assert set(engine.store) == {POISON_KEY}


def test_the_counts_are_restored_after_a_restart() -> None:
    """A worker that is restarted again and again does not get a new limit each time."""
    first = limited_engine()
    assert read(first, *map(poison, (0, 1))).stop is None
    ended = read(limited_engine(first.store), poison(2), raw(3, "b", Add(n=2)))
    assert ended.stop is not None
    assert ended.stop.raw.offset == 2


def test_a_good_record_ends_the_run() -> None:
    """Also a record that is skipped because it is read again, and across rounds."""
    engine = limited_engine()
    log = [
        raw(0, "a", Add(n=1)),
        poison(1),
        poison(2),
        raw(3, "a", Add(n=1)),
        poison(4),
        mark(5, 9),
        poison(6),
    ]
    for record in log:
        assert read(engine, record).stop is None
    assert read(engine, poison(7)).stop is not None


def test_the_counts_are_removed_after_many_good_records() -> None:
    """When the last 2,999 records were good, the counts are deleted from the changelog."""
    engine = limited_engine()
    read(engine, poison(0))
    assert POISON_KEY in engine.store
    ended = read(engine, *(raw(offset, "a", Add(n=1)) for offset in range(1, 3000)))
    assert POISON_KEY not in engine.store
    assert ended.result.changes[POISON_KEY] is None
