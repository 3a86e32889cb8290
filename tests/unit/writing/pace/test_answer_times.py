"""How long answers usually take, how long to wait for another one's, and when a model has stalled."""

import pytest

from workers.writing.pace.answer_times import (
    FIRST_GUESS,
    LATE_CALLS,
    MOST_LATE,
    PATIENCE,
    SLOWEST,
    AnswerTimes,
)


def answered(times: AnswerTimes, *seconds: float) -> None:
    """Calls that are answered at 0, after so many seconds."""
    for each in seconds:
        times.end(times.begin(-each), 0.0, True)


def test_the_usual_time_follows_the_answers() -> None:
    """The first answer sets it, later ones move it by a fifth; a call without an answer tells nothing."""
    times = AnswerTimes()
    assert times.usual == FIRST_GUESS
    answered(times, 1.0)
    assert times.usual == 1.0
    answered(times, 2.0)
    assert times.usual == pytest.approx(1.2)
    times.end(times.begin(0.0), 60.0, False)
    assert times.usual == pytest.approx(1.2)
    assert times.patience == pytest.approx(1.2 + PATIENCE)


def test_a_model_has_stalled_when_several_calls_are_late() -> None:
    """One slow call is no stall; when one of them ends it is over."""
    times = AnswerTimes()
    answered(times, 1.0)
    numbers = [times.begin(0.0) for _ in range(LATE_CALLS)]
    times.begin(SLOWEST)
    assert not times.has_stalled(SLOWEST)
    assert times.has_stalled(SLOWEST + 0.1)
    times.end(numbers[0], SLOWEST + 0.2, False)
    assert not times.has_stalled(SLOWEST + 0.3)


def test_a_model_that_answers_others_has_not_stalled() -> None:
    """Some hang, and most are answered; only when very many hang is no other one begun."""
    times = AnswerTimes()
    for _ in range(MOST_LATE - 1):
        times.begin(0.0)
    times.end(times.begin(60.0), 61.0, True)
    assert not times.has_stalled(62.0)
    times.begin(0.0)
    assert times.has_stalled(62.0)


def test_a_model_that_is_always_slow_has_not_stalled() -> None:
    """Late is what takes three times as long as usual."""
    times = AnswerTimes()
    answered(times, 20.0)
    for _ in range(LATE_CALLS):
        times.begin(0.0)
    assert not times.has_stalled(60.0)
    assert times.has_stalled(60.1)
