"""The writer of invitations: the best event of now, prose from the author, both parts of the mail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from schemas.decision import SendDecision
from schemas.model import epoch_ms_or_none
from schemas.profile import EnrichedProfile
from workers.mail.choosing import chosen_mail
from workers.mail.held_events import HeldEvents
from workers.mail.invite import first_plan, invite_draft, invite_text, is_invite
from workers.mail.mail_engine import MailEngine
from workers.mail.mail_links import MailLinks
from workers.mail.mail_senders import MailSenders
from workers.mail.stored_profiles import ProfileOf
from workers.mail.worded import chosen_text, worded_invitation
from workers.mail.writer import MailText, Writer
from workers.recommend.events.choice import EventPick
from workers.recommend.events.invitee import invitee_of
from workers.recommend.events.policy import EventPolicy
from workers.writing.author import Author
from workers.writing.invitation import sendable_invitation
from workers.writing.invite_plan import InvitePlan
from workers.writing.invite_prompt import INVITATION_FORM
from workers.writing.request import HURRIED

LOOK_SECONDS = 0.1
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class EventPicks:
    """What an invitation picks from: the events, the profiles, the policy, and where events lead.

    `senders` are who sends it, by language; `engine` chooses how it is written. `event_seconds` is how long a
    mail waits for events that are not known; `clock` is in epoch milliseconds.
    """

    events: HeldEvents
    profile_of: ProfileOf
    policy: EventPolicy
    clock: Callable[[], int]
    links: MailLinks = field(default_factory=MailLinks)
    event_seconds: float = 60.0
    senders: MailSenders = field(default_factory=MailSenders)
    engine: MailEngine = field(default_factory=MailEngine)


class InviteWriter:
    """Writes invitations to an event; other mails, and those without an event, are written by `other`.

    Without an event (none that suits, none that is known, or a person of whom nothing is) the mail is the
    general text: to come again, in which nothing is said of any event. So nobody is invited to one that is
    full, over, or not theirs, and the decision is kept.
    """

    def __init__(self, picks: EventPicks, author: Author, other: Writer) -> None:
        self._picks, self._author, self.other = picks, author, other

    async def write(self, decision: SendDecision) -> MailText:
        """The text of a decision; raises what the other writer raises."""
        found = await self._found(decision) if is_invite(decision) else None
        if found is None:
            return await self.other.write(decision)
        profile, pick, plan = found
        sender = self._picks.senders.of(decision, plan.language.value)
        draft = invite_draft(plan, self._author.bank, is_modelled=self._author.is_writing(INVITATION_FORM))
        chosen = await chosen_mail(self._picks.engine, decision, draft, profile)
        plan = plan if chosen is None else replace(plan, style=chosen.style)
        texts = await self._author.invitation(plan, HURRIED)
        wanted = texts if chosen is None else worded_invitation(texts, chosen)
        mail = sendable_invitation(plan, wanted, sender=sender)
        if mail is None:
            return await self.other.write(decision)
        return chosen_text(invite_text(mail, pick), chosen, mail.texts, wanted.wording)

    async def _found(self, decision: SendDecision) -> tuple[EnrichedProfile, EventPick, InvitePlan] | None:
        """The person, and the event to which they are invited now; None without one."""
        picks = self._picks
        if not await self._are_known():
            log.warning("the events are not known")
            return None
        profile = await picks.profile_of(decision.person)
        if profile is None:
            log.debug("no event for somebody without a profile", decision=decision.id)
            return None
        invitee, until = invitee_of(profile, decision.address_hash), epoch_ms_or_none(decision.valid_until)
        ranked = await asyncio.to_thread(
            picks.events.choose, invitee, picks.policy, picks.clock(), until or 0
        )
        planned = first_plan(decision, ranked, picks.policy, picks.links)
        return None if planned is None else (profile, *planned)

    async def _are_known(self) -> bool:
        """Whether all events are known; waits for a while until they are."""
        picks, looks = self._picks, max(1, round(self._picks.event_seconds / LOOK_SECONDS))
        for _ in range(looks):
            if picks.events.is_current(picks.clock()):
                return True
            await asyncio.sleep(LOOK_SECONDS)
        return picks.events.is_current(picks.clock())
