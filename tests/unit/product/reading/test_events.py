"""Reading events: what the clock shows where they are, and whether people can come."""

import pytest

from schemas.documents import Event
from workers.product.reading import read

TIMES = [
    ("2026-12-05T19:00:00+09:00", "2026-12-05", "19:00"),
    ("2026-12-05T09:00:00+09:00", "2026-12-05", "09:00"),  # midnight in UTC, and no day without a time
    ("2026-12-05 19:30", "2026-12-05", "19:30"),
    ("2026-12-05T00:00:00+09:00", "2026-12-05", None),  # a day, with an offset
    ("2026-12-05T10:00:00Z", None, None),
    ({"$date": "2026-12-05T10:00:00Z"}, None, None),
    (1_796_464_800, None, None),
    ("2026-12-05", None, None),
    (None, None, None),
]


@pytest.mark.parametrize(("date", "day", "clock"), TIMES)
def test_a_time_that_says_its_own_clock_is_kept_as_it_is_written(
    date: object, day: str | None, clock: str | None
) -> None:
    """A moment in UTC says none; what was read is read as the same again."""
    event = read(Event, {"id": "1", "date": date, "local_time": "07:07"})

    assert (None if event.day is None else event.day.isoformat(), event.local_time) == (day, clock)
    assert read(Event, event.model_dump(mode="json")) == event


@pytest.mark.parametrize("clock", ["24:00", "7:00", "19:60", "soon", 19, None])
def test_what_is_no_time_of_a_clock_is_none(clock: object) -> None:
    """Whoever wrote it into the topic."""
    raw = {"id": "1", "date": "2026-12-05T10:00:00Z", "day": "2026-12-05", "local_time": clock}
    assert read(Event, raw).local_time is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Sold-Out", "full"),
        ("中止", "cancelled"),
        ("CANCELED", "cancelled"),
        ("公開中", "scheduled"),
        ("on sale", "scheduled"),
        ("延期", "postponed"),
        ("下書き", "draft"),
        ("Finished", "ended"),
    ],
)
def test_a_status_is_one_of_six(word: str, status: str) -> None:
    """In either language."""
    assert read(Event, {"id": "1", "status": word}).status == status


def test_other_words_stay_with_a_note() -> None:
    """What follows from them is on the safe side: nobody is invited."""
    event = read(Event, {"id": "1", "status": "phase 2", "time_zone": "Mars", "capacity": "many"})

    assert (event.status, event.time_zone, event.capacity) == ("phase 2", None, None)
    assert [note.field for note in event.notes] == ["capacity", "status", "time_zone"]
