"""However batches are cut, and whatever suffix comes again, the store and what was said are the same."""

from typing import Any
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.runtime.engine.tiny import Add, ids, mark, raw, tiny
from workers.runtime.engine import due_timers
from workers.runtime.engine.attempts import FinishedRound, attempts, process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.state_header import POISON_KEY
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

keys = st.sampled_from("abc")
times = st.integers(0, 40)
adds = st.builds(
    Add,
    n=st.integers(0, 9),
    due=st.none() | times,
    trouble=st.sampled_from([None] * 6 + ["step", "view", "encode", "timer", "big-state", "big-output"]),
    tick_trouble=st.sampled_from([False, False, False, True]),
)
records = st.tuples(st.just("record"), keys, adds)
garbage = st.tuples(st.just("record"), keys, st.just(b"{"))
watermarks = st.tuples(st.just("mark"), times, st.sampled_from([(), (), (), ("users",)]))
logs = st.lists(records | records | watermarks | garbage, min_size=1, max_size=24)


def log_of(drawn: list[tuple[Any, ...]]) -> list[ConsumerRecord]:
    """A partition of the inbox; a waiting watermark says a wall clock ahead of the good time."""
    return [
        raw(offset, entry[1], entry[2])
        if entry[0] == "record"
        else mark(offset, entry[1], wall=entry[1] + 10, waiting=entry[2])
        for offset, entry in enumerate(drawn)
    ]


def run(
    log: list[ConsumerRecord], sizes: list[int], store: dict[bytes, bytes] | None = None
) -> tuple[Engine, list[ProducerRecord]]:
    """Feed a log in batches of some sizes, over and over."""
    engine, written, begin, turn = Engine(tiny(), "w", 0, store=store), list[ProducerRecord](), 0, 0
    while begin < len(log):
        size = sizes[turn % len(sizes)]
        written += process(engine, [("inbox", log[begin : begin + size])]).outputs
        begin, turn = begin + size, turn + 1
    return engine, written


def states(store: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """A store without the counts of dead letters: a record that is read again is counted again."""
    return {key: value for key, value in store.items() if key != POISON_KEY}


sizes = st.lists(st.integers(1, 8), min_size=1, max_size=5)


@given(logs, sizes)
def test_any_cut_gives_the_same_store(drawn: list[tuple[Any, ...]], cut: list[int]) -> None:
    """One record at a time and any other batches end in the same bytes, and say the same ids."""
    log = log_of(drawn)
    one, said = run(log, [1])
    other, also_said = run(log, cut)
    assert other.store == one.store
    assert sorted(ids(also_said)) == sorted(ids(said))


@given(logs, sizes, st.data())
def test_any_suffix_may_come_again(drawn: list[tuple[Any, ...]], cut: list[int], data: st.DataObject) -> None:
    """A crash anywhere, a restart from the store, and the records from any place before it again."""
    log = log_of(drawn)
    whole, _ = run(log, cut)
    crash = data.draw(st.integers(0, len(log)))
    start = data.draw(st.integers(0, crash))
    before, _ = run(log[:crash], cut)
    after, _ = run(log[start:], cut, dict(before.store))
    assert states(after.store) == states(whole.store)


@given(logs, sizes, st.integers(1, 3))
def test_a_watermark_in_several_rounds_gives_the_same(
    drawn: list[tuple[Any, ...]], cut: list[int], due: int
) -> None:
    """However many keys a round may wake."""
    log = log_of(drawn)
    one, said = run(log, [1])
    with patch.object(due_timers, "MAX_FIRED", due):
        other, also_said = run(log, cut)
    assert other.store == one.store
    assert sorted(ids(also_said)) == sorted(ids(said))


@given(logs, st.integers(1, 3), st.data())
def test_a_crash_between_the_rounds_of_a_watermark_is_mended(
    drawn: list[tuple[Any, ...]], due: int, data: st.DataObject
) -> None:
    """Some of its rounds are in the changelog, the next of them in part; all records come again."""
    log = log_of(drawn)
    whole, _ = run(log, [len(log)])
    torn: dict[bytes, bytes] = {}
    with patch.object(due_timers, "MAX_FIRED", due):
        events = attempts(Engine(tiny(), "w", 0), [("inbox", log)])
        rounds = [event.result for event in events if isinstance(event, FinishedRound)]
        changes = [change for work in rounds for change in work.changes.items()]
        for key, stored in changes[: data.draw(st.integers(0, len(changes)))]:
            if stored is None:
                torn.pop(key, None)
            else:
                torn[key] = stored
        after, _ = run(log, [len(log)], torn)
    assert states(after.store) == states(whole.store)


@given(logs, st.data())
def test_a_torn_changelog_is_mended(drawn: list[tuple[Any, ...]], data: st.DataObject) -> None:
    """A crash that keeps the first part of a round's changelog, and the round again: the same bytes."""
    log = log_of(drawn)
    whole, _ = run(log, [len(log)])
    start = data.draw(st.integers(0, len(log)))
    before, _ = run(log[:start], [max(1, start)])
    torn = dict(before.store)
    changes = process(before, [("inbox", log[start:])]).changes
    for key in list(changes)[: data.draw(st.integers(0, len(changes)))]:
        torn[key] = changes[key] or b""
    after, _ = run(log[start:], [len(log)], torn)
    assert states(after.store) == states(whole.store)
