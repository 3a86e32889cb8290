"""A mail from its plan and its texts: tokens are filled, and both parts are rendered and looked at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.model import from_epoch_ms
from workers.writing.bank import texts_of_bank
from workers.writing.bank_tables import Bank
from workers.writing.gate.mail import refusal_of_mail
from workers.writing.gate.refusal import Refusal
from workers.writing.gate.rendered import refusal_of_rendered
from workers.writing.models import EmailContent, EmailLanguage, EmailSection
from workers.writing.plan import COMMA, MailPlan, PlannedJob
from workers.writing.rendering.page import JobCard, MailPage, SectionBlock, Sender
from workers.writing.rendering.render import MOST_BYTES, fitting, links_of, render_html, render_text
from workers.writing.section_rows import SECTION_ROWS
from workers.writing.texts import MailTexts, PersonalText
from workers.writing.tokens import filled, tokens_of


@dataclass(frozen=True)
class ComposedMail:
    """A mail as it is shown, with both of its parts, and the plan and the texts that it is made of."""

    plan: MailPlan
    texts: MailTexts
    page: MailPage
    html: str
    text: str


def compose(plan: MailPlan, texts: MailTexts, sender: Sender | None = None, mark: str = "") -> ComposedMail:
    """The mail of a plan with these texts; `mark` stands before the subject.

    Where its jobs are too large for one mail, it is one of the first of them, in what it says, too: with
    texts of the bank if these name what it has not.
    """
    page = page_of(plan, texts, sender, mark)
    html = render_html(page)
    if len(html.encode()) > MOST_BYTES:
        fitted = fitting(page)
        plan = plan.with_first_jobs(sum(len(section.jobs) for section in fitted.sections))
        if not names_of(texts) <= plan.values.keys():
            banked = texts_of_bank(plan, "size: fewer jobs fit into the mail", texts.bank)
            texts = replace(banked, wording=texts.wording)
        page = page_of(plan, texts, sender, mark)
        html = render_html(page)
    return ComposedMail(plan, texts, page, html, render_text(page))


def names_of(texts: MailTexts) -> frozenset[str]:
    """The tokens that texts name; those of sections name none."""
    return frozenset().union(*map(tokens_of, texts.personal))


def refusal_of_composed(mail: ComposedMail) -> Refusal | None:
    """Why a mail may not be sent as it is; None if it may."""
    plan, texts = mail.plan, mail.texts
    shown = [row.kind for row in SECTION_ROWS if plan.jobs.get(row.kind)]
    inside = [texts.wording.call_to_action, *(texts.sections[kind].intro for kind in shown)]
    return refusal_of_parts(texts.personal, inside, mail.page, mail.html, mail.text)


def refusal_of_parts(
    personal: PersonalText, inside: Sequence[str], page: MailPage, html: str, text: str
) -> Refusal | None:
    """Why a mail of this prose may not be sent; `inside` is what stands between introduction and closing."""
    prose = [personal.introduction, *inside, personal.closing, page.farewell]
    with_heading = f"{page.subject}\n{text}"  # the subject is the heading of the HTML part
    return refusal_of_mail(prose, personal.subject, personal.preheader) or refusal_of_rendered(
        html, with_heading, links_of(page)
    )


def page_of(plan: MailPlan, texts: MailTexts, sender: Sender | None, mark: str = "") -> MailPage:
    """A mail as it is shown."""
    personal, values, wording = texts.personal, plan.values, texts.wording
    return MailPage(
        language=plan.language.value,
        subject=mark + filled(personal.subject, values),
        preheader=filled(personal.preheader, values),
        greeting=wording.greeting or greeting(plan.name, plan.language, texts.bank),
        introduction=tuple(filter(None, (filled(personal.introduction, values), wording.call_to_action))),
        sections=tuple(
            SectionBlock(
                title=row.title(plan.language),
                intro=texts.sections[row.kind].intro,
                jobs=tuple(map(card_of, plan.jobs.get(row.kind, ()))),
            )
            for row in SECTION_ROWS
        ),
        closing=filled(personal.closing, values),
        signature=texts.bank[plan.language.value]["signature"],
        sender=sender,
        farewell=wording.farewell,
    )


def card_of(job: PlannedJob) -> JobCard:
    """A job as it is shown."""
    return JobCard(
        job.title, job.url, job.company, job.location, job.salary, " · ".join(job.tags), job.reason
    )


def greeting(name: str | None, language: EmailLanguage, bank: Bank) -> str:
    """The greeting, by name if it can be shown."""
    words = bank[language.value]
    return filled(words["hello_name"], {"name": name}) if name else str(words["hello"])


def description(job: PlannedJob, language: EmailLanguage) -> str:
    """A job in one line of text."""
    place = COMMA[language].join(part for part in (job.company, job.location) if part)
    more = [part for part in (job.salary, COMMA[language].join(job.tags)) if part]
    if language is EmailLanguage.JAPANESE:
        return job.title + (f"（{place}）" if place else "") + "".join(f"　{part}" for part in more)
    return " · ".join([job.title + (f" ({place})" if place else ""), *more])


def content_of(mail: ComposedMail, user_id: int | str, at: int, metadata: dict[str, Any]) -> EmailContent:
    """The mail as the library gives it; `at` is when it was made, in epoch milliseconds."""
    plan, texts, page = mail.plan, mail.texts, mail.page
    sections = [
        EmailSection(
            section_type=row.kind,
            title=block.title,
            intro_text=block.intro,
            job_descriptions=[description(job, plan.language) for job in plan.jobs.get(row.kind, ())],
            call_to_action=texts.sections[row.kind].call_to_action,
            job_ids=[job.job_id for job in plan.jobs.get(row.kind, ())],
        )
        for row, block in zip(SECTION_ROWS, page.sections, strict=True)
    ]
    return EmailContent(
        user_id=user_id,
        subject=page.subject,
        greeting=page.greeting,
        introduction=page.introduction[0],
        sections=sections,
        closing=page.closing,
        signature=page.signature,
        language=plan.language,
        generated_at=from_epoch_ms(at),
        generation_metadata=metadata,
        preheader=page.preheader,
        html=mail.html,
        text=mail.text,
    )
