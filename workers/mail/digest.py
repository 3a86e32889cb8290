"""The job digest: the six sections of a decision's person as the plan of a mail. Pure."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

from schemas.decision import Brief, SendDecision
from schemas.documents import Job
from schemas.mail import MailedJob
from workers.recommend.picks import Pick
from workers.recommend.reasons import sentence
from workers.recommend.sections import JobSection
from workers.writing.compose import ComposedMail
from workers.writing.models import EmailLanguage, EmailSectionType, JobMatch
from workers.writing.plan import MailPlan, PlannedJob, planned_job, planned_mail
from workers.writing.section_rows import SECTION_ROWS

CAMPAIGN = "job-digest"
LEAST_JOBS = 3  # with fewer a mail has nothing to say


def is_digest(decision: SendDecision) -> bool:
    """Whether a decision is for a digest of jobs."""
    return decision.campaign == CAMPAIGN and decision.verdict == "send"


def digest_plan(
    decision: SendDecision, sections: Iterable[JobSection], job_of: Callable[[str], Job | None], job_url: str
) -> MailPlan:
    """The plan of the mail of a decision; `job_url` is where a job is seen, with `{id}` in it, or empty."""
    brief = decision.brief or Brief()
    language = EmailLanguage(brief.language)
    jobs = {
        EmailSectionType(section.name): tuple(
            planned
            for pick in section.jobs
            if (planned := planned_pick(pick, job_of(pick.job_id), language, job_url)) is not None
        )
        for section in sections
    }
    return planned_mail(person=decision.person, language=language, name=brief.first_name, jobs=jobs)


def planned_pick(pick: Pick, job: Job | None, language: EmailLanguage, job_url: str) -> PlannedJob | None:
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
        url=job_url.replace("{id}", quote(job.id, safe="")) if job_url else None,
    )
    return planned_job(match, sentence(pick.why, language.value))


def mailed_jobs(plan: MailPlan) -> tuple[MailedJob, ...]:
    """Which jobs a mail shows, in their order."""
    return tuple(
        MailedJob(section=row.kind.value, job_id=str(job.job_id))
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
