"""Whether a person can be invited to an event, and if not, why not. Pure.

What is not known hinders only where an invitation would be nonsense without it: an event without a name or a
date. A status in unknown words hinders, too.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from schemas.folding import folded
from workers.recommend.events.invitee import Invitee
from workers.recommend.events.listed_event import ListedEvent, each_of
from workers.recommend.places import place

Obstacle = Literal["nameless", "undated", "too-soon", "too-late", "status", "full", "going", "own", "far"]
SCHEDULED = "scheduled"
ONE_DAY = timedelta(days=1)


class InviteWindow(NamedTuple):
    """When an event may begin (both ends in epoch milliseconds)."""

    first: int
    last: int


def obstacle(event: ListedEvent, invitee: Invitee, window: InviteWindow) -> Obstacle | None:
    """Why somebody is not invited to an event; None if they may be."""
    if not (event.name or "").strip():
        return "nameless"
    if event.starts_at is None:
        return "undated"
    if event.starts_at < window.first:
        return "too-soon"
    if event.starts_at > window.last:
        return "too-late"
    if event.status not in (None, SCHEDULED):
        return "status"
    guests = each_of(event.guests)
    if not invitee.digests.isdisjoint(guests) or _is_listed(event, event.starts_at, invitee):
        return "going"
    if event.capacity is not None and len(guests) >= event.capacity:
        return "full"
    if _is_own(event, invitee):
        return "own"
    return "far" if _is_in_another_country(event, invitee) else None


def _is_listed(event: ListedEvent, starts_at: int, invitee: Invitee) -> bool:
    """Whether the person attends the event by their profile, under another address perhaps."""
    name = folded(event.name or "")
    day = event.day or datetime.fromtimestamp(starts_at / 1000, UTC).date()
    return any(name == known and abs(day - on) <= ONE_DAY for known, on in invitee.going)


def _is_own(event: ListedEvent, invitee: Invitee) -> bool:
    """Whether the host has the person's name, alone or among others."""
    name, host = folded(invitee.name or ""), folded(event.host or "")
    if not name or not host:
        return False
    return name == host or (" " in name and name in host)


def _is_in_another_country(event: ListedEvent, invitee: Invitee) -> bool:
    """Whether the event is known to be where the person is known never to be."""
    there = place(event.neighborhood).country
    known = {place(each).country for each in invitee.places} - {None}
    return there is not None and bool(known) and there not in known
