"""What a summary speaks of, read from a profile once, the same for every language."""

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
NAMED_UP_TO = 3  # of a list
NEEDS_NAMED_UP_TO = 8  # who leaves out an allergy does harm
FAVORITES = 2  # hosts, cuisines and event types that are named
OFTEN = 1.0  # a decayed weight above it needs at least two occasions
DAYS_PER_MONTH, DAYS_PER_YEAR = 30.44, 365.25
LONG_TIME_DAYS, LONG_TIME_EVENTS = 365, 5  # from then on somebody is called a long-time user

Whole = Callable[[float], int]  # round, or int to round down


class Upcoming(NamedTuple):
    """The next event, in how many days, and how many follow it."""

    name: str
    venue: Word | None
    days: int | None
    more: int


class SummaryFacts(NamedTuple):
    """All that may be said; empty or None is not said. Lists are whole: the languages cut them."""

    name: str
    age: int
    gender: Word | None
    occupation: Word | None
    home: Word | None
    work: Word | None
    interests: list[Word]
    table: Word | None
    eater: Word | None
    needs: dict[str, list[Word]]  # what they eat, by kind: food, avoided, allergy; other needs have none
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
        """Whether they have come for a year or more, and to more than a few events."""
        return self.since_first >= LONG_TIME_DAYS and self.events >= LONG_TIME_EVENTS

    @property
    def works_where_they_live(self) -> bool:
        """Whether they live and work in the same neighbourhood."""
        home, work = self.home, self.work
        return home is not None and work is not None and home.en.casefold() == work.en.casefold()

    def friends_named(self) -> tuple[list[str], int]:
        """The first friends, each name once, and how many others there are (namesakes are among them)."""
        names = list(dict.fromkeys(self.friends))[:NAMED_UP_TO]
        return names, len(self.friends) - len(names)


def read(profile: Any) -> SummaryFacts:
    """The facts of anything with a profile's fields. An age of 0 says nothing, as in the score."""
    first, last_venue = profile.first_event_date, VENUES.read(profile.last_event_venue)
    liked, now = profile.affinities, profile.as_of
    diets = by_kind(DIETS.read_all(profile.dietary_restrictions))
    stated = CUISINES.read_all(profile.cuisine_preference)
    venue = often(liked, "venue", VENUES)[:1]
    return SummaryFacts(
        name=called(profile.name, profile.email),
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
        friends=[found for friend in profile.friends if (found := clean(friend))],
        level=profile.activity_level,
        events=profile.number_of_events_attended,
        days=profile.days_since_last_event,
        since_first=(now.date() - first).days if first else 0,
        last_venue=last_venue,
        event_types=often(liked, "event_type", EVENT_TYPES)[:FAVORITES],
        venue=venue[0] if venue and venue[0] != last_venue else None,
        hosts=HOSTS.read_all(profile.favorite_hosts)[:FAVORITES],
        cuisines=(stated or often(liked, "cuisine", CUISINES))[:FAVORITES],
        upcoming=next_event(profile.upcoming_events, now),
        orders=profile.total_orders,
        on_team=profile.is_on_team,
        needs_details=profile.should_request_more_details,
    )


def called(name: str | None, address: str | None) -> str:
    """What to call a person; empty when nothing is known."""
    return (first_name(clean(name), address) or "").strip(ENDINGS)


def strictest(eaters: list[Word]) -> Word | None:
    """Of several kinds of eaters the one that includes the others."""
    return min(eaters, key=EATERS.index) if len(eaters) > 1 else eaters[0] if eaters else None


def by_kind(words: list[Word]) -> dict[str, list[Word]]:
    """Words by their kind, in their order."""
    found: dict[str, list[Word]] = {}
    for word in words:
        found.setdefault(word.kind, []).append(word)
    return found


def value(item: Any, name: str) -> Any:
    """A field of an event or affinity, which may be a model or the dict it is made from."""
    return item.get(name) if isinstance(item, dict) else getattr(item, name)


def often(affinities: Mapping[str, Sequence[Any]], signal: str, lexicon: Lexicon) -> list[Word]:
    """What they came for more than once and not too long ago, heaviest first."""
    liked = affinities.get(signal)
    if not liked:
        return []
    return lexicon.read_all([value(one, "name") for one in liked if value(one, "weight") > OFTEN])


def next_event(events: Sequence[Any], now: datetime) -> Upcoming | None:
    """The next event that is still to come; who looks far ahead may find some that have passed."""
    if not events:
        return None
    coming = [(event, days) for event in events if (days := days_ahead(event, now)) is None or days >= 0]
    if not coming:
        return None
    event, days = coming[0]
    return Upcoming(clean(value(event, "name")), VENUES.read(value(event, "venue")), days, len(coming) - 1)


def days_ahead(event: Any, now: datetime) -> int | None:
    """In how many days an event is; None without a date."""
    day: date | str | None = value(event, "date")
    if not day:
        return None
    return ((date.fromisoformat(day[:10]) if isinstance(day, str) else day) - now.date()).days


def months_or_years(days: int, whole: Whole) -> tuple[int, str]:
    """A number of days in whole months, from two years on in whole years."""
    months = whole(days / DAYS_PER_MONTH)
    return (months, "month") if months < 24 else (whole(days / DAYS_PER_YEAR), "year")
