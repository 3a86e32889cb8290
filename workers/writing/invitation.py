"""An invitation from its plan and texts: tokens are filled, both parts are rendered and looked at. Pure."""

from dataclasses import dataclass

from workers.writing.bank import invite_of_bank
from workers.writing.bank_tables import INVITE
from workers.writing.compose import greeting, refusal_of_parts
from workers.writing.gate.refusal import Refusal
from workers.writing.invite_plan import InvitePlan
from workers.writing.rendering.inlining import FRAME
from workers.writing.rendering.page import EventCard, MailPage, Sender
from workers.writing.rendering.printed import followable
from workers.writing.rendering.render import render_html, render_text
from workers.writing.texts import InviteTexts
from workers.writing.tokens import filled


@dataclass(frozen=True)
class ComposedInvitation:
    """An invitation as it is shown, with both of its parts, and the plan and the texts that it is made of."""

    plan: InvitePlan
    texts: InviteTexts
    page: MailPage
    html: str
    text: str

    @property
    def refusal(self) -> Refusal | None:
        """Why it may not be sent as it is; None if it may."""
        return refusal_of_parts(self.texts.personal, (), self.page, self.html, self.text)


def sendable_invitation(
    plan: InvitePlan, texts: InviteTexts, sender: Sender | None = None
) -> ComposedInvitation | None:
    """The invitation with these texts, or with those of the bank; None if it may not be sent with either."""
    for each in (texts, invite_of_bank(plan, "gate: the whole mail was refused", texts.bank)):
        page = page_of_invitation(plan, each, sender)
        mail = ComposedInvitation(plan, each, page, render_html(page), render_text(page))
        if mail.refusal is None:
            return mail
    return None


def page_of_invitation(plan: InvitePlan, texts: InviteTexts, sender: Sender | None = None) -> MailPage:
    """An invitation as it is shown: with the button to its event, or with how to reply."""
    personal, values, url = texts.personal, plan.values, followable(plan.event.url)
    words, wording = texts.bank[plan.language.value][INVITE], texts.wording
    call = wording.call_to_action or (FRAME[plan.language.value]["view_event"] if url else words["reply"])
    return MailPage(
        language=plan.language.value,
        subject=filled(personal.subject, values),
        preheader=filled(personal.preheader, values),
        greeting=wording.greeting or greeting(plan.name, plan.language, texts.bank),
        introduction=(filled(personal.introduction, values),),
        sections=(),
        closing=filled(personal.closing, values),
        signature=words["signature"],
        sender=sender,
        action=(call, url) if url else None,
        event=event_card(plan, "" if url else call),
        farewell=wording.farewell,
    )


def event_card(plan: InvitePlan, reply: str) -> EventCard:
    """The event as it is shown."""
    event = plan.event
    return EventCard(
        title=event.title,
        when=event.when,
        venue=event.venue,
        area=event.area,
        host=event.host,
        price=event.price,
        reasons=tuple(reason.text for reason in event.reasons),
        reply=reply,
    )
