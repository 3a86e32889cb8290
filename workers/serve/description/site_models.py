"""What the job site sends and gets, as models for the description; the readers take more spellings. Pure."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from schemas.documents import Job
from workers.recommend.picks import Arm, ReasonCode


class SiteMessage(BaseModel):
    """The fields of every message of a page; see README.md."""

    id: str = Field(max_length=100, description="of the visit or the press; sent again it writes nothing")
    seq: int = Field(0, ge=0, description="of two messages with one id the higher is the newer")
    age_ms: float = Field(0, ge=0, description="how long ago it happened, in milliseconds")
    token: str | None = Field(None, description="who it is")
    person: str | None = Field(None, description="in development only, in place of a token")
    request_id: str | None = Field(None, description="the list in which the job was shown")
    position: int | None = Field(None, ge=0, description="the job's place in that list")
    bot: bool = Field(False, description="the browser is automated")


class JobVisit(SiteMessage):
    """A visit to a job's page: `seconds` is the visible time, in total."""

    job_id: str
    seconds: float = Field(ge=0, le=1_800)
    source: Literal["feed", "search", "email", "similar", "direct", "other"] = "other"
    query: str | None = Field(None, max_length=80)


class JobPress(SiteMessage):
    """A press of a button; `undo` takes back an earlier one."""

    job_id: str
    kind: Literal["saved", "rejected", "ignored", "applied"]
    undo: bool = False


class JobSearched(SiteMessage):
    """A search; one of both is needed."""

    query: str | None = Field(None, max_length=80)
    place: str | None = Field(None, max_length=80)


class ResumeGiven(BaseModel):
    """A résumé as a text or a PDF in base64, or that the earlier one is taken back."""

    text: str | None = None
    remove: bool = False
    token: str | None = None
    person: str | None = None


class Accepted(BaseModel):
    """Kafka has it."""

    accepted: Literal[True]


class ResumeAccepted(Accepted):
    """How much of it was read; `note` says what was left out."""

    characters: int | None = None
    note: str | None = None


class Refusal(BaseModel):
    """What is wrong; `field` names the one at fault."""

    error: str
    field: str | None = None


class FeedReason(BaseModel):
    """Why a job is shown."""

    code: ReasonCode
    text: str


class FeedEntry(BaseModel):
    """A job of a list; `job` has the fields that are shown."""

    job: Job
    position: int
    score: float
    parts: dict[str, float]
    explored: bool
    reason: FeedReason


class FeedAnswer(BaseModel):
    """A page of a list; `next` is the cursor of the following one."""

    request_id: str
    arm: Arm
    policy: str
    embedder: str
    candidates: int
    shortened: str | None
    next: str | None
    jobs: list[FeedEntry]


class Readiness(BaseModel):
    """Whether records can be written, and whether the open jobs are in memory."""

    kafka: bool
    board: bool


EXAMPLES: dict[type[BaseModel], dict[str, Any]] = {
    JobVisit: {"id": "visit-1", "token": "k1.…", "job_id": "job_001", "seconds": 45, "source": "feed"},
    JobPress: {"id": "press-1", "token": "k1.…", "job_id": "job_001", "kind": "saved"},
    JobSearched: {"id": "search-1", "token": "k1.…", "query": "nurse", "place": "Osaka"},
    ResumeGiven: {"token": "k1.…", "text": "Registered nurse, six years in Osaka."},
}
