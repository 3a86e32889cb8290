"""When an event begins, as the clock shows it where it is."""

from datetime import date
from typing import Any

import pytest

from schemas.documents import Event
from workers.product.reading import read
from workers.recommend.events.listed_event import listed_event
from workers.recommend.events.start import EventStart, start_of

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("fields", "product", "start"),
    [
        ({"date": "2026-12-05T19:00:00+09:00"}, "UTC", EventStart(DAY, "19:00")),
        ({"date": "2026-12-05 19:00"}, "Asia/Tokyo", EventStart(DAY, "19:00")),
        ({"date": "2026-12-05"}, "America/New_York", EventStart(DAY)),
        ({"date": "2026-12-05T00:00:00Z"}, "America/New_York", EventStart(DAY)),
        ({"date": "2026-12-05T10:00:00Z"}, "Asia/Tokyo", EventStart(DAY, "19:00", "JST")),
        ({"date": "2026-12-05T10:00:00Z"}, "UTC", EventStart(DAY, "10:00", "UTC")),
        ({"date": "2026-12-05T10:00:00Z"}, "Asia/Dubai", EventStart(DAY, "14:00", "UTC+04")),
        ({"date": "2026-12-05T10:00:00Z", "time_zone": "Asia/Tokyo"}, "UTC", EventStart(DAY, "19:00")),
        ({"date": "2026-12-04T20:00:00Z", "time_zone": "Asia/Tokyo"}, "UTC", EventStart(DAY, "05:00")),
        ({"date": "2026-12-04T15:00:00Z", "time_zone": "Asia/Tokyo"}, "UTC", EventStart(DAY)),
        ({"date": "2026-12-05T10:00:00Z", "time_zone": "Mars/Base"}, "UTC", EventStart(DAY, "10:00", "UTC")),
    ],
)
def test_the_clock_of_the_place(fields: dict[str, Any], product: str, start: EventStart) -> None:
    """As it is written, else in the zone of the event, else in that of the product, which is named."""
    event = listed_event(read(Event, {"id": "1"} | fields), (1, 1))
    assert event.starts_at is not None
    assert start_of(event, event.starts_at, product) == start
