"""The invitation to an event: which one a decision leads to, and how it is shown. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from schemas.decision import Brief, SendDecision
from schemas.mail import Language, MailedEvent
from workers.mail.mail_draft import LATER, DraftTexts, MailDraft, bank_sentences_of, draft_of
from workers.mail.mail_links import MailLinks
from workers.mail.rendered_text import rendered_text
from workers.mail.variation_rows import BUTTON_CALLS, REPLY_CALLS
from workers.mail.writer import MailText
from workers.recommend.events.choice import EventPick
from workers.recommend.events.policy import EventPolicy
from workers.recommend.events.reasons import sentence
from workers.recommend.events.start import start_of
from workers.writing.bank import introductions_of_invitation, subjects_of_invitation
from workers.writing.bank_tables import INVITE, Bank
from workers.writing.compose import greeting
from workers.writing.invitation import ComposedInvitation
from workers.writing.invite_plan import InvitedTo, InvitePlan, ToldReason, invite_plan
from workers.writing.models import EmailLanguage
from workers.writing.rendering.inlining import FRAME
from workers.writing.rendering.printed import followable

CAMPAIGN = "event-invite"


def is_invite(decision: SendDecision) -> bool:
    """Whether a decision is for an invitation to an event."""
    return decision.campaign == CAMPAIGN and decision.verdict == "send"


def first_plan(
    decision: SendDecision, picks: Iterable[EventPick], policy: EventPolicy, links: MailLinks
) -> tuple[EventPick, InvitePlan] | None:
    """The best event that can be shown, with its plan; None if there is none."""
    plans = ((pick, plan_of_pick(decision, pick, policy, links)) for pick in picks)
    return next(((pick, plan) for pick, plan in plans if plan is not None), None)


def plan_of_pick(
    decision: SendDecision, pick: EventPick, policy: EventPolicy, links: MailLinks
) -> InvitePlan | None:
    """The plan of an invitation to an event; None for one that cannot be shown."""
    brief, event = decision.brief or Brief(), pick.event
    language = EmailLanguage(brief.language)
    start = start_of(event, pick.starts_at, policy.time_zone)
    told = ((why.code, sentence(why, language.value)) for why in pick.whys)
    return invite_plan(
        person=decision.person,
        language=language,
        name=brief.first_name,
        of=InvitedTo(
            event_id=event.id,
            title=event.name or "",
            day=start.day,
            clock=start.clock,
            zone=start.zone,
            venue=event.venue,
            area=event.neighborhood,
            host=event.host,
            price=event.price,
            reasons=tuple(ToldReason(code, said) for code, said in told if said is not None),
            url=links.event(decision, event.id),
        ),
        most_reasons=policy.reasons,
    )


def invite_draft(plan: InvitePlan, bank: Bank, *, is_modelled: bool) -> MailDraft:
    """The invitation of a plan before its variation is chosen; see `draft_of`."""
    language: Language = "ja" if plan.language is EmailLanguage.JAPANESE else "en"
    has_page = followable(plan.event.url) is not None
    made = DraftTexts(
        kind="invite",
        language=language,
        subjects=bank_sentences_of(subjects_of_invitation(plan, bank), plan.values, language),
        openings=bank_sentences_of(introductions_of_invitation(plan, bank), plan.values, language),
        greeting=greeting(plan.name, plan.language, bank),
        calls=BUTTON_CALLS if has_page else REPLY_CALLS,
        call=FRAME[language]["view_event"] if has_page else bank[language][INVITE]["reply"],
        prose=(LATER,),
        values=plan.values,
    )
    return draft_of(made, is_modelled=is_modelled)


def mailed_events(pick: EventPick) -> tuple[MailedEvent, ...]:
    """Which event a mail invites to."""
    return (MailedEvent(event_id=pick.event.id, version=pick.event.version),)


def paragraphs_of_invitation(mail: ComposedInvitation) -> tuple[str, ...]:
    """The mail as paragraphs, for readers of the topic that know neither of its parts."""
    event, action = mail.page.event, mail.page.action
    if event is None:
        return mail.page.introduction
    facts = " · ".join(
        filter(None, (event.title, event.when, event.venue, event.area, event.host, event.price))
    )
    last = f"{action[0]}: {action[1]}" if action else event.reply
    return (*mail.page.introduction, facts, *event.reasons, last)


def invite_text(mail: ComposedInvitation, pick: EventPick) -> MailText:
    """The invitation to a picked event as a text."""
    text = rendered_text(mail, paragraphs_of_invitation(mail), (mail.texts.made,))
    return replace(text, events=mailed_events(pick))
