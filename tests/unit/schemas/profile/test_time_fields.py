"""The fields of a profile that depend on the time."""

from datetime import UTC, date, datetime

import pytest

from schemas.profile.time_fields import age_at, earliest_change, next_birthday, with_time_fields
from tests.unit.people.person_facts import START, fact, stored_person_of
from workers.people.policy import Policy
from workers.people.profile.build import profile_fields

LEAP_DAY = date(1992, 2, 29)


@pytest.mark.parametrize(
    ("dated", "cooldown_end", "birthday", "change"),
    [
        ([], None, None, None),
        ([9, 12, 11], None, None, 11),
        ([10], 10, None, None),
        ([12], 11, 13, 11),
        ([12], 9, 13, 12),
        ([], 9, 13, 13),
    ],
)
def test_the_earliest_change_is_the_first_after_a_time(
    dated: list[int], cooldown_end: int | None, birthday: int | None, change: int | None
) -> None:
    """Of dated items, the end of the cooldown and the next birthday; changes up to the time have happened."""
    assert earliest_change(dated, cooldown_end, birthday, 10) == change


@pytest.mark.parametrize(
    ("birth", "as_of", "expected"),
    [
        (LEAP_DAY, datetime(2024, 2, 28, tzinfo=UTC), datetime(2024, 2, 29, tzinfo=UTC)),
        (LEAP_DAY, datetime(2024, 2, 29, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)),
        (date(2030, 5, 1), datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 5, 1, tzinfo=UTC)),
        (date(1990, 1, 1), datetime(9999, 1, 1, tzinfo=UTC), None),
    ],
)
def test_the_next_birthday(birth: date, as_of: datetime, expected: datetime | None) -> None:
    """At midnight UTC; none after the last year of the calendar."""
    assert next_birthday(birth, as_of) == expected


def test_an_age_goes_up_on_the_birthday_of_a_leap_day() -> None:
    """In other years on 1 March; before the birth the stated age counts."""
    ages = [age_at(LEAP_DAY, day, 7) for day in (date(2023, 2, 28), date(2023, 3, 1), date(1990, 1, 1))]

    assert ages == [30, 31, 7]


def test_the_given_fields_are_not_changed() -> None:
    """A new dict is returned."""
    user = fact("user", 0, {"email": "ann@x.jp", "birth_date": "1990-05-05", "age": 20}, 1)
    fields = profile_fields(stored_person_of([user]), START, Policy())
    before = {**fields, "data_quality": {**fields["data_quality"]}}

    later = with_time_fields(fields, datetime(2030, 1, 1, tzinfo=UTC))

    assert fields == before
    assert (fields["age"], later["age"]) == (33, 39)
