"""The base of every payload: times in epoch milliseconds and back."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms, to_epoch_ms

FIRST, LAST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999


@given(st.integers(FIRST, LAST))
def test_epoch_milliseconds_are_converted_to_a_time_and_back_exactly(ms: int) -> None:
    """Every millisecond of the years 1 to 9999."""
    assert to_epoch_ms(from_epoch_ms(ms)) == ms


@given(st.integers(0, 10**12), st.integers(0, 999), st.integers(-840, 840))
def test_microseconds_are_rounded_down_in_every_zone(ms: int, microseconds: int, minutes: int) -> None:
    """The zone does not matter, and a time never becomes later."""
    zone = timezone(timedelta(minutes=minutes))
    moment = (from_epoch_ms(ms) + timedelta(microseconds=microseconds)).astimezone(zone)

    assert to_epoch_ms(moment) == ms


def test_no_millisecond_is_lost_by_a_float_of_seconds() -> None:
    """1.001 s is 1000.9999… ms as a float."""
    assert to_epoch_ms(datetime(1970, 1, 1, 0, 0, 1, 1000, tzinfo=UTC)) == 1001


@pytest.mark.parametrize("ms", [FIRST - 1, LAST + 1, 10**30, -(10**30)])
def test_milliseconds_outside_the_calendar_are_refused(ms: int) -> None:
    """With the same error, however far they are outside."""
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        from_epoch_ms(ms)


def test_a_time_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """MongoDB's driver returns such times; the time zone of the process does not matter."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert to_epoch_ms(datetime(1970, 1, 2)) == 86_400_000  # noqa: DTZ001
    finally:
        monkeypatch.undo()
        time.tzset()
