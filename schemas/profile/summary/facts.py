"""The facts of a summary, read from a profile once, the same for every language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from schemas.names import first_name
from schemas.profile.summary.lexicon import ENDINGS, Lexicon, Word, clean
from schemas.profile.summary.pursuits import INTERESTS, OCCUPATIONS
from schemas.profile.summary.words import (
    CUISINES,
    DIETS,
    EATERS,
    EVENT_TYPES,
    GENDERS,
    PLACES,
    RELATIONSHIPS,
    TABLES,
)

AREAS, HOSTS, VENUES = Lexicon(), Lexicon(), Lexicon()
NAMED_UP_TO = 3  # words of a list
NEEDS_NAMED_UP_TO = 8  # more, because leaving out an allergy does harm
FAVORITES = 2  # hosts, cuisines and event types that are named, of each
REPEATED_WEIGHT = 1.0  # a decayed weight above it comes from at least two events
DAYS_PER_MONTH, DAYS_PER_YEAR = 30.44, 365.25
LONG_TIME_DAYS, LONG_TIME_EVENTS = 365, 5  # from these on a person is a long-time user

Whole = Callable[[float], int]  # round, or int to round down


class Upcoming(NamedTuple):
    """The next event, the days until it, and the number of events after it."""

    name: str
    venue: Word | None
    days: int | None
    further: int


class SummaryFacts(NamedTuple):
    """All facts of a summary; empty or None makes no sentence. Lists are complete: the languages cut them."""

    name: str
    age: int
    gender: Word | None
    occupation: Word | None
    home: Word | None
    work: Word | None
    interests: list[Word]
    table: Word | None
    eater: Word | None
    needs: dict[str, list[Word]]  # dietary needs by kind: food, avoided, allergy, or empty for other needs
    relationship: Word | None
    friends: list[str]
    level: str
    events: int
    days: int | None
    since_first: int
    last_venue: Word | None
    event_types: list[Word]
    venue: Word | None
    hosts: list[Word]
    cuisines: list[Word]
    upcoming: Upcoming | None
    orders: int
    on_team: bool
    needs_details: bool

    @property
    def long_time(self) -> bool:
        """Whether the first event was LONG_TIME_DAYS ago and there were LONG_TIME_EVENTS."""
        return self.since_first >= LONG_TIME_DAYS and self.events >= LONG_TIME_EVENTS

    @property
    def works_where_they_live(self) -> bool:
        """Whether home and work are in the same neighbourhood."""
        home, work = self.home, self.work
        return home is not None and work is not None and home.en.casefold() == work.en.casefold()

    def friends_named(self) -> tuple[list[str], int]:
        """The names of the first friends, each once, and the number of other friends, namesakes included."""
        names = list(dict.fromkeys(self.friends))[:NAMED_UP_TO]
        return names, len(self.friends) - len(names)


def summary_facts(profile: Any) -> SummaryFacts:
    """The facts of an object with the fields of a profile. An age of 0 is none, as in the score."""
    first, last_venue = profile.first_event_date, VENUES.read(profile.last_event_venue)
    liked, now = profile.affinities, profile.as_of
    diets = by_kind(DIETS.read_all(profile.dietary_restrictions))
    stated = CUISINES.read_all(profile.cuisine_preference)
    venue = repeated(liked, "venue", VENUES)[:1]
    return SummaryFacts(
        name=short_name(profile.name, profile.email),
        age=profile.age or 0,
        gender=GENDERS.read(profile.gender),
        occupation=OCCUPATIONS.read(profile.occupation),
        home=AREAS.read(profile.home_neighborhood),
        work=PLACES.read(profile.work_neighborhood),
        interests=INTERESTS.read_all(profile.interests),
        table=TABLES.read(profile.table_type_preference),
        eater=strictest(diets.pop("eater", [])),
        needs=diets,
        relationship=RELATIONSHIPS.read(profile.relationship_status),
        friends=[name for friend in profile.friends if (name := clean(friend))],
        level=profile.activity_level,
        events=profile.number_of_events_attended,
        days=profile.days_since_last_event,
        since_first=(now.date() - first).days if first else 0,
        last_venue=last_venue,
        event_types=repeated(liked, "event_type", EVENT_TYPES)[:FAVORITES],
        venue=venue[0] if venue and venue[0] != last_venue else None,
        hosts=HOSTS.read_all(profile.favorite_hosts)[:FAVORITES],
        cuisines=(stated or repeated(liked, "cuisine", CUISINES))[:FAVORITES],
        upcoming=next_event(profile.upcoming_events, now),
        orders=profile.total_orders,
        on_team=profile.is_on_team,
        needs_details=profile.should_request_more_details,
    )


def short_name(name: str | None, address: str | None) -> str:
    """The name by which a sentence speaks of the person; empty without name and address."""
    return (first_name(clean(name), address) or "").strip(ENDINGS)


def strictest(eaters: list[Word]) -> Word | None:
    """The strictest of several kinds of eaters, which includes the others."""
    return min(eaters, key=EATERS.index) if len(eaters) > 1 else eaters[0] if eaters else None


def by_kind(words: list[Word]) -> dict[str, list[Word]]:
    """Words by their kind, in their order."""
    kinds: dict[str, list[Word]] = {}
    for word in words:
        kinds.setdefault(word.kind, []).append(word)
    return kinds


def value(item: Any, name: str) -> Any:
    """A field of an event or affinity, which may be a model or a dict."""
    return item.get(name) if isinstance(item, dict) else getattr(item, name)


def repeated(affinities: Mapping[str, Sequence[Any]], signal: str, lexicon: Lexicon) -> list[Word]:
    """The words of a signal whose weight is above REPEATED_WEIGHT, greatest weight first."""
    liked = affinities.get(signal)
    if not liked:
        return []
    return lexicon.read_all(
        [value(item, "name") for item in liked if value(item, "weight") > REPEATED_WEIGHT]
    )


def next_event(events: Sequence[Any], now: datetime) -> Upcoming | None:
    """The next event at a time; events may have passed in a profile that was computed for a later time."""
    if not events:
        return None
    coming = [(event, days) for event in events if (days := days_ahead(event, now)) is None or days >= 0]
    if not coming:
        return None
    event, days = coming[0]
    return Upcoming(clean(value(event, "name")), VENUES.read(value(event, "venue")), days, len(coming) - 1)


def days_ahead(event: Any, now: datetime) -> int | None:
    """The days until an event; None without a date."""
    day: date | str | None = value(event, "date")
    if not day:
        return None
    return ((date.fromisoformat(day[:10]) if isinstance(day, str) else day) - now.date()).days


def months_or_years(days: int, whole: Whole) -> tuple[int, str]:
    """A number of days as a number of months, from 24 months on as a number of years."""
    months = whole(days / DAYS_PER_MONTH)
    return (months, "month") if months < 24 else (whole(days / DAYS_PER_YEAR), "year")
