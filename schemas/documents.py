"""The documents of a product: values of the document topics, keyed by the document's id, null if deleted."""

from datetime import date as Day
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from schemas.model import Model, Moment
from schemas.notes import Noted

TEAM_ROLES = frozenset({"team", "staff", "admin", "employee"})  # in lower case

NOT_SENT_STATUSES = frozenset(
    {"queued", "draft", "failed", "cancelled"}
)  # of a message; of others it was sent

NO_PURCHASE = frozenset({"cancelled", "refunded"})  # statuses of an order that does not count


class User(Noted):
    """A user of the product. All fields except the id may be missing; `resume` is its text.

    `mail_consent` is whether the person agreed to mails, with the time and how that is known.
    """

    id: str
    email: str | None = None
    name: str | None = None
    interests: list[str] = []
    cuisine_preference: list[str] = []
    dietary_restrictions: list[str] = []
    age: int | None = None
    birth_date: Day | None = None
    gender: str | None = None
    occupation: str | None = None
    relationship_status: str | None = None
    table_type_preference: str | None = None
    home_neighborhood: str | None = None
    work_neighborhood: str | None = None
    language: str | None = None
    time_zone: str | None = None
    role: str | None = None
    is_team_member: bool | None = None
    created_at: Moment | None = None
    resume: str | None = None
    mail_consent: bool | None = None
    mail_consent_at: Moment | None = None
    mail_consent_source: str | None = None

    EXAMPLES = (
        {
            "id": "user_001",
            "email": "sarah.chen@email.com",
            "interests": ["hiking", "photography", "cooking"],
            "cuisine_preference": ["Italian", "Thai", "Japanese"],
            "dietary_restrictions": ["vegetarian"],
            "age": 32,
            "gender": "Female",
            "occupation": "Software Engineer",
            "relationship_status": "Single",
            "table_type_preference": "communal",
            "home_neighborhood": "Mission District",
            "work_neighborhood": "SOMA",
        },
        {"id": "user_002", "email": "kenji@example.jp", "name": "田中健二", "language": "ja"},
    )


class Order(Noted):
    """A purchase by a user.

    `status` is placed, cancelled or refunded, or a word that is not known. `day` is the day of `date` where
    that is written with an offset, or without a zone.
    """

    id: str
    user_id: str | None = None
    event_id: str | None = None
    amount: float | None = None
    date: Moment | None = None
    status: str | None = None
    day: Day | None = None

    SET_BY_READING = Noted.SET_BY_READING | {"day"}
    EXAMPLES = (
        {
            "id": "order_001",
            "user_id": "user_001",
            "event_id": "event_001",
            "amount": 75.0,
            "date": "2024-01-10",
        },
    )


class Participant(Model):
    """A participant of an event: an address, and a name if one was given.

    `status` is what the person has answered; who has answered something else than yes is left out in reading.
    """

    email: str
    name: str | None = None
    status: str | None = None


def participant(value: Any) -> Any:
    """A participant from a bare address, without a name; other values are returned as they are."""
    return {"email": value} if isinstance(value, str) else value


class Event(Noted):
    """An event and its participants, who are identified by address; `day` as in `Order`.

    `status` is scheduled, full, postponed, cancelled, draft or ended, or a word that is not known; `capacity`
    is how many people can come. `time_zone` is that of the venue, `local_time` (19:00) what the clock there
    shows at `date`, where that is written with an offset, or without a zone.
    """

    id: str
    name: str | None = None
    date: Moment | None = None
    venue: str | None = None
    host: str | None = None
    event_type: str | None = None
    cuisine: list[str] = []
    neighborhood: str | None = None
    participants: list[Annotated[Participant, BeforeValidator(participant)]] = []
    status: str | None = None
    capacity: int | None = None
    price: str | None = None
    time_zone: str | None = None
    day: Day | None = None
    local_time: str | None = None

    SET_BY_READING = Noted.SET_BY_READING | {"day", "local_time"}
    EXAMPLES = (
        {
            "id": "event_001",
            "name": "Italian Wine Tasting",
            "date": "2024-01-15",
            "venue": "The Vault",
            "host": "Chef Mario",
            "event_type": "wine_tasting",
            "participants": ["sarah.chen@email.com", {"email": "mike.jones@email.com", "name": "Mike Jones"}],
        },
    )


class Message(Noted):
    """An entry of the product's own queue and log of messages.

    `status` is sent, queued, draft, failed or cancelled, or a word that is not known; `day` is that of the
    sent date, else of the created date, as in `Order`. In the record of a mail of ours `decision_id` is that
    of its decision.
    """

    id: str
    user_id: str | None = None
    content: str | None = None
    status: str | None = None
    sent_date: Moment | None = None
    created_date: Moment | None = None
    day: Day | None = None
    decision_id: str | None = None

    SET_BY_READING = Noted.SET_BY_READING | {"day"}
    EXAMPLES = (
        {"id": "msg_001", "user_id": "user_001", "status": "sent", "sent_date": "2024-01-25"},
        {"id": "msg_002", "user_id": "user_001", "status": "queued", "created_date": "2024-02-10"},
    )


class Job(Noted):
    """A vacancy on the job board.

    `work_style` is how it is worked (remote, hybrid, full-time …), `language` that of the advertisement,
    `is_editorial` whether an editor has picked it, `openings` how many people are looked for.
    """

    id: str
    title: str | None = None
    company: str | None = None
    location: str | None = None
    salary: str | None = None
    description: str | None = None
    tags: list[str] = []
    posted_at: Moment | None = None
    closes_at: Moment | None = None
    work_style: str | None = None
    language: str | None = None
    is_editorial: bool | None = None
    openings: int | None = None

    EXAMPLES = (
        {
            "id": "job_001",
            "title": "Sous Chef",
            "company": "The Vault",
            "location": "SOMA",
            "tags": ["kitchen"],
        },
    )


class JobView(Noted):
    """A view of a job by a user, for some seconds."""

    id: str
    user_id: str | None = None
    job_id: str | None = None
    time_spent_seconds: float = 0.0
    source: str | None = None
    tags: list[str] = []
    viewed_at: Moment | None = None

    EXAMPLES = ({"id": "view_001", "user_id": "user_001", "job_id": "job_001", "time_spent_seconds": 95},)


PreferenceType = Literal["applied", "rejected", "saved", "ignored"]


class JobPreference(Noted):
    """A preference of a user about a job."""

    id: str
    user_id: str | None = None
    job_id: str | None = None
    preference_type: PreferenceType | None = None
    tags: list[str] = []
    created_at: Moment | None = None

    EXAMPLES = ({"id": "pref_001", "user_id": "user_001", "job_id": "job_001", "preference_type": "saved"},)


Document = User | Order | Event | Message | Job | JobView | JobPreference
