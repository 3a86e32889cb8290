"""The interest in other jobs that a signal names."""

from tests.world import DAY_MS
from workers.people.job_interest import others
from workers.people.job_state import JobInterestSum

NOW = 1_707_091_200_000


def interest(days_ago: int) -> JobInterestSum:
    """An application so many days ago."""
    return JobInterestSum(0.0, True, None, NOW - days_ago * DAY_MS)


def test_a_job_too_long_ago_hides_none_before_it() -> None:
    """An interaction corrected to a time before evicted ones is noted after them: times need not rise."""
    recent = {"y": interest(45), "x": interest(100)}
    assert others(recent, "z", NOW) == (("y", 0.5, NOW - 45 * DAY_MS),)


def test_the_window_is_closed() -> None:
    """90 days before is in it, a day more is not."""
    recent = {"old": interest(91), "edge": interest(90), "z": interest(1)}
    assert others(recent, "z", NOW) == (("edge", 0.5, NOW - 90 * DAY_MS),)
