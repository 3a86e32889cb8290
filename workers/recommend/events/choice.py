"""The events to which a person can be invited, the best one first. Pure.

Known limit: it is not known to which events somebody was invited before, so that the same one may be chosen
again; the cooldown of mails and the days that an event may be ahead say how often.
"""

from dataclasses import dataclass

from workers.recommend.events.bookable import InviteWindow, obstacle
from workers.recommend.events.calendar import EventCalendar
from workers.recommend.events.invitee import Invitee
from workers.recommend.events.listed_event import ListedEvent
from workers.recommend.events.policy import EventPolicy
from workers.recommend.events.reasons import REASONS, UNTOLD, WhyInvited
from workers.recommend.events.score import whys
from workers.recommend.policy import DAY_MS

HOUR_MS = 3_600_000
DIGITS = 6  # of a score: what adds up to the same is the same


@dataclass(frozen=True, slots=True)
class EventPick:
    """An event with its score, 0 to 100, and the reasons to tell, the weightiest first."""

    event: ListedEvent
    starts_at: int
    score: float
    whys: tuple[WhyInvited, ...]


def choose(
    invitee: Invitee, calendar: EventCalendar, policy: EventPolicy, now: int, not_before: int = 0
) -> list[EventPick]:
    """The events for a person at a time, in an order that depends on nothing but these.

    None begins before `not_before`, until when an invitation may be read; both in epoch milliseconds.
    An event for which nothing can be told, or too little speaks, is none of them.
    """
    first = max(now + round(policy.least_hours * HOUR_MS), not_before)
    window = InviteWindow(first, now + round(policy.most_days * DAY_MS))
    picks, friends = [], calendar.friends(invitee.digests, now)
    for event in calendar.between(*window):
        if event.starts_at is None or obstacle(event, invitee, window) is not None:
            continue
        found = whys(event, invitee, friends, policy)
        score = round(sum(why.points for why in found), DIGITS)
        told = sorted((why for why in found if why.named != UNTOLD), key=_weightiest_first)
        if told and score >= policy.least_score:
            picks.append(EventPick(event, event.starts_at, score, tuple(told)))
    return sorted(picks, key=lambda pick: (-pick.score, pick.starts_at, pick.event.id))


def _weightiest_first(why: WhyInvited) -> tuple[float, int]:
    return -why.points, REASONS.index(why.code)
