"""What the trends of jobs must be: every sum anew, in nested loops over all that stands in a topic."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from schemas.control import Watermark
from schemas.jobs import JobAvailability, JobSignal
from schemas.model import Version, to_epoch_ms
from workers.jobs.reading import read_job_record
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.records import ConsumerRecord

KINDS = {"views": "viewed", "applications": "applied", "saves": "saved", "rejections": "rejected"}


@dataclass
class Told:
    """What was said of a job since it is what it is."""

    status: str = "unknown"
    closes_at: int | None = None
    forgotten_at: int = 0
    was_heard: bool = False
    as_of: int | None = None
    version: Version = (0, 0)
    signals: list[JobSignal] = field(default_factory=list)


def expected_trends(records: Iterable[ConsumerRecord], policy: FeedPolicy) -> dict[str, dict[str, Any]]:
    """The trend of every open job of which something was said, from the records of one partition."""
    jobs = told(records, policy).items()
    return {id_: trend(job, policy) for id_, job in jobs if job.status == "open" and job.was_heard}


def told(records: Iterable[ConsumerRecord], policy: FeedPolicy) -> dict[str, Told]:
    """What was said of every job that is not forgotten."""
    jobs: dict[str, Told] = {}
    seen: set[Version | None] = set()
    watermark: int | None = None
    for record in records:
        if is_watermark(record.headers):
            pass_time(jobs, watermark := Watermark.loads(record.value or b"").at)
            continue
        said = read_job_record(record.value or b"")
        job = jobs.setdefault(said.job_id, Told())
        if isinstance(said, JobAvailability):
            if (version := version_of(record.headers) or (0, 0)) >= job.version:
                set_status(job, said, watermark, record.timestamp)
                job.version = version
        elif (place := version_of(record.headers)) is None or place not in seen:
            seen.add(place)
            note(job, said, record.timestamp, policy)
    return jobs


def pass_time(jobs: dict[str, Told], now: int) -> None:
    for id_, job in list(jobs.items()):
        if job.status == "open" and job.closes_at is not None and job.closes_at <= now:
            job.status, job.forgotten_at = "closed", job.closes_at + 7 * DAY_MS
        elif job.status != "open" and job.forgotten_at <= now:
            del jobs[id_]


def set_status(job: Told, said: JobAvailability, watermark: int | None, at: int) -> None:
    closes_at = to_epoch_ms(said.closes_at) if said.closes_at else None
    if said.kind == "open" and (closes_at is None or watermark is None or closes_at > watermark):
        job.status, job.closes_at = "open", closes_at
    elif job.status != "closed":
        job.status, job.forgotten_at = "closed", at + 7 * DAY_MS


def note(job: Told, signal: JobSignal, at: int, policy: FeedPolicy) -> None:
    job.was_heard = True
    if job.status == "unknown":
        job.forgotten_at = max(job.forgotten_at, at + policy.window)
    if signal.at is not None:
        job.as_of = max(to_epoch_ms(signal.at), job.as_of or to_epoch_ms(signal.at))
    if not signal.retracted:
        job.signals.append(signal)
    elif (said := signal.model_copy(update={"retracted": False})) in job.signals:
        job.signals.remove(said)


def trend(job: Told, policy: FeedPolicy) -> dict[str, Any]:
    def worth(signal: JobSignal) -> float:
        ago = None if signal.at is None else (job.as_of or 0) - to_epoch_ms(signal.at)
        return 0.0 if ago is None else float(2 ** -(ago / policy.trend_half_life))

    sums = {name: sum(worth(s) for s in job.signals if s.kind == kind) for name, kind in KINDS.items()}
    sums["seconds"] = sum(worth(s) * s.seconds for s in job.signals if s.kind == "viewed")
    sums["interest"] = sum(worth(s) * max(0.0, s.weight) for s in job.signals)
    pairs: dict[str, float] = {}
    for signal in job.signals:
        for other in signal.others:
            weight = worth(signal) * min(signal.weight, other.weight)
            if weight > 0 and other.job_id != signal.job_id:
                pairs[other.job_id] = pairs.get(other.job_id, 0.0) + weight
    totals = {f"total_{name}": sum(s.kind == kind for s in job.signals) for name, kind in KINDS.items()}
    totals["total_ignored"] = sum(signal.kind == "ignored" for signal in job.signals)
    return {**sums, **totals, "pairs": pairs, "at": job.as_of}
