"""Facts: the content of a document as it concerns one person. The inbox has them, keyed by person.

A fact has an id that never changes (collection, document, path); its newest version counts. A fact whose
`value` is null retracts it. `at` is when the source changed the document, in epoch milliseconds.
"""

from datetime import date as Day
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from schemas.contact_facts import AnswerFact, ConsentFact, GrantFact, PauseFact, SuppressionFact
from schemas.documents import JobPreference, JobView, Message, Order, User
from schemas.fact_base import FactBase
from schemas.interactions import Interaction, ResumeUpload
from schemas.mail import Engagement
from schemas.model import Model, Moment
from schemas.notes import Noted


class Companion(Model):
    """Another participant of an event: the address, and the name if one was given."""

    email: str
    name: str | None = None


class Attendance(Noted):
    """A person's participation in an event, with the event as it is now and the other participants."""

    event_id: str
    name: str | None = None
    date: Moment | None = None
    venue: str | None = None
    host: str | None = None
    event_type: str | None = None
    cuisine: list[str] = []
    neighborhood: str | None = None
    companions: list[Companion] = []
    day: Day | None = None


class UserFact(FactBase):
    """The user document, as long as which there is a profile; since `resume_at` it has its résumé."""

    kind: Literal["user"] = "user"
    value: User | None = None
    resume_at: int | None = None

    EXAMPLES = (
        {
            "kind": "user",
            "id": "users/user_001",
            "version": [1, 7],
            "at": 1704067200000,
            "value": {"id": "user_001"},
        },
    )


class OrderFact(FactBase):
    """An order of the person."""

    kind: Literal["order"] = "order"
    value: Order | None = None

    EXAMPLES = (
        {"kind": "order", "id": "orders/order_001", "version": [1, 8], "at": 1704844800000, "value": None},
    )


class AttendanceFact(FactBase):
    """The person is a participant of an event."""

    kind: Literal["attendance"] = "attendance"
    value: Attendance | None = None

    EXAMPLES = (
        {
            "kind": "attendance",
            "id": "events/event_001/sarah.chen@email.com",
            "version": [1, 9],
            "at": 1705276800000,
            "value": {
                "event_id": "event_001",
                "name": "Italian Wine Tasting",
                "date": "2024-01-15",
                "venue": "The Vault",
                "host": "Chef Mario",
                "event_type": "wine_tasting",
                "companions": [{"email": "mike.jones@email.com"}],
            },
        },
    )


class MessageFact(FactBase):
    """A message of the product to the person."""

    kind: Literal["message"] = "message"
    value: Message | None = None

    EXAMPLES = (
        {
            "kind": "message",
            "id": "messages/msg_001",
            "version": [1, 10],
            "at": 1706140800000,
            "value": {"id": "msg_001", "user_id": "user_001", "status": "sent", "sent_date": "2024-01-25"},
        },
    )


class JobViewFact(FactBase):
    """The person viewed a job."""

    kind: Literal["job-view"] = "job-view"
    value: JobView | None = None

    EXAMPLES = ({"kind": "job-view", "id": "job-views/view_001", "version": [1, 11], "at": 1706140800000},)


class JobPreferenceFact(FactBase):
    """The person stated a preference about a job."""

    kind: Literal["job-preference"] = "job-preference"
    value: JobPreference | None = None

    EXAMPLES = (
        {"kind": "job-preference", "id": "job-preferences/p1", "version": [1, 12], "at": 1706140800000},
    )


class EngagementFact(FactBase):
    """An outcome of a decision about the person."""

    kind: Literal["engagement"] = "engagement"
    value: Engagement | None = None

    EXAMPLES = (
        {
            "kind": "engagement",
            "id": "engagements/user_001:1/written",
            "version": [0, 3],
            "at": 1706140800000,
            "value": {
                "decision_id": "user_001:1",
                "person": "user_001",
                "outcome": "written",
                "at": "2024-01-25T00:00:00Z",
            },
        },
    )


class InteractionFact(FactBase):
    """What the person did on the job site."""

    kind: Literal["interaction"] = "interaction"
    value: Interaction | None = None

    EXAMPLES = (
        {
            "kind": "interaction",
            "id": "interactions/5f0c9a52-7d1e-4f7e-9a56-0c1b2f3d4e5f",
            "version": [0, 4],
            "at": 1707523201000,
            "value": {
                "id": "5f0c9a52-7d1e-4f7e-9a56-0c1b2f3d4e5f",
                "person": "user_001",
                "kind": "saved",
                "job_id": "job_001",
                "at": "2024-02-10T00:00:01Z",
            },
        },
    )


class ResumeFact(FactBase):
    """The résumé that the person gave the job site; a person has one such fact."""

    kind: Literal["resume"] = "resume"
    value: ResumeUpload | None = None

    EXAMPLES = (
        {
            "kind": "resume",
            "id": "resumes/user_001",
            "version": [0, 1707523201000],
            "at": 1707523201000,
            "value": {"person": "user_001", "text": "Line cook, four years of Italian kitchens."},
        },
    )


class Contested(Model):
    """An address that more than one user has; `owns`: it is the person's."""

    owns: bool = False


class ClaimFact(FactBase):
    """Another user owns the address of the person; persons who own their address have no such fact.

    The id is `claims/<user id>/<address>`, so that a retracted claim retracts only its own fact.
    """

    kind: Literal["claim"] = "claim"
    value: Contested | None = None

    EXAMPLES = (
        {
            "kind": "claim",
            "id": "claims/user_002/sarah.chen@email.com",
            "version": [1, 13],
            "at": 1706140800000,
            "value": {"owns": False},
        },
    )


Fact = Annotated[
    UserFact
    | OrderFact
    | AttendanceFact
    | MessageFact
    | JobViewFact
    | JobPreferenceFact
    | EngagementFact
    | ClaimFact
    | InteractionFact
    | ResumeFact
    | SuppressionFact
    | ConsentFact
    | PauseFact
    | AnswerFact
    | GrantFact,
    Field(discriminator="kind"),
]
FACT: TypeAdapter[Any] = TypeAdapter(Fact)
