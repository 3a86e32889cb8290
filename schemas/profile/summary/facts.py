"""The facts of a summary, read from a profile once, the same for every language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from schemas.days import local_day
from schemas.names import first_name
from schemas.profile.summary.cuisines import CUISINES
from schemas.profile.summary.diets import read_needs
from schemas.profile.summary.foods import EATERS
from schemas.profile.summary.interests import INTERESTS
from schemas.profile.summary.lexicon import Lexicon, Word, clean
from schemas.profile.summary.occupations import OCCUPATIONS
from schemas.profile.summary.phrases import is_useless
from schemas.profile.summary.places import AREAS, HOSTS, PLACES, VENUES
from schemas.profile.summary.words import EVENT_TYPES, GENDERS, RELATIONSHIPS, TABLES

NAMED_UP_TO = 3  # words of a list
NEEDS_NAMED_UP_TO = 8  # more, because leaving out an allergy does harm
FAVORITES = 2  # hosts, cuisines and event types that are named, of each
REPEATED_WEIGHT = 1.0  # a decayed weight above it comes from at least two events
AGES, STUDENT_AGES, WORKING_AGES = range(4, 111), range(4, 101), range(15, 101)  # that are said
WITHOUT_WORK = ("retired", "unemployed", "homemaker", "job seeker", "stay-at-home parent")  # beginnings
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
    liked, today = profile.affinities, local_day(profile.as_of, profile.preferred_time_zone)
    job = OCCUPATIONS.read(profile.occupation)
    work = work_of(profile.work_neighborhood, job)
    eater, needs = diet(tuple(profile.dietary_restrictions))
    stated = CUISINES.read_all(profile.cuisine_preference)
    venues = repeated(liked, "venue", VENUES)
    return SummaryFacts(
        name=first_name(profile.name, profile.email) or "",
        age=age_said(profile.age or 0, job, work),
        gender=GENDERS.read(profile.gender),
        occupation=job,
        home=AREAS.read(profile.home_neighborhood),
        work=work,
        interests=INTERESTS.read_all(profile.interests),
        table=TABLES.read(profile.table_type_preference),
        eater=eater,
        needs=needs,
        relationship=RELATIONSHIPS.read(profile.relationship_status),
        friends=[name for friend in profile.friends if (name := name_of(friend))],
        level=profile.activity_level,
        events=profile.number_of_events_attended,
        days=profile.days_since_last_event,
        since_first=(today - first).days if first else 0,
        last_venue=last_venue,
        event_types=repeated(liked, "event_type", EVENT_TYPES)[:FAVORITES],
        venue=favorite_venue(venues, last_venue) if venues else None,
        hosts=HOSTS.read_all(profile.favorite_hosts)[:FAVORITES],
        cuisines=(stated or repeated(liked, "cuisine", CUISINES))[:FAVORITES],
        upcoming=next_event(profile.upcoming_events, today),
        orders=profile.total_orders,
        on_team=profile.is_on_team,
        needs_details=profile.should_request_more_details,
    )


def favorite_venue(venues: list[Word], last: Word | None) -> Word | None:
    """The first venue that is a place; None if it is that of the last event."""
    first = next((venue for venue in venues if venue.kind != "online"), None)
    return None if first == last else first


def age_said(age: int, job: Word | None, work: Word | None) -> int:
    """The age, or 0 if it cannot be true of somebody who comes to events, or who does this work."""
    if work is not None or (job is not None and job.en != "student"):
        return age if age in WORKING_AGES else 0
    return age if age in (AGES if job is None else STUDENT_AGES) else 0


def work_of(text: str | None, job: Word | None) -> Word | None:
    """The place of work; None for somebody who is said not to work."""
    return None if job is not None and job.en.startswith(WITHOUT_WORK) else PLACES.read(text)


@lru_cache(4096)
def diet(texts: tuple[str, ...]) -> tuple[Word | None, dict[str, list[Word]]]:
    """The kind of eater, and the other dietary needs by kind; the dict is shared and must not be changed."""
    kinds = by_kind(read_needs(texts))
    return strictest(kinds.pop("eater", [])), kinds


@lru_cache(4096)
def name_of(raw: str) -> str:
    """A name or title as a sentence has it; empty for a link, a price and the like."""
    name = clean(raw)
    return "" if is_useless(name) else name


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


def next_event(events: Sequence[Any], today: date) -> Upcoming | None:
    """The next event on a day; events may have passed in a profile that was computed for a later time."""
    if not events:
        return None
    coming = [(event, days) for event in events if (days := days_ahead(event, today)) is None or days >= 0]
    if not coming:
        return None
    event, days = coming[0]
    name, venue = value(event, "name"), value(event, "venue")
    return Upcoming(name_of(name) if name else "", VENUES.read(venue), days, len(coming) - 1)


def days_ahead(event: Any, today: date) -> int | None:
    """The days until an event; None without a date."""
    day: date | str | None = value(event, "date")
    if not day:
        return None
    return ((date.fromisoformat(day[:10]) if isinstance(day, str) else day) - today).days


def months_or_years(days: int, whole: Whole) -> tuple[int, str]:
    """A number of days as a number of months, from 24 months on as a number of years."""
    months = whole(days / DAYS_PER_MONTH)
    return (months, "month") if months < 24 else (whole(days / DAYS_PER_YEAR), "year")
