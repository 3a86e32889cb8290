"""Age, activity and membership of the team."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.world import EMAIL, attends, event


@pytest.mark.parametrize(
    ("user", "age", "contradicts"),
    [
        ({"birth_date": "1992-02-11"}, 31, False),
        ({"birth_date": "1992-02-10", "age": 30}, 32, True),
        ({"birth_date": "1992-02-10", "age": 31}, 32, False),
        ({"birth_date": "2024-02-11", "age": 31}, 31, False),
        ({"age": 31}, 31, False),
    ],
)
def test_the_age_is_computed_from_the_birth_date(user: dict[str, Any], age: int, contradicts: bool) -> None:
    """A birth date in the future does not count; a stated age that is more than a year off gets a note."""
    profile = attends(**user)
    assert profile.age == age
    notes = [(note.document, note.field) for note in profile.data_quality.contradictory]
    assert notes == ([("users/user_001", "age")] if contradicts else [])


def test_the_profile_changes_on_a_birthday() -> None:
    """At its midnight; a leap day's birthday is 1 March in other years."""
    profile = attends(birth_date="1992-02-29")
    assert profile.changes_at == datetime(2024, 2, 29, tzinfo=UTC)
    later = profile.at(datetime(2024, 2, 29, tzinfo=UTC))
    assert (profile.age, later.age, later.changes_at) == (31, 32, datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("days", "level"),
    [
        ([], "new"),
        (["2024-02-01"], "occasional"),
        (["2024-02-01"] * 3, "active"),
        (["2023-08-13"] * 3, "lapsed"),
    ],
)
def test_activity_has_four_levels(days: list[str], level: str) -> None:
    """By the number of events, and the days since the last."""
    assert attends(*[event(str(n), day, EMAIL) for n, day in enumerate(days)]).activity_level == level


@pytest.mark.parametrize(
    ("role", "on_team"), [("Staff", True), ("ADMIN", True), ("guest", False), (None, False)]
)
def test_a_role_may_be_one_of_the_teams(role: str | None, on_team: bool) -> None:
    """In any case of letters."""
    assert attends(role=role).is_on_team == on_team
