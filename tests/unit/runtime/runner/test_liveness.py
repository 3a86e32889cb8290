"""When a worker ends because it may have been replaced, or because no broker answers."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from workers.runtime.process import exits
from workers.runtime.runner import liveness as liveness_module
from workers.runtime.runner.liveness import HEARTBEAT_SECONDS, Liveness

SESSION_SECONDS = 10.0


class Exited(BaseException):
    """Stands for the end of the process."""


class SimulatedTime:
    """A monotonic clock that only sleeping advances; after `end` a sleep ends the test's loop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1_000.0
        self.slept: list[float] = []
        self.end = float("inf")
        monkeypatch.setattr(liveness_module, "time", SimpleNamespace(monotonic=lambda: self.seconds))
        monkeypatch.setattr(liveness_module, "asyncio", SimpleNamespace(sleep=self.sleep))

    async def sleep(self, seconds: float) -> None:
        """Advance the clock."""
        self.slept.append(seconds)
        self.seconds += seconds
        if self.seconds >= self.end:
            raise asyncio.CancelledError


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimulatedTime:
    """The time that `Liveness` sees."""
    return SimulatedTime(monkeypatch)


@pytest.fixture(autouse=True)
def exit_codes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have ended."""
    codes: list[int] = []

    def exit_process(code: int) -> None:
        codes.append(code)
        raise Exited

    monkeypatch.setattr(liveness_module, "os", SimpleNamespace(_exit=exit_process))
    return codes


class Broker:
    """Stands in for the producer: whether a broker answers, poll by poll; the last answer repeats."""

    def __init__(self, *answers: bool) -> None:
        self._answers = list(answers)
        self.polls = 0

    async def answers(self) -> bool:
        """The next answer."""
        self.polls += 1
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


async def note_one_turn(liveness: Liveness, clock: SimulatedTime) -> None:
    """Let the event loop take one turn, at the present time."""
    clock.end, before = 0.0, clock.seconds
    with pytest.raises(asyncio.CancelledError):
        await liveness.note_turns()
    clock.end, clock.seconds = float("inf"), before


@pytest.mark.parametrize(("age", "ends"), [(0.0, False), (5.0, False), (5.1, True)])
def test_half_a_session_without_a_heartbeat_ends_the_process(
    clock: SimulatedTime, exit_codes: list[int], age: float, ends: bool
) -> None:
    """With exit code 5; exactly half a session is still allowed."""
    liveness = Liveness(SESSION_SECONDS, lambda: age)
    if ends:
        with pytest.raises(Exited):
            liveness.exit_if_fenced()
    else:
        liveness.exit_if_fenced()
    assert exit_codes == ([5] if ends else [])
    assert exits.FENCED == 5


@pytest.mark.parametrize("check", [Liveness.exit_if_fenced, Liveness.exit_if_stalled])
async def test_half_a_session_without_a_turn_ends_the_process(
    clock: SimulatedTime, exit_codes: list[int], check: Any
) -> None:
    """Both checks find it, although the last heartbeat is fresh."""
    liveness = Liveness(SESSION_SECONDS, lambda: 0.0)
    await note_one_turn(liveness, clock)
    clock.seconds += SESSION_SECONDS / 2
    check(liveness)
    assert exit_codes == []
    clock.seconds += 0.1
    with pytest.raises(Exited):
        check(liveness)
    assert exit_codes == [exits.FENCED]


def test_a_missing_heartbeat_is_no_stall(clock: SimulatedTime, exit_codes: list[int]) -> None:
    """`exit_if_stalled` checks the event loop alone."""
    Liveness(SESSION_SECONDS, lambda: 3_600.0).exit_if_stalled()
    assert exit_codes == []


def test_before_the_first_turn_nothing_is_stalled(clock: SimulatedTime, exit_codes: list[int]) -> None:
    """A slow start of the process is no stall."""
    liveness = Liveness(SESSION_SECONDS, lambda: 0.0)
    clock.seconds += 3_600
    liveness.exit_if_stalled()
    assert exit_codes == []


async def test_turns_are_noted_at_short_intervals(clock: SimulatedTime, exit_codes: list[int]) -> None:
    """A loop that runs is never stalled; one that stood still ends the process at its next turn."""
    liveness = Liveness(SESSION_SECONDS, lambda: 0.0)
    clock.end = clock.seconds + 3 * SESSION_SECONDS
    with pytest.raises(asyncio.CancelledError):
        await liveness.note_turns()
    assert set(clock.slept) == {HEARTBEAT_SECONDS}
    assert exit_codes == []

    clock.end = float("inf")
    clock.seconds += SESSION_SECONDS
    with pytest.raises(Exited):
        await liveness.note_turns()
    assert exit_codes == [exits.FENCED]


async def test_a_session_without_an_answering_broker_is_a_connection_error(clock: SimulatedTime) -> None:
    """The broker is polled five times per session; the time counts from its last answer."""
    liveness = Liveness(SESSION_SECONDS, lambda: 0.0)
    broker: Any = Broker(True, False, True, False)
    began = clock.seconds
    with pytest.raises(ConnectionError, match="no broker has answered for 10 s"):
        await liveness.watch_broker(broker)
    interval = SESSION_SECONDS / 5
    assert set(clock.slept) == {interval}
    # the last answer is that of the third poll; six polls after it, more than a session has passed
    assert (broker.polls, clock.seconds - began) == (9, 8 * interval)


async def test_a_broker_that_answers_is_watched_for_ever(clock: SimulatedTime) -> None:
    """Short failures do not end the watch."""
    liveness = Liveness(SESSION_SECONDS, lambda: 0.0)
    clock.end = clock.seconds + 10 * SESSION_SECONDS
    broker: Any = Broker(*[True, False, False] * 30, True)
    with pytest.raises(asyncio.CancelledError):
        await liveness.watch_broker(broker)
    assert broker.polls == 50
