"""What the events say about a person: history, hosts, venues, types, friends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.names import full_name, normalise
from workers.people.state import Attended, Kept

DAY_MS = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
FRIEND_FROM = 2  # shared events
FAVORITE_HOST_FROM = 2  # events


def day(at: int | None) -> date | None:
    """The date (UTC) of epoch milliseconds, if there is one."""
    return None if at is None else date.fromordinal(EPOCH_DAY + at // DAY_MS)


def distinct(kept: Kept) -> list[Attended]:
    """The events the person is on the list of, each once, by date (missing last), then id."""
    found: dict[str, Attended] = {}
    for id_ in sorted(kept.attended):
        found.setdefault(kept.attended[id_].event_id, kept.attended[id_])
    return sorted(found.values(), key=lambda event: (event.date is None, event.date or 0, event.event_id))


def split(events: list[Attended], as_of: int) -> tuple[list[Attended], list[Attended]]:
    """Events that have taken place (not after `as_of`; without a date, too), and upcoming ones."""
    past = [event for event in events if event.date is None or event.date <= as_of]
    return past, [event for event in events if event.date is not None and event.date > as_of]


def by_count(words: Iterable[str | None]) -> list[tuple[str, int]]:
    """Words with how often they occur, most often first, then by first occurrence."""
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda one: -one[1])  # stable: the first occurrence decides


def friends(past: list[Attended], own: str) -> list[str]:
    """Names of those met at two events or more: most shared events first, then where they were first met."""
    met: dict[str, list[str | None]] = {}
    for event in past:
        for address, name in event.companions:
            met.setdefault(address, []).append(name)
    often = [
        (address, names) for address, names in met.items() if len(names) >= FRIEND_FROM and address != own
    ]
    often.sort(key=lambda one: -len(one[1]))  # stable: the order of the first meeting stays
    return [
        full_name(next((name for name in names if name), None), address) or address.partition("@")[0]
        for address, names in often
    ]


def entries(events: list[Attended]) -> list[dict[str, Any]]:
    """Events as the profile lists them."""
    return [{"name": event.name, "date": day(event.date), "venue": event.venue} for event in events]


def event_fields(kept: Kept, as_of: int) -> dict[str, Any]:
    """The fields of the profile that come from events."""
    past, upcoming = split(distinct(kept), as_of)
    dated = [event for event in past if event.date is not None]
    first, last = (dated[0], dated[-1]) if dated else (None, None)
    hosts = by_count([event.host for event in past])
    own = normalise(kept.user.email) if kept.user else ""
    return {
        "friends": friends(past, own),
        "event_history_hosts": [host for host, _ in hosts],
        "favorite_hosts": [host for host, count in hosts if count >= FAVORITE_HOST_FROM],
        "event_history": entries(past),
        "venue_history": [venue for venue, _ in by_count([event.venue for event in past])],
        "number_of_events_attended": len(past),
        "first_event_date": day(first.date) if first else None,
        "last_event_date": day(last.date) if last else None,
        "last_event_venue": last.venue if last else None,
        "favorite_event_types": [kind for kind, _ in by_count([event.event_type for event in past])],
        "upcoming_events": entries(upcoming),
        "is_first_time_user": not past,
    }
