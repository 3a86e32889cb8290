"""What a record of the board's topics changes: a job, its end, or what is learned of it. Pure."""

from typing import NamedTuple

from schemas.documents import Job
from schemas.jobs import JobTrend
from schemas.model import Version
from workers.product.changes.change import changed_document, read_change
from workers.product.reading.jobs import read_job
from workers.product.sources import Source

JOBS, TRENDS = "jobs", "job-trends"
TOPICS = (JOBS, TRENDS)
NO_KEY = "the record has no key"
LARGEST_SUM = 1e9  # no job is looked at so often; beyond, scores would be no numbers


class BoardChange(NamedTuple):
    """A change of the board at a time (epoch ms): a job, a trend, or neither: what the id names has ended.

    `version` is that of the job's document.
    """

    job_id: str
    at: int
    job: Job | None = None
    trend: JobTrend | None = None
    of_trend: bool = False
    version: Version = (0, 0)


def board_change(
    topic: str,
    key: bytes | None,
    value: bytes | None,
    at: int,
    version: Version = (0, 0),
    changes: Source | None = None,
) -> BoardChange:
    """The change that a record is, written at a time (epoch ms); raises ValueError for one that is none.

    `changes` is the mapping of jobs where Debezium writes them.
    """
    if not key:
        raise ValueError(NO_KEY)
    if topic == JOBS and changes is not None:
        change = None if value is None else read_change(changes, value)
        id_, changed = changed_document(changes, Job, key.decode(), change)
        return BoardChange(id_, at, changed, version=version)
    job_id, of_trend = key.decode(), topic == TRENDS
    if value is None:
        return BoardChange(job_id, at, of_trend=of_trend)
    if of_trend:
        trend = JobTrend.loads(value)
        check_sums(trend)
        return BoardChange(trend.job_id, at, trend=trend, of_trend=True)
    job = read_job(value)
    return BoardChange(job_id, at, job.model_copy(update={"id": job_id}), version=version)


def check_sums(trend: JobTrend) -> None:
    """Raise ValueError for a trend with a sum that is negative, larger than LARGEST_SUM, or no number."""
    sums = (trend.views, trend.applications, trend.saves, trend.interest)
    for value in (*sums, *[neighbour.weight for neighbour in trend.neighbours]):
        if not 0 <= value <= LARGEST_SUM:  # what is no number is not between them either
            raise ValueError(f"{value} is no sum of what people did")
