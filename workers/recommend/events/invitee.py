"""The person as the choice of an event sees them: what they liked of earlier events, and where they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from functools import lru_cache

from schemas.folding import folded
from schemas.permissions import address_hash
from schemas.profile import Affinity, EnrichedProfile
from schemas.profile.summary.wording import WordKind, words_of
from workers.recommend.events.listed_event import guest_digest

LEAST_SHARE = 0.2  # of what was liked most: what is too long ago, or too rare, to have a weight of its own
WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class Invitee:
    """All that the choice reads of a person; it holds no age, gender or relationship status.

    `digests` are those of their addresses. `hosts`, `venues`, `event_types` and `cuisines` say how much each
    is liked, 0 to 1, by `key_of`; `stated` are the cuisines that they named themselves. `weekdays` are how
    many of their events were on each, Monday first. `going` are the names and days of events that they join.
    """

    digests: frozenset[bytes]
    name: str | None = None
    hosts: Mapping[str, float] = field(default_factory=dict)
    venues: Mapping[str, float] = field(default_factory=dict)
    event_types: Mapping[str, float] = field(default_factory=dict)
    cuisines: Mapping[str, float] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    interests: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = (0,) * WEEKDAYS
    going: frozenset[tuple[str, Day]] = frozenset()


def invitee_of(profile: EnrichedProfile, hashed: str | None = None) -> Invitee:
    """What the choice reads of a profile; `hashed` is the hash of an address that they have besides."""
    liked = profile.affinities
    hashes = {address_hash(profile.email) if profile.email else None, hashed} - {None}
    homes = (profile.home_neighborhood, profile.work_neighborhood)
    attended = [each.name for each in liked.get("neighborhood", ())]
    days = [event.date.weekday() for event in profile.event_history if event.date is not None]
    return Invitee(
        digests=frozenset(guest_digest(each) for each in hashes if each),
        name=profile.name,
        hosts=shares("hosts", liked.get("host", ()), profile.event_history_hosts),
        venues=shares("venues", liked.get("venue", ()), profile.venue_history),
        event_types=shares("event_types", liked.get("event_type", ()), profile.favorite_event_types),
        cuisines=shares("cuisines", liked.get("cuisine", ()), ()),
        stated=keys_of("cuisines", profile.cuisine_preference),
        interests=tuple(profile.interests),
        places=tuple(place for place in (*homes, *attended) if place),
        weekdays=tuple(days.count(day) for day in range(WEEKDAYS)),
        going=frozenset(
            (folded(event.name), event.date)
            for event in profile.upcoming_events
            if event.name and event.date is not None
        ),
    )


def shares(kind: WordKind, affinities: Sequence[Affinity], earlier: Iterable[str]) -> dict[str, float]:
    """How much each word is liked beside the one that is liked most, 0 to 1; `earlier` ones a little."""
    most = max((each.weight for each in affinities), default=0.0)
    found = {key: LEAST_SHARE for each in earlier if (key := key_of(kind, each))}
    for each in affinities:
        if most > 0 and (key := key_of(kind, each.name)):
            found[key] = max(found.get(key, LEAST_SHARE), each.weight / most)
    return found


def keys_of(kind: WordKind, texts: Iterable[str]) -> frozenset[str]:
    """The keys of some texts."""
    return frozenset(key for each in texts if (key := key_of(kind, each)))


@lru_cache(16_384)
def key_of(kind: WordKind, text: str | None) -> str:
    """By which a word is compared, whatever its spelling, in either language; empty for what is no word."""
    words = words_of(kind, [text], "en") if text else []
    return folded(words[0]) if words else ""
