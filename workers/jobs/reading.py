"""Reads the records that concern a job. Pure."""

import math

from pydantic import TypeAdapter

from schemas.jobs import JobAvailability, JobRecord, JobSignal
from workers.runtime.stage import ContentError

LEAST_WEIGHT, MOST_WEIGHT = -1.0, 2.0  # of one signal
MAX_OTHERS = 20  # jobs in one signal
LONGEST_ID = 200  # characters of another job's id, so that a state stays small

_RECORD: TypeAdapter[JobSignal | JobAvailability] = TypeAdapter(JobRecord)


def read_job_record(data: bytes) -> JobSignal | JobAvailability:
    """A signal, or whether the job is open; raises ValueError for anything else.

    ContentError for a weight outside of LEAST_WEIGHT to MOST_WEIGHT, seconds that are no number, more than
    MAX_OTHERS other jobs, and for one whose id is longer than LONGEST_ID.
    """
    record = _RECORD.validate_json(data)
    if isinstance(record, JobSignal):
        _check(record)
    return record


def _check(signal: JobSignal) -> None:
    if len(signal.others) > MAX_OTHERS:
        raise ContentError(f"others: {len(signal.others)} jobs, at most {MAX_OTHERS} are possible")
    if not math.isfinite(signal.seconds):
        raise ContentError(f"seconds: {signal.seconds} is no number")
    for weight in (signal.weight, *[other.weight for other in signal.others]):
        if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:  # what is no number is not between them either
            raise ContentError(f"weight: {weight} is not between {LEAST_WEIGHT:g} and {MOST_WEIGHT:g}")
    if any(len(other.job_id) > LONGEST_ID for other in signal.others):
        raise ContentError(f"others: an id is longer than {LONGEST_ID} characters")
