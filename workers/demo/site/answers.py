"""What the feed's API and a profile say, as the site shows it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from schemas.documents import Job
from workers.demo.site.source import JobAct, JobActKind, JobList, ListedJob


class SeenJob(Protocol):
    """What a profile says of a job that the person did something with."""

    @property
    def job_id(self) -> str:
        """The job."""

    @property
    def viewed_seconds(self) -> float:
        """How long it was looked at."""

    @property
    def viewed_at(self) -> datetime | None:
        """When last."""

    @property
    def saved_at(self) -> datetime | None:
        """Since when it is saved, as below; None if it is not."""

    @property
    def rejected_at(self) -> datetime | None:
        """Not interested."""

    @property
    def ignored_at(self) -> datetime | None:
        """Ignored."""

    @property
    def applied_at(self) -> datetime | None:
        """Applied for."""


def listed_jobs(answer: Mapping[str, Any]) -> JobList:
    """The list in an answer of `GET /jobs/api/feed/`; KeyError, TypeError or ValueError for another."""
    return JobList(
        request_id=answer["request_id"],
        jobs=tuple(
            ListedJob(
                job=Job.model_validate(entry["job"]),
                score=float(entry["score"]),
                reason=entry["reason"]["text"],
                parts=entry["parts"],
                explored=entry["explored"],
            )
            for entry in answer["jobs"]
        ),
        shortened=answer["shortened"],
    )


def acts_of(seen: Iterable[SeenJob], titles: Mapping[str, str]) -> list[JobAct]:
    """What a person did, newest first; a job without a title is called by its id."""
    acts = []
    for job in seen:
        times: tuple[tuple[JobActKind, datetime | None], ...] = (
            ("viewed", job.viewed_at),
            ("saved", job.saved_at),
            ("rejected", job.rejected_at),
            ("ignored", job.ignored_at),
            ("applied", job.applied_at),
        )
        title = titles.get(job.job_id, job.job_id)
        acts += [
            JobAct(job.job_id, title, kind, at, job.viewed_seconds if kind == "viewed" else 0.0)
            for kind, at in times
            if at is not None
        ]
    return sorted(acts, key=lambda act: act.at, reverse=True)
