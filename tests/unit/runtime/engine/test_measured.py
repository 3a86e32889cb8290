"""What a step measures is handed on when all that the round wants is acknowledged, and once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.runtime.engine.test_rounds import Crashed, FakeWorker, feed
from tests.unit.runtime.engine.tiny import Add, raw, step, tiny
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
