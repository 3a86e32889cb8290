"""The engine's promises, on the replay runner: redelivery, timers, watermarks, and what is stored."""

import pytest

from tests.unit.runtime.engine.tiny import Add, Sum, ids, mark, raw, tiny, written_to
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine, TopicRecreated
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import CLOCK_KEY, unpack
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

LOG = [
    raw(0, "a", Add(n=1, due=50)),
    raw(1, "b", Add(n=2, due=40)),
    mark(2, 45),
    raw(3, "a", Add(n=4)),
    raw(4, "c", Add(n=8, due=10)),
    mark(5, 60),
    raw(6, "b", None),
]


def replayed(*batches: list[ConsumerRecord]) -> tuple[Replay[Sum], list[ProducerRecord]]:
    """Feed batches; the runner and all records that it has written."""
    run = Replay(tiny())
    return run, [record for batch in batches for record in run.feed(batch)]


def test_a_record_at_or_below_the_high_water_mark_is_skipped() -> None:
    """A record that is read again changes no state and writes nothing."""
    run, written = replayed([raw(3, "a", Add(n=1))], [raw(3, "a", Add(n=1)), raw(2, "a", Add(n=5))])
    assert run.states()["a"].total == 1
    assert written_to(written, "job-signals") == [("a", b"1")]


@pytest.mark.parametrize("start", range(len(LOG)))
def test_redelivery_of_any_suffix_changes_no_state(start: int) -> None:
    """Redelivery of a suffix changes no stored bytes and writes nothing for keys that have a state."""
    once, _ = replayed(LOG)
    twice, _ = replayed(LOG)
    written = twice.feed(LOG[start:])
    assert twice.stored() == once.stored()
    assert {key for key, _ in written_to(written, "job-signals") + written_to(written, "send-decisions")} <= {
        "b"
    }


@pytest.mark.parametrize("cut", range(len(LOG) + 1))
def test_batch_boundaries_change_neither_states_nor_ids(cut: int) -> None:
    """Two batches give the same bytes and the same ids as one, wherever they are cut."""
    whole, written = replayed(LOG)
    parts, pieces = replayed(LOG[:cut], LOG[cut:])
    assert parts.stored() == whole.stored()
    assert sorted(ids(pieces)) == sorted(ids(written))


def test_timers_fire_on_watermarks_only() -> None:
    """A record later than a timer does not fire it; the watermark does, in the order of (timer, key)."""
    run, written = replayed(
        [raw(0, "b", Add(due=20)), raw(1, "a", Add(due=20)), raw(2, "c", Add(due=10)), raw(99, "a", Add())]
    )
    assert written_to(written, "send-decisions") == []
    assert written_to(run.feed([mark(100, 19)]), "send-decisions") == [("c", b"19")]
    assert written_to(run.feed([mark(101, 20)]), "send-decisions") == [("a", b"20"), ("b", b"20")]


def test_a_timer_armed_in_the_same_round_fires() -> None:
    """A record and the watermark after it may be in one batch; a timer that was moved does not fire."""
    _, written = replayed(
        [raw(0, "a", Add(due=10)), raw(1, "b", Add(due=10)), raw(2, "b", Add(due=90)), mark(3, 50)]
    )
    assert written_to(written, "send-decisions") == [("a", b"50")]


def test_a_waiting_watermark_fires_timers_by_its_wall_clock() -> None:
    """While sources are missing, due timers get their names; the partition's watermark does not advance."""
    run, written = replayed([mark(0, 5), raw(1, "a", Add(due=50)), mark(2, 6, wall=49, waiting=["users"])])
    assert written_to(written, "send-decisions") == []
    run.feed([mark(3, 7, wall=50, waiting=["users", "orders"])])
    state = run.states()["a"]
    assert state.seen == ["add 0 at 5", "tick 5 users,orders"]
    assert state.due == 50
    run.feed([mark(4, 51)])
    assert run.states()["a"].seen[-1] == "tick 51"


def test_before_the_first_complete_watermark_records_have_none_and_timers_have_zero() -> None:
    """With sources missing from the start: records have no watermark, timers have 0, also after a restart."""
    run, _ = replayed([mark(0, 99, wall=99, waiting=["users"]), raw(1, "a", Add(due=50))])
    engine = Engine(tiny(), "w", 0, store=dict(run.engines[0].store))
    assert engine.watermark is None
    process(engine, [("inbox", [mark(2, 0, wall=99, waiting=["orders"])])])
    assert unpack(engine.store[b"a"])[1] == unpack(_fired_at_zero(run))[1]


def _fired_at_zero(run: Replay[Sum]) -> bytes:
    run.feed([mark(2, 0, wall=99, waiting=["orders"])])
    assert run.states()["a"].seen == ["add 0 at None", "tick 0 orders"]
    return run.engines[0].store[b"a"]


def test_the_watermark_never_goes_back() -> None:
    """A lower watermark after a higher one does not lower what records and timers get."""
    run, _ = replayed([mark(0, 50), mark(1, 30), raw(2, "a", Add(due=20)), mark(3, 25)])
    assert run.engines[0].watermark == 50
    assert run.states()["a"].seen == ["add 0 at 50", "tick 50"]


def test_watermark_and_timers_are_restored_from_the_store() -> None:
    """An engine on the stored bytes of another gives the same bytes for the records that follow."""
    run, _ = replayed(LOG[:5])
    engine = Engine(tiny(), "w", 0, store=dict(run.engines[0].store))
    assert engine.watermark == 45
    process(engine, [("inbox", LOG[2:])])
    run.feed(LOG[5:])
    assert engine.store == run.engines[0].store


def test_the_clock_is_the_last_change_of_a_round() -> None:
    """The changelog gets the clock last: where it is stored, every key whose timer fired is stored, too."""
    result = process(Engine(tiny(), "w", 0), [("inbox", LOG)])
    assert list(result.changes)[-1] == CLOCK_KEY
    assert set(result.changes) == {b"a", b"c", CLOCK_KEY}


def test_redelivery_completes_a_changelog_cut_at_any_record() -> None:
    """A crash may leave any first part of a batch's changes; reading the batch again gives the same store."""
    result = process(Engine(tiny(), "w", 0), [("inbox", LOG)])
    for count in range(len(result.changes) + 1):
        stored = dict(list(result.changes.items())[:count])
        engine = Engine(
            tiny(), "w", 0, store={key: value for key, value in stored.items() if value is not None}
        )
        process(engine, [("inbox", LOG)])
        assert engine.store == {key: value for key, value in result.changes.items() if value is not None}


def test_a_recreated_topic_is_refused() -> None:
    """TopicRecreated is raised for a record or a watermark of another topic of the same name."""
    first = Engine(tiny(), "w", 0, {"inbox": b"AAAAAAAA"})
    process(first, [("inbox", LOG)])
    for record in (raw(0, "a", Add()), mark(0, 99)):
        second = Engine(tiny(), "w", 0, {"inbox": b"BBBBBBBB"}, dict(first.store))
        with pytest.raises(TopicRecreated, match="inbox was deleted and created again"):
            process(second, [("inbox", [record])])


def test_the_view_is_written_once_per_touched_key_and_batch() -> None:
    """Three records of a key in a batch give one view, of the state after them; skipped ones give none."""
    run, written = replayed([raw(n, "a", Add(n=1)) for n in range(3)] + [raw(3, "b", Add(n=7))])
    assert written_to(written, "enriched-profiles") == [("sum", b"3"), ("sum", b"7")]
    assert written_to(run.feed([raw(2, "a", Add(n=1))]), "enriched-profiles") == []


@pytest.mark.parametrize("reports", [True, False])
def test_the_last_watermark_of_a_round_is_reported(reports: bool) -> None:
    """By a stage that reports; also when it is read again."""
    engine = Engine(tiny(reports=reports), "w", 0)
    told = [
        process(engine, [("inbox", records)]).marks
        for records in ([mark(0, 10), raw(1, "a", Add(n=1)), mark(2, 20)], [mark(2, 20)], [raw(3, "a", None)])
    ]
    assert told == ([{"inbox": 20}, {"inbox": 20}, {}] if reports else [{}, {}, {}])


def test_a_step_that_returns_none_removes_the_state() -> None:
    """The key is removed from the store and the changelog."""
    engine = Engine(tiny(), "w", 0)
    process(engine, [("inbox", [raw(0, "a", Add(n=1))])])
    result = process(engine, [("inbox", [raw(1, "a", None)])])
    assert result.changes == {b"a": None}
    assert b"a" not in engine.store


def test_equal_states_have_equal_bytes() -> None:
    """The same records in one batch or in two give the same bytes."""
    single_batch, _ = replayed([raw(0, "a", Add(n=1)), raw(1, "a", Add(n=1))])
    two_batches, _ = replayed([raw(0, "a", Add(n=1))], [raw(1, "a", Add(n=1))])
    assert single_batch.stored() == two_batches.stored()


def test_a_record_has_the_last_watermark_before_it() -> None:
    """`watermark` is None before the first watermark, then the last one read."""
    run, _ = replayed([raw(0, "a", Add(n=1)), mark(1, 33), raw(2, "a", Add(n=2))])
    assert run.states()["a"].seen == ["add 1 at None", "add 2 at 33"]
