"""The money of a day, as one process knows it."""

import pytest

from workers.runtime.pace.day_spending import DaySpending, day_of, seconds_to_next_day

MIDNIGHT = 1_772_409_600_000  # 2026-03-02


@pytest.mark.parametrize(
    ("at", "day", "seconds"),
    [
        (MIDNIGHT - 1, "2026-03-01", 0.001),
        (MIDNIGHT, "2026-03-02", 86_400),
        (MIDNIGHT + 500, "2026-03-02", 86_399.5),
    ],
)
def test_a_day_is_one_of_utc(at: int, day: str, seconds: float) -> None:
    assert (day_of(at), seconds_to_next_day(at)) == (day, seconds)


def test_a_process_on_its_own_may_spend_its_part_of_what_was_left() -> None:
    """What it has spent counts; without a budget anything is allowed."""
    spending = DaySpending()
    spending.learn("2026-03-01", 400, 0)
    spending.spend_alone("2026-03-01", 200)

    assert spending.allows_alone("2026-03-01", 100, 1_000, 2)
    assert not spending.allows_alone("2026-03-01", 101, 1_000, 2)
    assert not spending.allows_alone("2026-03-01", 1, 300, 1)
    assert spending.allows_alone("2026-03-01", 10**9, None, 2)


def test_what_was_told_is_not_told_again() -> None:
    """What was spent in between is, and so is what was too much."""
    spending = DaySpending()
    spending.spend_alone("2026-03-01", 30)
    told = spending.untold("2026-03-01")
    spending.spend_alone("2026-03-01", 5)
    spending.learn("2026-03-01", 130, told)

    assert (spending.shared("2026-03-01"), spending.untold("2026-03-01")) == (130, 5)
    spending.learn("2026-03-01", -1, 0)
    assert spending.shared("2026-03-01") == 130


def test_a_new_day_begins_with_nothing_and_an_old_one_changes_nothing() -> None:
    spending = DaySpending()
    spending.learn("2026-03-01", 100, 0)
    spending.spend_alone("2026-03-02", 7)
    spending.learn("2026-03-01", 90, 0)
    spending.spend_alone("2026-03-01", 50)

    assert (spending.shared("2026-03-02"), spending.untold("2026-03-02")) == (0, 7)
    assert (spending.shared("2026-03-01"), spending.untold("2026-03-01")) == (0, 0)
