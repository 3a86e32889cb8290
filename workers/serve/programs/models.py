"""What programs send and get over HTTP, as models; the description at /openapi.json is made of them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.decision import RuleName, Verdict
from schemas.mail import Outcome, is_moment
from schemas.model import Moment
from schemas.profile import EnrichedProfile
from workers.writing.models import EmailContent, EmailSectionType, JobMatch, UserProfile

MOST_REPORTS = 500  # outcomes in one request
DECISION_ID = r"^.+:\d+$"  # of a decision to send or ask: the person and the slot's number


def readable_moment(value: Any) -> Any:
    """A check that a value is a time: reading one may fail in ways that pydantic does not know."""
    if not is_moment(value):
        raise ValueError("must be a time like 2024-02-10T08:00:00Z")
    return value


class RequestBody(BaseModel):
    """A body that programs send: an unknown field is refused, as it is one that is misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReportedLink(RequestBody):
    """The link that was followed, and for how many seconds the page behind it was seen, if that is known."""

    link: Annotated[str, Field(min_length=1, max_length=300, examples=["job/job_001"])]
    visible_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None


class ReportedOutcome(RequestBody):
    """What became of the mail of a decision, from whoever sends it; without `at` it happened now.

    `click` goes with `clicked`: a page that was seen for two seconds was seen by a person.
    """

    decision_id: Annotated[str, Field(pattern=DECISION_ID, max_length=300, examples=["mia:1"])]
    outcome: Outcome
    at: Annotated[Moment, BeforeValidator(readable_moment)] | None = None
    detail: Annotated[str, Field(max_length=1_000)] | None = None
    click: ReportedLink | None = None

    @model_validator(mode="after")
    def _is_click(self) -> Self:
        if self.click is not None and self.outcome != "clicked":
            raise ValueError("a click goes with the outcome clicked")
        return self

    @property
    def person(self) -> str:
        """The person of the decision."""
        return self.decision_id.rpartition(":")[0]


class ReportsAccepted(BaseModel):
    """So many outcomes are in Kafka."""

    accepted: int


class EnrichRequest(RequestBody):
    """Documents as the product has them, and the time of the profiles: a date or a time, now by default."""

    users: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    messages: list[dict[str, Any]] = []
    as_of: str | None = None


class GenerateEmailRequest(RequestBody):
    """A reader and the jobs of each of the six sections, as the library takes them."""

    user_profile: UserProfile
    job_matches: dict[EmailSectionType, list[JobMatch]]
    template_variables: dict[str, Any] = {}


class GeneratedEmail(BaseModel):
    """A mail that is written; `fallback`: a text of it comes from the bank of sentences."""

    status: Literal["success"] = "success"
    email: EmailContent
    cached: bool
    fallback: bool


class JudgedDecision(BaseModel):
    """What the fleet's rules say of a person at one time; nothing is reserved, and nothing is sent."""

    verdict: Verdict
    reason: RuleName | None = None
    because: str
    until: datetime | None = None
    policy: str = Field(description="the version of the policy")


class EnrichedUser(BaseModel):
    """The user's own fields with those of the profile, and the decision."""

    profile: EnrichedProfile
    decision: JudgedDecision


class EnrichAnswer(BaseModel):
    """One entry for each user, in their order."""

    people: list[EnrichedUser]


class ProblemDetails(BaseModel):
    """What is wrong with a request (RFC 9457); `field` names the one at fault."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None
