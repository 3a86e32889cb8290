"""Interactions with the job board, and what is learned from them."""

from typing import Literal

from schemas.model import Model, Moment

SignalKind = Literal["viewed", "applied", "rejected", "saved", "ignored"]


class JobSignal(Model):
    """An interaction of one person with one job (`retracted`: it was corrected away)."""

    id: str
    person: str
    job_id: str
    kind: SignalKind
    seconds: float = 0.0
    at: Moment | None = None
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


class JobTrend(Model):
    """How often a job was viewed and applied for recently."""

    job_id: str
    views: float = 0.0
    applications: float = 0.0

    EXAMPLES = ({"job_id": "job_001", "views": 12.5, "applications": 2.0},)


class VariationScore(Model):
    """How often a variation of a mail was written and clicked in a segment."""

    variation: str
    segment: str
    written: int = 0
    clicked: int = 0

    EXAMPLES = ({"variation": "warm", "segment": "en", "written": 40, "clicked": 7},)
