"""The fields of the profile that are computed from events: history, hosts, venues, types, friends."""

from datetime import date
from typing import Any

from schemas.folding import Fold, folded, folded_kind, one_spelling, several_spellings
from schemas.names import normalise
from workers.people.companions import friends
from workers.people.profile.days import day_of
from workers.people.state import StoredAttendance, StoredPerson

FAVORITE_HOST_FROM = 2  # events of the host that the person attended
OrderedEvent = tuple[bool, int, str, StoredAttendance]  # undated, date, event id: the order of the history


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
    """Events that are not after `as_of`, and upcoming events; one without a date is neither."""
    if all(event.date is not None and event.date <= as_of for event in events):
        return events, []
    past = [event for event in events if event.date is not None and event.date <= as_of]
    return past, [event for event in events if event.date is not None and event.date > as_of]


def by_count(words: list[str | None], fold: Fold = folded) -> dict[str, int]:
    """How often each word occurs: most frequent first, then by first occurrence.

    Words that `fold` makes equal are one, in the most frequent spelling.
    """
    counts: dict[str, int] = {}
    for word in words:
        if word:
            counts[word] = counts.get(word, 0) + 1
    if len(counts) < 2:
        return counts
    if several_spellings(counts, fold):
        return by_count(one_spelling(words, fold), fold)
    return dict(sorted(counts.items(), key=lambda row: -row[1]))  # stable: the first occurrence decides


def spelling_in(words: dict[str, int], word: str) -> str:
    """The spelling that a word has in these words, of which one has its key."""
    return word if word in words else next(other for other in words if folded(other) == folded(word))


def event_entries(events: list[StoredAttendance], zone: str) -> list[dict[str, Any]]:
    """Dated events as entries of the history or of the upcoming events, with their days in a time zone."""
    return [{"name": event.name, "date": event_day(event, zone), "venue": event.venue} for event in events]


def event_day(event: StoredAttendance, zone: str) -> date | None:
    """The day of an event, None without a date."""
    return None if event.date is None else day_of(event.date, event.shift, zone)


def event_fields(stored: StoredPerson, past: list[StoredAttendance], zone: str) -> dict[str, Any]:
    """The fields of the profile that are computed from past events, except the history itself.

    Hosts, venues and types in several spellings are one, see `schemas.folding`.
    """
    first, last, count = past[0] if past else None, past[-1] if past else None, len(past)
    first_day, evicted = None if first is None else event_day(first, zone), stored.evicted
    if evicted is not None:
        count += evicted.events
        at = evicted.first_event
        if at is not None and (first is None or first.date is None or at < first.date):
            first_day = day_of(at, evicted.first_event_shift, zone)
    hosts = by_count([event.host for event in past])
    venues = by_count([event.venue for event in past])
    types = by_count([event.event_type for event in past], folded_kind)
    own = normalise(stored.user.email) if stored.user else ""
    return {
        "friends": friends(past, stored.repeat_companions, own) if stored.repeat_companions else [],
        "event_history_hosts": list(hosts),
        "favorite_hosts": [host for host, times in hosts.items() if times >= FAVORITE_HOST_FROM],
        "venue_history": list(venues),
        "number_of_events_attended": count,
        "first_event_date": first_day,
        "last_event_date": None if last is None else event_day(last, zone),
        "last_event_venue": spelling_in(venues, last.venue) if last and last.venue else None,
        "favorite_event_types": list(types),
        "is_first_time_user": not count,
    }
