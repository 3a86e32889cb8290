"""Invitations of somebody who has been to three events, for the tests of `mail`."""

from collections.abc import Awaitable, Callable
from typing import Any

from schemas.decision import SendDecision
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.mail.held import AT
from tests.unit.mail.mails import CountingWriter, decision
from tests.world import SAMPLE_EVENTS, SARAH, World, profile_of
from workers.mail.held_events import HeldEvents
from workers.mail.invite_writer import EventPicks, InviteWriter
from workers.mail.mail_links import MailLinks
from workers.mail.plain_page import PageWriter
from workers.mail.writer import MailText
from workers.recommend.events.policy import EventPolicy
from workers.writing.author import Author
from workers.writing.pace.text_cache import TextCache

URL = "https://example.com/events/{id}"
HOUR_MS = 3_600_000


def profile() -> EnrichedProfile:
    """Sarah, who has been to three events."""
    world = World()
    world.put("users", SARAH)
    for each in SAMPLE_EVENTS:
        world.put("events", each)
    return profile_of(world)


SARAHS = profile()


def invite(language: str = "en", **fields: Any) -> SendDecision:
    """A decision to invite Sarah, valid for a day."""
    brief = {"first_name": "Sarah", "language": language}
    given: dict[str, Any] = {"campaign": "event-invite", "decided_at": from_epoch_ms(AT), "brief": brief}
    return decision(**(given | {"valid_until": from_epoch_ms(AT + 24 * HOUR_MS)} | fields))


def profile_known(found: EnrichedProfile | None) -> Callable[[str], Awaitable[EnrichedProfile | None]]:
    async def profile_of_person(person: str) -> EnrichedProfile | None:
        return found

    return profile_of_person


async def written(
    held: HeldEvents,
    made: SendDecision | None = None,
    found: EnrichedProfile | None = SARAHS,
    **picks: Any,
) -> tuple[MailText, CountingWriter]:
    """The mail of a decision, and the writer of other mails."""
    other = CountingWriter()
    given: dict[str, Any] = {
        "links": MailLinks(event_url=URL),
        "event_seconds": 0.1,
        "policy": EventPolicy(),
    } | picks
    chosen = EventPicks(events=held, profile_of=profile_known(found), clock=lambda: AT, **given)
    writer = InviteWriter(chosen, Author(None, TextCache(None, "t:", 60), lambda: AT), other)
    return await PageWriter(writer).write(made or invite()), other
