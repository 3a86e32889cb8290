"""What the events say about a person: history, hosts, venues, types, friends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.names import normalise
from workers.people.companions import friends
from workers.people.state import Attended, StoredPerson

DAY_MS = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
FAVORITE_HOST_FROM = 2  # events
OrderedEvent = tuple[bool, int, str, Attended]  # undated, date, event id: the order of the history


def date_of(at: int) -> date:
    """The date (UTC) of epoch milliseconds."""
    return date.fromordinal(EPOCH_DAY + at // DAY_MS)


def day(at: int | None) -> date | None:
    """The date (UTC) of epoch milliseconds, if there is one."""
    return None if at is None else date_of(at)


def distinct(stored: StoredPerson) -> list[Attended]:
    """The events the person is on the list of, each once, by date (missing last), then id."""
    found: dict[str, OrderedEvent] = {}
    for _, events in sorted(stored.attended.items()):
        for key, event in events.items():
            id_ = event.event_id or key
            if id_ not in found:
                found[id_] = (event.date is None, event.date or 0, id_, event)
    return [event for _, _, _, event in sorted(found.values(), key=lambda one: one[:3])]


def split(events: list[Attended], as_of: int) -> tuple[list[Attended], list[Attended]]:
    """Events that have taken place (not after `as_of`; without a date, too), and upcoming ones."""
    if all(event.date is None or event.date <= as_of for event in events):
        return events, []
    past = [event for event in events if event.date is None or event.date <= as_of]
    return past, [event for event in events if event.date is not None and event.date > as_of]


def by_count(words: Iterable[str | None]) -> dict[str, int]:
    """Words with how often they occur, most often first, then by first occurrence."""
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    if len(counts) < 2:
        return counts
    return dict(sorted(counts.items(), key=lambda one: -one[1]))  # stable: the first occurrence decides


def entries(events: list[Attended]) -> list[dict[str, Any]]:
    """Events as the profile lists them."""
    return [{"name": event.name, "date": day(event.date), "venue": event.venue} for event in events]


def event_fields(stored: StoredPerson, past: list[Attended]) -> dict[str, Any]:
    """The fields of the profile that come from attended events, but for the list of them."""
    dated = [event for event in past if event.date is not None]
    first, last = (dated[0].date, dated[-1]) if dated else (None, None)
    count = len(past)
    if stored.evicted is not None:
        count += stored.evicted.events
        first = min((at for at in (first, stored.evicted.first_event) if at is not None), default=None)
    hosts = by_count([event.host for event in past])
    own = normalise(stored.user.email) if stored.user else ""
    return {
        "friends": friends(past, stored.met, own) if stored.met else [],
        "event_history_hosts": list(hosts),
        "favorite_hosts": [host for host, times in hosts.items() if times >= FAVORITE_HOST_FROM],
        "venue_history": list(by_count([event.venue for event in past])),
        "number_of_events_attended": count,
        "first_event_date": day(first),
        "last_event_date": day(last.date) if last else None,
        "last_event_venue": last.venue if last else None,
        "favorite_event_types": list(by_count([event.event_type for event in past])),
        "is_first_time_user": not count,
    }
