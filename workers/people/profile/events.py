"""The fields of the profile that are computed from events: history, hosts, venues, types, friends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.names import normalise
from workers.people.companions import friends
from workers.people.state import StoredAttendance, StoredPerson

DAY_MS = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
FAVORITE_HOST_FROM = 2  # events of the host that the person attended
OrderedEvent = tuple[bool, int, str, StoredAttendance]  # undated, date, event id: the order of the history


def date_of(at: int) -> date:
    """The date (UTC) of epoch milliseconds."""
    return date.fromordinal(EPOCH_DAY + at // DAY_MS)


def date_or_none(at: int | None) -> date | None:
    """The date (UTC) of epoch milliseconds, None of None."""
    return None if at is None else date_of(at)


def distinct_events(stored: StoredPerson) -> list[StoredAttendance]:
    """The person's events, each once though attended under two addresses, by date (missing last), then id."""
    ordered: dict[str, OrderedEvent] = {}
    for _, events in sorted(stored.attendances.items()):
        for key, event in events.items():
            id_ = event.event_id or key
            if id_ not in ordered:
                ordered[id_] = (event.date is None, event.date or 0, id_, event)
    return [event for _, _, _, event in sorted(ordered.values(), key=lambda row: row[:3])]


def past_and_upcoming(
    events: list[StoredAttendance], as_of: int
) -> tuple[list[StoredAttendance], list[StoredAttendance]]:
    """Events that are not after `as_of` or have no date, and upcoming events."""
    if all(event.date is None or event.date <= as_of for event in events):
        return events, []
    past = [event for event in events if event.date is None or event.date <= as_of]
    return past, [event for event in events if event.date is not None and event.date > as_of]


def by_count(words: Iterable[str | None]) -> dict[str, int]:
    """How often each word occurs: most frequent first, then by first occurrence."""
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    if len(counts) < 2:
        return counts
    return dict(sorted(counts.items(), key=lambda row: -row[1]))  # stable: the first occurrence decides


def event_entries(events: list[StoredAttendance]) -> list[dict[str, Any]]:
    """Events as entries of the history or of the upcoming events."""
    return [{"name": event.name, "date": date_or_none(event.date), "venue": event.venue} for event in events]


def event_fields(stored: StoredPerson, past: list[StoredAttendance]) -> dict[str, Any]:
    """The fields of the profile that are computed from past events, except the history itself."""
    dated = [event for event in past if event.date is not None]
    first, last = (dated[0].date, dated[-1]) if dated else (None, None)
    count = len(past)
    if stored.evicted is not None:
        count += stored.evicted.events
        first = min((at for at in (first, stored.evicted.first_event) if at is not None), default=None)
    hosts = by_count([event.host for event in past])
    own = normalise(stored.user.email) if stored.user else ""
    return {
        "friends": friends(past, stored.repeat_companions, own) if stored.repeat_companions else [],
        "event_history_hosts": list(hosts),
        "favorite_hosts": [host for host, times in hosts.items() if times >= FAVORITE_HOST_FROM],
        "venue_history": list(by_count([event.venue for event in past])),
        "number_of_events_attended": count,
        "first_event_date": date_or_none(first),
        "last_event_date": date_or_none(last.date) if last else None,
        "last_event_venue": last.venue if last else None,
        "favorite_event_types": list(by_count([event.event_type for event in past])),
        "is_first_time_user": not count,
    }
