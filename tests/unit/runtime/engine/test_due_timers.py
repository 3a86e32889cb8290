"""Which timers a round fires: at most so many, and the watermark is stored only when all have fired."""

import pytest

from schemas.control import Watermark
from tests.unit.runtime.engine.tiny import Add, mark, raw, tiny
from workers.runtime.engine import due_timers
from workers.runtime.engine.attempts import process
from workers.runtime.engine.due_timers import DueTimers
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.state_header import unpack
from workers.runtime.kafka.records import ConsumerRecord


def engine_with_timers(*times: int) -> Engine:
    """An engine whose keys k0, k1, … have timers at these times; its watermark is 5."""
    engine = Engine(tiny(), "w", 0)
    log = [mark(0, 5), *(raw(n, f"k{n - 1}", Add(due=time)) for n, time in enumerate(times, 1))]
    process(engine, [("inbox", log)])
    return engine


def fire(timers: DueTimers, record: ConsumerRecord) -> list[bytes]:
    """Fire the timers that are due at a watermark, and finish it; the keys that fired."""
    keys = timers.fire(record, Watermark.loads(record.value or b""))
    timers.finish("inbox", record)
    return keys


def test_due_timers_fire_in_the_order_of_their_times() -> None:
    """All have fired: the watermark's offset and time are to be stored, and the round may go on."""
    engine = engine_with_timers(30, 10, 20, 99)
    timers = DueTimers(engine)
    assert fire(timers, mark(9, 30)) == [b"k1", b"k2", b"k0"]
    head, body = unpack(timers.clock or b"")
    assert (head.offset, int.from_bytes(body, "big")) == (9, 30)
    assert timers.unfinished is None
    assert (engine.watermark, engine.fired_timers) == (30, [])


def test_a_full_round_steps_back_from_the_watermark(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next round begins at the same watermark, and fires the remaining timers."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    engine = engine_with_timers(10, 11, 12)
    first = DueTimers(engine)
    assert fire(first, mark(9, 30)) == [b"k0", b"k1"]
    assert (first.clock, first.unfinished) == (None, ("inbox", 9))
    assert (engine.watermark, engine.fired_timers) == (5, [b"k2"])
    assert not engine.has_observed("inbox", 9)

    second = DueTimers(engine)
    assert fire(second, mark(9, 30)) == [b"k2"]
    assert second.clock is not None
    assert second.unfinished is None
    assert (engine.watermark, engine.fired_timers) == (30, [])
    assert engine.has_observed("inbox", 9)


def test_what_was_read_before_the_stored_watermark_is_not_read_again() -> None:
    """Not even by a key that has no state any more, and so no offset of its own."""
    log = [raw(0, "a", Add(n=1)), raw(1, "a", None), raw(2, "b", Add(n=1)), mark(3, 5), raw(4, "a", Add(n=2))]
    engine = Engine(tiny(), "w", 0)
    process(engine, [("inbox", log[:4])])
    again = Engine(tiny(), "w", 0, store=dict(engine.store))
    result = process(again, [("inbox", log)])

    assert result.skipped == 3
    assert again.stage.codec.decode(unpack(again.store[b"a"])[1]).total == 2


def test_the_limit_counts_all_watermarks_of_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the first watermark is to be stored, although the second is not finished."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    engine = engine_with_timers(10, 20, 21)
    timers = DueTimers(engine)
    assert fire(timers, mark(9, 10)) == [b"k0"]
    assert fire(timers, mark(11, 30)) == [b"k1"]
    assert unpack(timers.clock or b"")[0].offset == 9
    assert timers.unfinished == ("inbox", 11)
    assert (engine.watermark, engine.fired_timers) == (10, [b"k2"])


def test_a_watermark_that_waits_for_sources_fires_by_its_wall_clock() -> None:
    """It does not advance the partition's watermark."""
    engine = engine_with_timers(10, 20)
    timers = DueTimers(engine)
    assert fire(timers, mark(9, 6, wall=15, waiting=["users"])) == [b"k0"]
    assert engine.watermark == 5
    assert engine.has_observed("inbox", 9)


@pytest.mark.parametrize("limit", [2, 10])
def test_a_rollback_restores_clock_and_timers(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """Whether all timers had fired or not: a retry of the round fires the same ones."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", limit)
    engine = engine_with_timers(10, 11, 12)
    before = engine.clock_state()
    timers = DueTimers(engine)
    fired = fire(timers, mark(9, 30))
    timers.rollback()
    assert (engine.clock_state(), engine.fired_timers) == (before, [])
    assert fire(DueTimers(engine), mark(9, 30)) == fired


def test_a_rollback_of_a_later_round_keeps_the_remaining_timers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those are not armed any more: only `fired_timers` has them."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 1)
    engine = engine_with_timers(10, 11, 12)
    fire(DueTimers(engine), mark(9, 30))
    second = DueTimers(engine)
    assert fire(second, mark(9, 30)) == [b"k1"]
    second.rollback()
    assert engine.fired_timers == [b"k1", b"k2"]
    assert fire(DueTimers(engine), mark(9, 30)) == [b"k1"]


def test_the_first_reading_of_sources_is_known_and_stored() -> None:
    """From the first watermark, which names those that are waited for, to the first with a time."""

    engine, flags = Engine(tiny(), "w", 0), []
    for record in (
        mark(0, 0, wall=5, waiting=["users"]),
        mark(1, 9),
        mark(2, 9, wall=99, waiting=["users"]),
    ):
        process(engine, [("inbox", [record])])
        restarted = Engine(tiny(), "w", 0, store=dict(engine.store))
        flags.append((engine.is_first_reading, restarted.is_first_reading))

    assert flags == [(True, True), (False, False), (False, False)]
    assert not Engine(tiny(), "w", 0).is_first_reading
