"""What a step measures is handed on when all that the round wants is acknowledged, and once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tests.unit.runtime.engine.test_rounds import Crashed, FakeWorker, feed
from tests.unit.runtime.engine.tiny import Add, mark, raw, step, tiny
from workers.runtime.engine import due_timers
from workers.runtime.engine.engine import Engine
from workers.runtime.stage import Action, Measured, Record, Stage, StepMessage


class Case:
    """A worker whose steps measure; `handed_on` has what was measured, and how much was written by then."""

    def __init__(self) -> None:
        self.worker = FakeWorker()
        self.handed_on: list[tuple[Measured, int]] = []
        self.engine = Engine(self.stage(), "w", 0)

    def stage(self) -> Stage[Any]:
        """The tiny stage, each record of which is measured with its offset."""

        def measuring(state: Any, message: StepMessage) -> tuple[Any, Sequence[Action]]:
            state, actions = step(state, message)
            assert isinstance(message, Record)
            return state, [*actions, Measured(("read",), message.offset)]

        return replace(tiny(), step=measuring, measure=self.measure)

    def measure(self, measured: Measured, now: int) -> None:
        """Note what is handed on."""
        assert now > 0
        self.handed_on.append((measured, len(self.worker.log.records)))


async def test_it_is_handed_on_behind_the_states() -> None:
    """A record that fails has its place taken by a dead letter, and is not measured; the others are once."""
    case = Case()
    records = [raw(0, "a", Add(n=1)), raw(1, "a", Add(n=2, trouble="step")), raw(2, "b", Add(n=3))]
    await feed(case.worker.rounds(), case.engine, records)

    assert sorted(measured.since or 0 for measured, _ in case.handed_on) == [0, 2]
    assert {written for _, written in case.handed_on} == {len(case.worker.log.records)}


async def test_what_is_not_acknowledged_is_not_measured() -> None:
    """It comes again."""
    case = Case()
    case.worker.log.remaining_writes = 2
    with pytest.raises(Crashed):
        await feed(case.worker.rounds(), case.engine, [raw(0, "a", Add(n=1))])
    assert case.handed_on == []


def counted(name: str, **labels: str) -> float:
    """How many records of the inbox a worker of the test has counted."""
    return REGISTRY.get_sample_value(f"kairos_{name}_total", {"worker": "w", "topic": "inbox", **labels}) or 0


async def test_a_watermark_is_counted_once_and_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rounds its timers take."""
    monkeypatch.setattr(due_timers, "MAX_FIRED", 2)
    log = [*(raw(offset, f"k{offset}", Add(n=1, due=10)) for offset in range(5)), mark(5, 20), mark(6, 30)]
    before = counted("records_in"), counted("control_records", said="read")
    await feed(FakeWorker().rounds(), Engine(tiny(), "w", 0), log)
    assert counted("records_in") - before[0] == 5
    assert counted("control_records", said="read") - before[1] == 2
