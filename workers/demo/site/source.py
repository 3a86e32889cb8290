"""Where the job site gets what it shows: jobs, lists with scores and reasons, and what a person did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from schemas.documents import Event, Job
from schemas.mail import Language

JobActKind = Literal["viewed", "saved", "rejected", "ignored", "applied"]


@dataclass(frozen=True)
class Visitor:
    """A person whom the visitor of the demo can be: the id, and the name if they have given one."""

    id: str
    name: str | None = None


@dataclass(frozen=True)
class ListedJob:
    """A job of a list: its score (0 to 100) with its parts in points, and why it is there, in words."""

    job: Job
    score: float
    reason: str
    parts: Mapping[str, float] = field(default_factory=dict)
    explored: bool = False


@dataclass(frozen=True)
class JobList:
    """A list of one request, best first. `shortened` says why it is shorter than wanted, if it is."""

    request_id: str
    jobs: tuple[ListedJob, ...] = ()
    shortened: str | None = None


@dataclass(frozen=True)
class JobAct:
    """What a person did with a job; `seconds` is how long they looked at it, of a view."""

    job_id: str
    title: str
    kind: JobActKind
    at: datetime
    seconds: float = 0.0


@dataclass(frozen=True)
class ReceivedMail:
    """A mail that the demo's mail server has accepted: when (epoch ms), for whom, and its bytes."""

    number: int
    at: int
    recipient: str
    raw: bytes


class JobSource(Protocol):
    """What the site asks for. All methods may block, and raise SourceUnavailable when nothing answers."""

    def visitors(self) -> Sequence[Visitor]:
        """Whom one can be, at least one person; the first is who one is at first."""

    def token(self, person: str) -> str:
        """The signed token that tells the tracking endpoint who the person is."""

    def open_jobs(self) -> Sequence[Job]:
        """The open jobs, newest first."""

    def job(self, job_id: str) -> Job | None:
        """A job, open or closed; None when there is none."""

    def feed(self, person: str, language: Language, size: int, request_id: str | None = None) -> JobList:
        """The list for a person now, or that of a request, with reasons in a language."""

    def before(self, person: str, language: Language, size: int) -> JobList:
        """The list from before they did anything here: the first one that they were shown."""

    def acts(self, person: str) -> Sequence[JobAct]:
        """What the person did with jobs and has not taken back, newest first."""

    def event(self, event_id: str) -> Event | None:
        """An event; None when there is none."""

    def mails(self) -> Sequence[ReceivedMail]:
        """The mails that were received, oldest first."""

    def recipients(self, addresses: Iterable[str]) -> Mapping[str, Visitor]:
        """Whose addresses these are, by address; those of nobody are left out."""


class SourceUnavailable(RuntimeError):
    """The source has no answer at the moment; the text says why."""
