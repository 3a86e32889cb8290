"""The writer of letters, which show no jobs and no event: prose from the author around what code adds."""

from dataclasses import replace

from schemas.decision import Brief, SendDecision
from workers.mail.choosing import chosen_mail
from workers.mail.letter_draft import letter_draft
from workers.mail.mail_engine import ChosenMail, MailEngine
from workers.mail.making import making_of
from workers.mail.phrases import PHRASES
from workers.mail.plain_page import page_of_text
from workers.mail.stored_profiles import ProfileOf, no_profile
from workers.mail.templates import question_of
from workers.mail.worded import worded_prose
from workers.mail.writer import MailText, Writer
from workers.writing.author import Author
from workers.writing.compose import refusal_of_parts
from workers.writing.letter_plan import LetterPlan, letter_plan
from workers.writing.letter_prompt import LETTER_FORM
from workers.writing.models import EmailLanguage
from workers.writing.rendering.render import render_html, render_text
from workers.writing.request import HURRIED
from workers.writing.texts import Made, PersonalText
from workers.writing.tokens import filled


class LetterWriter:
    """Writes questions, and mails that ask to come again, as `engine` chooses; `other` where it cannot."""

    def __init__(
        self,
        author: Author,
        other: Writer,
        engine: MailEngine | None = None,
        profile_of: ProfileOf = no_profile,
    ) -> None:
        self._author, self.other = author, other
        self._engine, self._profile_of = engine or MailEngine(), profile_of

    async def write(self, decision: SendDecision) -> MailText:
        """The text of a decision, without its HTML; raises what the other writer raises."""
        plan, is_modelled = plan_of_letter(decision), self._author.is_writing(LETTER_FORM)
        draft = letter_draft(decision.brief or Brief(), plan.kind, is_modelled=is_modelled)
        chosen = await chosen_mail(self._engine, decision, draft, await self._profile_of(decision.person))
        if chosen is None:
            return await self.other.write(decision)
        plan = replace(plan, style=chosen.style)
        prose, made = await self._author.letter(plan, HURRIED)
        text = banked_letter(decision, chosen) if prose is None and not is_modelled else None
        if prose is not None:
            text = letter(decision, plan, prose, made, chosen)
        is_plain = text is None
        text = await self.other.write(decision) if text is None else text
        opening = "" if not text.body else text.body[0]
        variations = chosen.variations(text.subject, opening, is_plain=is_plain, is_modelled=is_modelled)
        return replace(text, making=making_of(made), variations=variations, figures=chosen.figures)


def plan_of_letter(decision: SendDecision) -> LetterPlan:
    """The plan of the letter of a decision, from its verdict and brief only."""
    brief = decision.brief or Brief()
    return letter_plan(
        person=decision.person,
        language=EmailLanguage(brief.language),
        kind="question" if decision.verdict == "ask" else "come-again",
        names={
            "event": brief.upcoming_events,
            "host": brief.favorite_hosts,
            "venue": brief.venues,
            "interest": brief.interests,
        },
    )


def banked_letter(decision: SendDecision, chosen: ChosenMail) -> MailText:
    """The letter of the sentences that were chosen."""
    parts = chosen.parts
    paragraphs = ("".join(sentences) for sentences in parts.body)
    return MailText(
        subject=parts.subject,
        greeting=parts.greeting,
        body=(parts.opening, *paragraphs, *asked(decision), parts.call_to_action),
        closing=parts.closing,
        writer="template",
    )


def asked(decision: SendDecision) -> tuple[str, ...]:
    """The question of a decision that asks one."""
    return (question_of(decision.brief or Brief()),) if decision.verdict == "ask" else ()


def letter(
    decision: SendDecision, plan: LetterPlan, prose: PersonalText, made: Made, chosen: ChosenMail
) -> MailText | None:
    """The letter with this prose, and the sentences that were chosen; None if it may not be sent as it is."""
    brief, parts = decision.brief or Brief(), chosen.parts
    wanted = worded_prose(prose, chosen)
    closing = filled(wanted.closing, plan.values)
    text = MailText(
        subject=filled(wanted.subject, plan.values),
        greeting=parts.greeting,
        body=(filled(wanted.introduction, plan.values), *asked(decision), parts.call_to_action),
        closing=closing or ("" if parts.closing else PHRASES[brief.language].closing),
        farewell=parts.closing,
        writer="gpt",
        model=made.model,
        preheader=filled(wanted.preheader, plan.values),
    )
    page, inside = page_of_text(text, brief.language), (parts.call_to_action,)
    if refusal_of_parts(wanted, inside, page, render_html(page), render_text(page)) is not None:
        return None
    return text
