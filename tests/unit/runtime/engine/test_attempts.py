"""The rounds of an engine over some records: how many there are, their retries, and their pauses."""

import pytest

from tests.unit.runtime.engine.tiny import Add, ids, mark, raw, tiny, written_to
from workers.runtime.engine import due_timers
from workers.runtime.engine.attempts import FinishedRound, attempts, process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.keyed_states import SLICE
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.round_result import RoundResult
from workers.runtime.engine.state_header import CLOCK_KEY, RESERVED_KEYS
from workers.runtime.kafka.records import ConsumerRecord


def finished_rounds(engine: Engine, records: list[ConsumerRecord]) -> list[RoundResult]:
    """The results of all rounds over some records."""
    events = attempts(engine, [("inbox", records)])
    return [event.result for event in events if isinstance(event, FinishedRound)]


def test_a_watermark_that_fires_many_timers_takes_several_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round fires at most MAX_FIRED; clock and report come with the last; each timer fires once."""
    log = [*(raw(offset, f"k{offset}", Add(n=1, due=10)) for offset in range(5)), mark(5, 20), mark(6, 30)]
    whole = Replay(tiny())
    written_in_one_round = whole.feed(log)
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    engine = Engine(tiny(reports=True), "w", 0)
    rounds = finished_rounds(engine, [*log, raw(7, "k0", Add(n=2))])
    assert [len(result.changes.keys() - RESERVED_KEYS) for result in rounds] == [5, 2, 2]
    assert [CLOCK_KEY in result.changes for result in rounds] == [False, False, True]
    assert [result.marks for result in rounds] == [{}, {}, {"inbox": 30}]
    assert [result.read["inbox"] for result in rounds] == [5, 0, 3]
    process(engine, [("inbox", log)])
    whole.feed([raw(7, "k0", Add(n=2))])
    assert engine.store == whole.engines[0].store
    from_timers = [
        record for result in rounds for record in result.outputs if record.topic == "send-decisions"
    ]
    assert ids(from_timers) == ids(
        [record for record in written_in_one_round if record.topic == "send-decisions"]
    )


def test_a_timer_that_fails_in_a_later_round_of_a_watermark_is_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """That round is retried with the failing key isolated, and with all timers that it was to fire."""
    log = [raw(offset, f"k{offset}", Add(n=1, due=10, tick_trouble=offset == 1)) for offset in range(4)]
    monkeypatch.setattr(due_timers, "MAX_FIRED", 1)
    run = Replay(tiny())
    written = run.feed([*log, mark(4, 20)])
    assert written_to(written, "dead-letters") == [("~watermark", mark(4, 20).value)]
    assert [run.states()[f"k{number}"].due for number in range(4)] == [None, 10, None, None]


def test_a_round_pauses_while_many_timers_fire_and_many_states_are_encoded() -> None:
    """One watermark may fire all timers: without pauses the worker would send no heartbeat meanwhile."""
    engine = Engine(tiny(), "w", 0)
    process(engine, [("inbox", [raw(offset, f"k{offset}", Add(n=1, due=10)) for offset in range(4 * SLICE)])])
    turns = sum(1 for _ in attempts(engine, [("inbox", [mark(5_000, 20)])]))
    assert turns >= 8
    assert engine.pop_due(100) == []
