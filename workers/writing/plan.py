"""The plan of a mail: which jobs it shows, and the values that its texts may name. Pure.

Whatever comes from a record is looked at here, before anything is written: what cannot be shown as it is, is
left out, so that no text and no template sees it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workers.writing.gate.values import usable_value
from workers.writing.models import EmailLanguage, EmailSectionType, JobId, JobMatch, UserProfile
from workers.writing.section_rows import SECTION_ROWS

LONGEST = {"title": 90, "company": 60, "location": 60, "salary": 60, "tag": 30, "name": 40, "variable": 60}
LONGEST_IN_SUBJECT = {EmailLanguage.ENGLISH: 40, EmailLanguage.JAPANESE: 22}
TAGS_OF_A_JOB, TAGS_OF_A_MAIL = 4, 3
COMMA = {EmailLanguage.ENGLISH: ", ", EmailLanguage.JAPANESE: "、"}
VARIABLE = "var."


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job as it is shown; `reason` says why it is there, empty if nothing does."""

    job_id: JobId
    title: str
    company: str = ""
    location: str = ""
    salary: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class MailPlan:
    """The jobs of a mail by section, the values of its tokens, and what a text depends on of the reader."""

    person: str
    language: EmailLanguage
    name: str | None
    jobs: Mapping[EmailSectionType, tuple[PlannedJob, ...]]
    values: Mapping[str, str]
    seniority: str = "unknown"
    work_style: str = "unknown"
    left_out: int = 0  # jobs that cannot be shown as their records are
    variables: Mapping[str, str] = field(default_factory=dict)
    style: Mapping[str, str] = field(default_factory=dict)  # what a model is told of how to write

    @property
    def count(self) -> int:
        """How many jobs the mail shows."""
        return sum(map(len, self.jobs.values()))

    def with_first_jobs(self, count: int) -> "MailPlan":
        """The plan of a mail of its first so many jobs, in the order in which they are shown."""
        kept, left = {}, count
        for row in SECTION_ROWS:
            kept[row.kind] = self.jobs.get(row.kind, ())[:left]
            left -= len(kept[row.kind])
        values = values_of(kept, self.language) | dict(self.variables)
        return replace(self, jobs=kept, values=values, left_out=self.left_out + self.count - count)


def plan_of(
    profile: UserProfile,
    matches: Mapping[EmailSectionType, Sequence[JobMatch]],
    language: EmailLanguage,
    variables: Mapping[str, Any] | None = None,
) -> MailPlan:
    """The plan of a mail to a reader in a language, of lists of jobs that were checked."""
    planned = {kind: [*map(planned_job, jobs)] for kind, jobs in matches.items()}
    jobs = {kind: tuple(job for job in found if job is not None) for kind, found in planned.items()}
    return planned_mail(
        person=str(profile.user_id),
        language=language,
        name=profile.name,
        jobs=jobs,
        seniority=level_of(profile.experience_level),
        work_style=style_of(profile.work_style),
        left_out=sum(found.count(None) for found in planned.values()),
        variables=variables or {},
    )


def planned_mail(
    *,
    person: str,
    language: EmailLanguage,
    name: str | None,
    jobs: Mapping[EmailSectionType, tuple[PlannedJob, ...]],
    seniority: str = "unknown",
    work_style: str = "unknown",
    left_out: int = 0,
    variables: Mapping[str, Any] | None = None,
) -> MailPlan:
    """The plan of a mail of jobs that can be shown."""
    said = {
        f"{VARIABLE}{key}": value
        for key, given in (variables or {}).items()
        if key.isidentifier() and (value := usable_value(str(given), LONGEST["variable"]))
    }
    return MailPlan(
        person=person,
        language=language,
        name=usable_value(name or "", LONGEST["name"]),
        jobs=jobs,
        values=values_of(jobs, language) | said,
        seniority=seniority,
        work_style=work_style,
        left_out=left_out,
        variables=said,
    )


def planned_job(job: JobMatch, reason: str = "") -> PlannedJob | None:
    """A job as it can be shown; None if its title cannot."""
    title = usable_value(job.title, LONGEST["title"])
    if not title:
        return None
    tags = (usable_value(tag, LONGEST["tag"]) for tag in job.tags[:TAGS_OF_A_JOB])
    return PlannedJob(
        job_id=job.job_id,
        title=title,
        company=usable_value(job.company, LONGEST["company"]) or "",
        location=usable_value(job.location, LONGEST["location"]) or "",
        salary=usable_value(job.salary or "", LONGEST["salary"]),
        tags=tuple(tag for tag in tags if tag),
        url=job.url,
        reason=reason,
    )


def values_of(
    jobs: Mapping[EmailSectionType, tuple[PlannedJob, ...]], language: EmailLanguage
) -> dict[str, str]:
    """The values of the tokens: how many jobs, the first of them, and what they are tagged with."""
    every = [job for row in SECTION_ROWS for job in jobs.get(row.kind, ())]
    first = next(iter(jobs.get(EmailSectionType.TOP_RECOMMENDATIONS, ()) or every), None)
    values = {"count": str(len(every))}
    if len(every) > 1:
        values["more"] = str(len(every) - 1)
    if first is not None and (title := usable_value(first.title, LONGEST_IN_SUBJECT[language])):
        values["job.1.title"] = title
    if skills := frequent_tags(every):
        values["skills"] = COMMA[language].join(skills)
    return values


def frequent_tags(jobs: Iterable[PlannedJob]) -> list[str]:
    """The tags that at least half of the jobs have, the first ones first among equals."""
    every = list(jobs)
    counts = Counter(tag for job in every for tag in dict.fromkeys(job.tags))
    return [tag for tag, count in counts.most_common(TAGS_OF_A_MAIL) if 2 * count >= len(every)]


LEVELS = {
    "junior": ("junior", "entry", "intern", "graduate", "新卒", "未経験", "ジュニア"),
    "senior": (
        "senior",
        "lead",
        "principal",
        "staff",
        "executive",
        "manager",
        "シニア",
        "管理職",
        "リーダー",
    ),
    "middle": ("mid", "intermediate", "associate", "経験者", "ミドル"),
}
STYLES = {
    "remote": ("remote", "home", "リモート", "在宅", "テレワーク"),
    "hybrid": ("hybrid", "ハイブリッド"),
    "office": ("office", "onsite", "on-site", "出社", "オフィス"),
}


def level_of(text: str | None) -> str:
    """junior, middle, senior or unknown: a text of others is never passed on as it is."""
    return _named(text, LEVELS)


def style_of(text: str | None) -> str:
    """remote, hybrid, office or unknown."""
    return _named(text, STYLES)


def _named(text: str | None, names: Mapping[str, Sequence[str]]) -> str:
    folded = (text or "").casefold()
    return next((name for name, words in names.items() if any(word in folded for word in words)), "unknown")
