"""What speaks for an event: points of each thing, 100 together at most. Pure.

What is not known gives no points.
"""

from collections.abc import Iterator

from schemas.folding import folded_kind
from workers.recommend.events.invitee import Invitee, key_of
from workers.recommend.events.listed_event import ListedEvent, each_of
from workers.recommend.events.policy import EventPolicy
from workers.recommend.events.reasons import UNTOLD, WhyInvited
from workers.recommend.events.start import start_of
from workers.recommend.places import likeness_of_places, place
from workers.recommend.policy import PlaceLikeness
from workers.recommend.words import folded, runs

LEAST_EVENTS, LEAST_OF_A_WEEKDAY, LEAST_SHARE_OF_A_WEEKDAY = 3, 2, 0.4  # from which there is a usual weekday
SMALL_WORDS = frozenset(["and", "or", "of", "the", "in", "at", "for", "with", "to", "a", "an"])
SAME_REGION = PlaceLikeness().region


def whys(
    event: ListedEvent, invitee: Invitee, friends: frozenset[bytes], policy: EventPolicy
) -> list[WhyInvited]:
    """What speaks for an event, in the order of the parts; `friends` are the digests of theirs."""
    parts: tuple[Iterator[WhyInvited], ...] = (
        _friends(len(friends.intersection(each_of(event.people))) if friends else 0, policy.points.friends),
        _liked(event, invitee, policy),
        _cuisine(event, invitee, policy.points.cuisine),
        _interest(event, invitee, policy.points.interest),
        _place(event, invitee, policy.points.place),
        _weekday(event, invitee, policy),
    )
    return [why for part in parts for why in part if why.points > 0]


def _friends(friends: int, most: float) -> Iterator[WhyInvited]:
    """One friend gives half of the points, each further one half of the rest."""
    if friends:
        yield WhyInvited("friends", most * (1 - 0.5**friends), friends)


def _liked(event: ListedEvent, invitee: Invitee, policy: EventPolicy) -> Iterator[WhyInvited]:
    """The host, the type and the venue, as much as each is liked."""
    points = policy.points
    if event.host:
        share = invitee.hosts.get(key_of("hosts", event.host), 0.0)
        yield WhyInvited("host", points.host * share, event.host)
    if event.event_type:
        share = invitee.event_types.get(key_of("event_types", event.event_type), 0.0)
        yield WhyInvited("event_type", points.event_type * share, event.event_type)
    if event.venue:
        share = invitee.venues.get(key_of("venues", event.venue), 0.0)
        yield WhyInvited("venue", points.venue * share, event.venue)


def _cuisine(event: ListedEvent, invitee: Invitee, most: float) -> Iterator[WhyInvited]:
    """The cuisine that is liked most; one that they named themselves before one that they had."""
    found = [(key, text) for text in event.cuisine if (key := key_of("cuisines", text))]
    shares = [(1.0 if key in invitee.stated else invitee.cuisines.get(key, 0.0), text) for key, text in found]
    if shares:
        share, text = max(shares, key=lambda each: each[0])
        yield WhyInvited("cuisine", most * share, text)


def _interest(event: ListedEvent, invitee: Invitee, most: float) -> Iterator[WhyInvited]:
    """The first interest whose words the name, the type or a cuisine of the event has."""
    said = " ".join(folded(text) for text in (event.name, event.event_type, *event.cuisine) if text)
    for interest in invitee.interests:
        if is_about(said, folded(interest)):
            yield WhyInvited("interest", most, interest)
            return


def is_about(said: str, interest: str) -> bool:
    """Whether a text has every word of an interest, in the singular or the plural; both are folded."""
    words = {word if is_japanese else folded_kind(word) for word, is_japanese in runs(said)}

    def is_said(word: str, is_japanese: bool) -> bool:
        return (len(word) > 1 and word in said) if is_japanese else folded_kind(word) in words

    wanted = [each for each in runs(interest) if each[0] not in SMALL_WORDS]
    return bool(wanted) and all(is_said(*each) for each in wanted)


def _place(event: ListedEvent, invitee: Invitee, most: float) -> Iterator[WhyInvited]:
    """The same city, or (with less) the same region; only of the city it is said that it is near."""
    there = place(event.neighborhood)
    near = max(
        (likeness_of_places(place(here), there, PlaceLikeness()) for here in invitee.places), default=0.0
    )
    if event.neighborhood and near >= SAME_REGION:
        yield WhyInvited("place", most * near, event.neighborhood if near >= 1 else UNTOLD)


def _weekday(event: ListedEvent, invitee: Invitee, policy: EventPolicy) -> Iterator[WhyInvited]:
    """The weekday on which they come most often, if they have one."""
    if event.starts_at is None or sum(invitee.weekdays) < LEAST_EVENTS:
        return
    weekday = start_of(event, event.starts_at, policy.time_zone).day.weekday()
    count = invitee.weekdays[weekday]
    share = count / sum(invitee.weekdays)
    if count >= LEAST_OF_A_WEEKDAY and share >= LEAST_SHARE_OF_A_WEEKDAY:
        yield WhyInvited("weekday", policy.points.weekday * share, weekday)
