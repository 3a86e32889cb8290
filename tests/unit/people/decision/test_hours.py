"""Quiet hours and windows, through the days on which zones set their clocks."""

from typing import Any

import pytest

from tests.world import ms
from workers.people.contact_policy import ContactTables
from workers.people.decision.hours import day_start, is_open_at, next_midnight, open_from, open_until

NIGHT = {"quiet_hours": {"start": "21:00", "end": "08:00"}}
OFFICE = {"send_windows": [{"days": ["mon", "fri"], "start": "09:00", "end": "17:00"}]}
EARLY = {"quiet_hours": {"start": "22:00", "end": "02:30"}}


def tables(values: dict[str, Any]) -> ContactTables:
    return ContactTables.model_validate(values)


@pytest.mark.parametrize(
    ("values", "zone", "at", "opens"),
    [
        (NIGHT, "UTC", "2024-02-10T12:00:00", "2024-02-10T12:00:00"),
        (NIGHT, "UTC", "2024-02-10T21:00:00", "2024-02-11T08:00:00"),
        (NIGHT, "Asia/Tokyo", "2024-02-10T12:00:00", "2024-02-10T23:00:00"),
        (NIGHT, "Pacific/Chatham", "2024-02-10T12:00:00", "2024-02-10T18:15:00"),
        (OFFICE, "UTC", "2024-02-10T12:00:00", "2024-02-12T09:00:00"),  # a Saturday
        (EARLY, "Europe/Berlin", "2024-03-31T00:30:00", "2024-03-31T01:00:00"),  # 02:30 is skipped: 03:00
        (EARLY, "Europe/Berlin", "2024-10-26T23:00:00", "2024-10-27T00:30:00"),  # the first 02:30
        (
            EARLY,
            "Australia/Lord_Howe",
            "2024-10-05T15:00:00",
            "2024-10-05T15:30:00",
        ),  # half an hour less
        (NIGHT, "Pacific/Apia", "2011-12-30T09:00:00", "2011-12-30T18:00:00"),  # 30 December is left out
    ],
)
def test_the_next_open_time(values: dict[str, Any], zone: str, at: str, opens: str) -> None:
    """In the person's zone, to the millisecond."""
    found = open_from(ms(at), zone, tables(values))
    assert found == ms(opens)
    assert is_open_at(found, zone, tables(values))
    assert found == ms(at) or not is_open_at(found - 1, zone, tables(values))


def test_an_hour_that_comes_twice_is_open_or_closed_twice() -> None:
    """On the day on which summer ends 02:00 to 03:00 comes again: it is quiet again."""
    quiet = tables({"quiet_hours": {"start": "02:00", "end": "02:30"}})
    first, second = ms("2024-10-27T00:10:00"), ms("2024-10-27T01:10:00")
    assert open_from(first, "Europe/Berlin", quiet) == ms("2024-10-27T00:30:00")
    assert open_until(ms("2024-10-27T00:30:00"), "Europe/Berlin", quiet) == ms("2024-10-27T01:00:00")
    assert open_from(second, "Europe/Berlin", quiet) == ms("2024-10-27T01:30:00")


def test_always_open_never_closes() -> None:
    """Without hours in the policy there is no end."""
    assert open_until(ms("2024-02-10"), "UTC", tables({})) is None


@pytest.mark.parametrize(
    ("zone", "at", "starts", "ends"),
    [
        ("UTC", "2024-02-10T12:00:00", "2024-02-10", "2024-02-11"),
        ("America/Sao_Paulo", "2018-11-04T12:00:00", "2018-11-04T03:00:00", "2018-11-05T02:00:00"),
        ("Pacific/Apia", "2011-12-30T09:59:00", "2011-12-29T10:00:00", "2011-12-30T10:00:00"),
    ],
)
def test_the_days_of_zones(zone: str, at: str, starts: str, ends: str) -> None:
    """One that begins at one o'clock, and one after which a day is left out."""
    assert (day_start(ms(at), zone), next_midnight(ms(at), zone)) == (ms(starts), ms(ends))


@pytest.mark.parametrize(
    "values",
    [
        {
            "quiet_hours": {"start": "22:00", "end": "08:00"},
            "send_windows": [{"start": "23:00", "end": "07:00"}],
        },
        {"send_windows": [{"days": []}]},
    ],
)
def test_hours_that_leave_no_time_are_refused(values: dict[str, Any]) -> None:
    """Nobody would ever be written to, and nobody would know why."""
    with pytest.raises(ValueError, match="leave no time"):
        tables(values)
