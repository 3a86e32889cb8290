"""The dead-letter limit in a round: nothing is read behind the record that exceeds it, restarts included."""

import pytest

from tests.unit.runtime.engine.tiny import Add, Trouble, mark, raw, tiny
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.engine.attempts import FinishedRound, attempts
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.state_header import POISON_KEY
from workers.runtime.kafka.records import ConsumerRecord

TWO_IN_A_ROW = DlqLimit(run=2, share=1.0)


def engine(store: dict[bytes, bytes] | None = None) -> Engine:
    """An engine that allows two dead letters in a row."""
    return Engine(tiny(), "w", 0, store=dict(store or {}), limit=TWO_IN_A_ROW)


def read(one: Engine, *records: ConsumerRecord) -> Round:
    """Take the engine through one round."""
    events = attempts(one, [("inbox", records)])
    (finished,) = [event for event in events if isinstance(event, FinishedRound)]
    return finished.round


def poison(offset: int) -> ConsumerRecord:
    """A record that cannot be decoded."""
    return raw(offset, "a", b"{")


def test_nothing_is_read_behind_the_record_that_exceeds_the_limit() -> None:
    """The third dead letter in a row is written like the others, and the round ends there."""
    one = engine()
    done = read(one, raw(0, "a", Add(n=1)), *map(poison, (1, 2, 3)), raw(4, "b", Add(n=2)))
    assert done.stop is not None
    assert (done.stop.topic, done.stop.raw.offset, done.stop.reason) == ("inbox", 3, "undecodable")
    assert done.stop.verdict.startswith("3 dead letters in a row, at most 2")
    assert done.result.dead_letters == {"undecodable": 3}
    assert set(one.store) == {b"a", POISON_KEY}


@pytest.mark.parametrize("trouble", ["step", "encode", "view"])
def test_a_failing_step_counts_like_bytes_that_cannot_be_read(trouble: Trouble) -> None:
    """Whenever the failure shows, the record counts where it stands."""
    one = engine()
    bad = [raw(offset, "abc"[offset], Add(trouble=trouble)) for offset in range(3)]
    done = read(one, *bad, raw(3, "d", Add(n=2)))
    assert done.stop is not None
    assert done.stop.raw.offset == 2
    assert set(one.store) == {POISON_KEY}


def test_the_counts_come_back_after_a_restart() -> None:
    """What was counted counts on: a worker that is started over and over does not get its limit anew."""
    first = engine()
    assert read(first, *map(poison, (0, 1))).stop is None
    done = read(engine(first.store), poison(2), raw(3, "b", Add(n=2)))
    assert done.stop is not None
    assert done.stop.raw.offset == 2


def test_a_good_record_between_ends_the_run() -> None:
    """Also one that is skipped, being read again, and across rounds."""
    one = engine()
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
        assert read(one, record).stop is None
    assert read(one, poison(7)).stop is not None


def test_what_is_long_past_is_forgotten() -> None:
    """When the last thousands of records were good, nothing is stored any more."""
    one = engine()
    read(one, poison(0))
    assert POISON_KEY in one.store
    done = read(one, *(raw(offset, "a", Add(n=1)) for offset in range(1, 3000)))
    assert POISON_KEY not in one.store
    assert done.result.changes[POISON_KEY] is None
