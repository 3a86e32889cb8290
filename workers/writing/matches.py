"""Whether lists of jobs can become a mail: what is wrong, what is short, and how many there are. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workers.writing.models import EmailSectionType, JobMatch
from workers.writing.section_rows import SECTION_ROWS, MailSectionRow


def check_matches(job_matches: Mapping[EmailSectionType, Sequence[JobMatch]]) -> dict[str, Any]:
    """`is_valid`, `errors`, `warnings` and `counts` (jobs by section) of lists of jobs.

    Errors and warnings are sentences that name section and position. Without errors a mail is written;
    TypeError for what is no mapping.
    """
    if not isinstance(job_matches, Mapping):
        raise TypeError(f"job_matches must map sections to lists of jobs, not {type(job_matches).__name__}")
    by_kind, errors = matches_by_kind(job_matches)
    warnings: list[str] = []
    counts: dict[str, int] = {}
    for row in SECTION_ROWS:
        jobs = by_kind.get(row.kind)
        counts[row.kind.value] = len(jobs) if isinstance(jobs, list | tuple) else 0
        errors += _errors(row, jobs)
        if 0 < counts[row.kind.value] < row.size:
            warnings.append(f"{row.kind.value}: has {counts[row.kind.value]} jobs, {row.size} are wanted")
    return {"is_valid": not errors, "errors": errors, "warnings": warnings, "counts": counts}


def matches_by_kind(job_matches: Mapping[Any, Any]) -> tuple[dict[EmailSectionType, Any], list[str]]:
    """The lists by section, whose names may be text, and what is wrong with other names."""
    by_kind: dict[EmailSectionType, Any] = {}
    errors = []
    for name, jobs in job_matches.items():
        try:
            by_kind[EmailSectionType(name)] = jobs
        except ValueError:
            errors.append(f"{str(name)[:80]}: there is no such section")
    return by_kind, errors


def _errors(row: MailSectionRow, jobs: object) -> Iterator[str]:
    """What is wrong with the jobs of a section."""
    name = row.kind.value
    if jobs is None:
        yield f"{name}: is missing"
        return
    if not isinstance(jobs, list | tuple):
        yield f"{name}: must be a list of jobs"
        return
    if not jobs:
        yield f"{name}: has no jobs"
    if len(jobs) > row.size:
        yield f"{name}: has {len(jobs)} jobs, at most {row.size} fit"
    seen: set[str] = set()
    for number, job in enumerate(jobs):
        if not isinstance(job, JobMatch):
            yield f"{name}[{number}]: is no JobMatch"
            continue
        if str(job.job_id) in seen:
            yield f"{name}[{number}]: the job {job.job_id} is there twice"
        seen.add(str(job.job_id))
        if not job.title.strip():
            yield f"{name}[{number}]: the title is empty"
