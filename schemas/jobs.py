"""Interactions with the job board, and what is learned from them."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.model import Model, Moment, Version

MAX_SIGNALS_OF_A_FACT = 10_000
SignalKind = Literal["viewed", "applied", "rejected", "saved", "ignored"]


class OtherJob(Model):
    """Another job that the same person was interested in: how much, and when (epoch milliseconds)."""

    job_id: str
    weight: float
    at: int


class JobSignal(Model):
    """An interaction of one person with one job, for the job.

    `weight` is what the interaction says of the person's interest in the job, `others` are the jobs in which
    the person was interested before, at most 20. With `retracted` it takes back what was said: kind, seconds,
    time, weight and others are then those of the signal that no longer holds.
    """

    id: str
    person: str
    job_id: str
    kind: SignalKind
    seconds: float = 0.0
    at: Moment | None = None
    weight: float = 0.0
    others: list[OtherJob] = []
    retracted: bool = False

    EXAMPLES = (
        {
            "id": "job-views/view_001",
            "person": "user_001",
            "job_id": "job_001",
            "kind": "viewed",
            "seconds": 95,
        },
    )


def signal_version(partition: int, offset: int, number: int) -> Version:
    """The version of a signal's record: where in the inbox it comes from, and which one of that fact it is.

    A worker that ends between its outputs and its states writes signals again: by their versions they are
    known. Of one partition they grow; the first number is above 0, which records without a version have.
    """
    return partition + 1, offset * MAX_SIGNALS_OF_A_FACT + number


class JobAvailability(Model):
    """Whether a job can be applied for: its document is there (`open`, until `closes_at`), or is deleted."""

    kind: Literal["open", "closed"]
    job_id: str
    closes_at: Moment | None = None

    EXAMPLES = (
        {"kind": "open", "job_id": "job_001", "closes_at": "2024-06-30T00:00:00Z"},
        {"kind": "closed", "job_id": "job_001"},
    )


JobRecord = Annotated[JobSignal | JobAvailability, Field(discriminator="kind")]


class Neighbour(Model):
    """Another job in which the same people are interested: the decayed sum of what they say of both."""

    job_id: str
    weight: float


class JobTrend(Model):
    """What people do with a job: sums that decay with a half-life, as of `at`, and counts of all time.

    `views`, `applications`, `saves`, `rejections`, `seconds` and `interest` (the sum of positive weights)
    decay; the fields with `total_` do not. `average_seconds` is seconds by views, `conversion` applications
    by views, both of all time, null without a view. `neighbours` are at most 50, heaviest first.

    At a later time a decayed sum, a neighbour's weight among them, is the one here times
    2^-(days since `at` / `half_life_days`). Weights are as they add up: a reader damps popular jobs with the
    `interest` of both, weight / (interest_a^(1-α) · interest_b^α + s), and adds up both directions of a pair,
    because a pair is learned by the job whose signal came later.
    """

    job_id: str
    at: Moment | None = None
    half_life_days: float = 30.0
    views: float = 0.0
    applications: float = 0.0
    saves: float = 0.0
    rejections: float = 0.0
    seconds: float = 0.0
    interest: float = 0.0
    total_views: int = 0
    total_applications: int = 0
    total_saves: int = 0
    total_rejections: int = 0
    total_ignored: int = 0
    total_seconds: float = 0.0
    average_seconds: float | None = None
    conversion: float | None = None
    neighbours: list[Neighbour] = []

    EXAMPLES = ({"job_id": "job_001", "views": 12.5, "applications": 2.0},)
