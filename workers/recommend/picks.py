"""What the ranking says: the jobs of a list, each with its score, its parts and why it is there."""

from dataclasses import dataclass, field
from typing import Literal

# `neighbour`: people with the same interests liked it; `discovery`: drawn, to learn; the rest as they say
ReasonCode = Literal[
    "similar", "profile", "neighbour", "place", "trend", "discovery", "new", "editorial", "popular"
]
# what a reason names: a job that was saved, applied for or viewed, a search, the résumé, the fields, a place
Evidence = Literal["saved", "applied", "viewed", "searched", "resume", "fields", "place", "none"]
Arm = Literal["personalized", "popular"]
PARTS = (
    "text",
    "rejected",
    "place",
    "trend",
    "fresh",
    "language",
    "work_style",
    "salary",
    "fatigue",
    "boost",
)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a job is shown: a code, and the trace with the largest part, by kind and words (title, place)."""

    code: ReasonCode
    evidence: Evidence = "none"
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """A job at a position (from 0) of a list.

    `score` is 0 to 100 and the sum of `parts` (points, by the names in PARTS), but never below 0.
    `propensity` is the probability of this job at this position, given those before it.
    """

    job_id: str
    position: int
    score: float
    propensity: float
    explored: bool
    why: Why
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picks:
    """A list for one request. `candidates` is how many jobs could have been shown.

    `shortened` says in words why there are fewer jobs than were asked for; None if there are not.
    """

    request_id: str
    person: str
    arm: Arm
    policy: str
    embedder: str
    candidates: int
    jobs: tuple[Pick, ...]
    shortened: str | None = None
