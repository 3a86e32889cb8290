"""Behaviour on a job board, recorded or made up: jobs, people, and what people did, in the order of time.

People and jobs are numbers (places in the lists) everywhere in this package; their ids are kept beside them.
Times are epoch milliseconds.
"""

from dataclasses import dataclass, field
from typing import Literal

ActKind = Literal["viewed", "applied", "saved", "rejected", "ignored"]
MS_PER_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class RecordedJob:
    """A vacancy, open from `posted_at` until before `closes_at`."""

    id: str
    posted_at: int
    closes_at: int
    title: str = ""
    company: str = ""
    location: str = ""
    tags: tuple[str, ...] = ()
    text: str = ""
    language: str = ""
    salary: str = ""
    work_style: str = ""


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """A person, with what their profile says; empty texts where it says nothing."""

    id: str
    text: str = ""
    place: str = ""
    language: str = ""

    @property
    def has_profile(self) -> bool:
        """Whether anything is known before the first act."""
        return bool(self.text or self.place)


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did with one job. `seconds` is of a view, None where nobody measured.

    `source`, `position` (from 0) and `propensity` tell of the list in which the job was found; it is the
    probability that its position is looked at.
    """

    person: int
    job: int
    kind: ActKind
    at: int
    seconds: float | None = None
    source: str = ""
    position: int | None = None
    propensity: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that an evaluation reads; `acts` in the order of time."""

    jobs: tuple[RecordedJob, ...]
    people: tuple[RecordedPerson, ...]
    acts: tuple[Act, ...]
    name: str = ""
    # what was wrong with the files it comes from: a sentence, and how often
    problems: dict[str, int] = field(default_factory=dict)
