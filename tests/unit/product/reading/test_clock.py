"""Times in documents that cannot be: before 1900, in another unit, ahead of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.documents import Event, Job, JobPreference, JobView, Message, Order, User
from schemas.notes import Noted
from workers.product.reading import read
from workers.product.reading.clock import Clock, clock_at, is_bounded

NOW = datetime(2024, 2, 10, 12, tzinfo=UTC)
CLOCK = Clock(NOW, NOW + timedelta(hours=1))
AHEAD = ("2024-02-10T13:00:01Z", "2024-02-10T21:00:00", "2100-01-01", "9999-12-31T23:59:59Z", 4102444800)
HAPPENED = [
    (User, "created_at"),
    (Order, "date"),
    (Message, "created_date"),
    (JobView, "viewed_at"),
    (JobPreference, "created_at"),
]


def read_field(model: type[Noted], field: str, value: Any) -> tuple[Any, list[tuple[str, str]]]:
    document = read(model, {"id": "1", field: value}, CLOCK)
    assert read(model, document.model_dump(mode="json"), CLOCK) == document, "reading is idempotent"
    return getattr(document, field), [(note.field, note.reason) for note in document.notes]


@pytest.mark.parametrize("value", AHEAD)
@pytest.mark.parametrize(("model", "field"), HAPPENED)
def test_what_has_happened_has_no_time_ahead_of_the_clock(model: type[Noted], field: str, value: Any) -> None:
    """The time is left out, with a note."""
    meaning, notes = read_field(model, field, value)
    assert meaning is None
    assert [(name, reason.endswith("is ahead of the clock")) for name, reason in notes] == [(field, True)]


@pytest.mark.parametrize("value", AHEAD)
def test_a_message_that_was_sent_in_the_future_was_sent_now(value: Any) -> None:
    """However old its creation is."""
    raw = {"id": "1", "status": "sent", "sent_date": value, "created_date": "2024-01-01"}
    message = read(Message, raw, CLOCK)
    assert message.sent_date == NOW
    assert is_bounded(message)


@pytest.mark.parametrize("value", ["2024-02-11", "2100-01-01"])
def test_nobody_is_born_in_the_future(value: str) -> None:
    meaning, notes = read_field(User, "birth_date", value)
    assert (meaning, len(notes)) == (None, 1)


@pytest.mark.parametrize(("model", "field"), [(Event, "date"), (Job, "posted_at"), (Job, "closes_at")])
def test_events_and_jobs_may_lie_in_the_future(model: type[Noted], field: str) -> None:
    meaning, notes = read_field(model, field, "9999-12-31")
    assert (meaning, notes) == (datetime(9999, 12, 31, tzinfo=UTC), [])


@pytest.mark.parametrize(("model", "field"), HAPPENED)
def test_a_time_within_the_bound_is_believed(model: type[Noted], field: str) -> None:
    meaning, notes = read_field(model, field, "2024-02-10T13:00:00Z")
    assert (meaning, notes) == (CLOCK.latest, [])


def test_without_a_clock_times_are_not_bounded() -> None:
    """As in the batch, which computes a profile at a given time; zero is none there as well."""
    assert read(Message, {"id": "1", "sent_date": "1970-01-01"}).sent_date is None
    assert read(Order, {"id": "1", "date": "2100-01-01"}).date == datetime(2100, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1732786000000000, "looks like microseconds"),
        ("1732786000000000", "looks like microseconds"),
        (1732786000000000000, "looks like nanoseconds"),
        ("1732786000000000000", "looks like nanoseconds"),
        ({"$date": {"$numberLong": "1732786000000000000"}}, "looks like nanoseconds"),
        (1e30, "of the years 1900 to 9999"),
        ("0001-01-01T00:00:00Z", "is before 1900"),
        (-62135596800, "is before 1900"),
        (-62135596800000, "is before 1900"),
    ],
)
def test_the_note_says_what_an_impossible_time_looks_like(value: Any, reason: str) -> None:
    meaning, ((field, text),) = read_field(Order, "date", value)
    assert (meaning, field) == (None, "date")
    assert text.endswith(reason)


@pytest.mark.parametrize("value", [0, "1970-01-01", 1_732_786_000 / 1000, "1970-01-21T01:19:46Z"])
@pytest.mark.parametrize(
    ("model", "field"), [*HAPPENED, (Message, "sent_date"), (Event, "date"), (Job, "closes_at")]
)
def test_zero_and_seconds_taken_for_milliseconds_are_no_time(
    model: type[Noted], field: str, value: Any
) -> None:
    """Nothing of a product was then; a birth may have been."""
    meaning, ((name, reason),) = read_field(model, field, value)
    assert (meaning, name) == (None, field)
    assert "looks like zero, or like seconds" in reason
    if isinstance(value, str):
        assert read_field(User, "birth_date", value)[1] == []


@pytest.mark.parametrize("value", [1_700_000_000, "1700000000", 1_700_000_000.0])
def test_seconds_are_read_as_seconds(value: Any) -> None:
    """A number that would be a day in 1970 as milliseconds."""
    assert read_field(Order, "date", value) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), [])


def test_the_clock_has_a_bound_in_seconds() -> None:
    assert clock_at(1_707_566_400_000, 3600) == CLOCK
