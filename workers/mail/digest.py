"""The job digest: the six sections of a decision's person as the plan of a mail. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from schemas.decision import Brief, SendDecision
from schemas.documents import Job
from schemas.mail import Language, MailedJob
from schemas.model import Version
from workers.mail.mail_draft import LATER, DraftTexts, MailDraft, bank_sentences_of, draft_of
from workers.mail.mail_links import MailLinks
from workers.mail.rendered_text import rendered_text
from workers.mail.variation_rows import DIGEST_CALLS
from workers.mail.writer import MailText
from workers.recommend.picks import Pick
from workers.recommend.reasons import sentence
from workers.recommend.sections import JobSection
from workers.writing.bank import introductions_of_mail, subjects_of_mail
from workers.writing.bank_tables import Bank
from workers.writing.compose import ComposedMail, greeting
from workers.writing.models import EmailLanguage, EmailSectionType, JobMatch
from workers.writing.plan import MailPlan, PlannedJob, planned_job, planned_mail
from workers.writing.section_rows import SECTION_ROWS

CAMPAIGN = "job-digest"
LEAST_JOBS = 3  # with fewer a mail has nothing to say


def is_digest(decision: SendDecision) -> bool:
    """Whether a decision is for a digest of jobs."""
    return decision.campaign == CAMPAIGN and decision.verdict == "send"


def digest_plan(
    decision: SendDecision,
    sections: Iterable[JobSection],
    job_of: Callable[[str], Job | None],
    links: MailLinks,
) -> MailPlan:
    """The plan of the mail of a decision."""
    brief = decision.brief or Brief()
    language = EmailLanguage(brief.language)
    jobs = {
        EmailSectionType(section.name): tuple(
            planned
            for pick in section.jobs
            if (
                planned := planned_pick(pick, job_of(pick.job_id), language, links.job(decision, pick.job_id))
            )
            is not None
        )
        for section in sections
    }
    return planned_mail(person=decision.person, language=language, name=brief.first_name, jobs=jobs)


def digest_draft(plan: MailPlan, bank: Bank, *, is_modelled: bool) -> MailDraft:
    """The digest of a plan before its variation is chosen; see `draft_of`."""
    language: Language = "ja" if plan.language is EmailLanguage.JAPANESE else "en"
    made = DraftTexts(
        kind="digest",
        language=language,
        subjects=bank_sentences_of(subjects_of_mail(plan, bank), plan.values, language),
        openings=bank_sentences_of(introductions_of_mail(plan, bank), plan.values, language),
        greeting=greeting(plan.name, plan.language, bank),
        calls=DIGEST_CALLS,
        prose=(LATER,),
        values=plan.values,
    )
    return draft_of(made, is_modelled=is_modelled)


def planned_pick(pick: Pick, job: Job | None, language: EmailLanguage, url: str | None) -> PlannedJob | None:
    """A picked job as it is shown, with the reason; None for one that is gone or cannot be shown."""
    if job is None or not job.title:
        return None
    match = JobMatch(
        job_id=job.id,
        title=job.title,
        company=job.company or "",
        location=job.location or "",
        salary=job.salary,
        tags=job.tags,
        url=url,
    )
    return planned_job(match, sentence(pick.why, language.value))


def mailed_jobs(plan: MailPlan, versions: Mapping[str, Version | None]) -> tuple[MailedJob, ...]:
    """Which jobs a mail shows, in their order; `versions` of their documents by id."""
    return tuple(
        MailedJob(section=row.kind.value, job_id=str(job.job_id), version=versions.get(str(job.job_id)))
        for row in SECTION_ROWS
        for job in plan.jobs.get(row.kind, ())
    )


def paragraphs(mail: ComposedMail) -> tuple[str, ...]:
    """The mail as paragraphs, for readers of the topic that know neither of its parts."""
    lists = (
        f"{section.title}: {'; '.join(job.title for job in section.jobs)}"
        for section in mail.page.sections
        if section.jobs
    )
    return (*mail.page.introduction, *lists)


def digest_text(mail: ComposedMail, versions: Mapping[str, Version | None]) -> MailText:
    """The mail as a text; `versions` of the documents of its jobs by id."""
    text = rendered_text(mail, paragraphs(mail), mail.texts.made)
    return replace(text, jobs=mailed_jobs(mail.plan, versions))
