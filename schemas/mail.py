"""Mails written by Kairos, and their outcomes."""

from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import Field, TypeAdapter, computed_field, model_validator
from pydantic_core import from_json

from schemas.model import Model, Moment

Outcome = Literal[
    "written",
    "sent",
    "failed",
    "bounced",
    "complained",
    "clicked",
    "unsubscribed",
    "withdrawn",  # not written, because of a pause or suppression: nothing was handed over
    "expired",  # not written, because it was too late: nothing was handed over
]
MailVerdict = Literal["send", "ask"]
Language = Literal["ja", "en"]

NO_TIME = datetime(1, 1, 1, tzinfo=UTC)  # as several platforms write it
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
READ_ERRORS = (ValueError, TypeError, ArithmeticError, OSError)  # all that reading a number as a time raises


def is_moment(value: Any) -> bool:
    """Whether a value can be read as a time."""
    try:
        MOMENT.validate_python(value)
    except READ_ERRORS:
        return False
    return True


class Engagement(Model):
    """An outcome of a decision: from `mail`, from `deliver`, from your own sender, or a reader's click.

    `mail` says of a mail that it has written of which campaign it is, and until when it may be sent.
    """

    decision_id: str
    person: str
    outcome: Outcome
    at: Moment
    detail: str | None = None
    campaign: str | None = None
    valid_until: Moment | None = None

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "outcome": "written",
            "at": "2024-02-10T00:00:01Z",
        },
    )

    @classmethod
    def loads(cls, data: bytes) -> Self:
        """Read an outcome from JSON bytes; one whose `at` is missing or no time has NO_TIME.

        The report is worth more than its time: without it the mail would count as not sent.
        """
        try:
            return super().loads(data)
        except READ_ERRORS:
            raw = from_json(data)
            if not isinstance(raw, dict) or is_moment(raw.get("at")):
                raise
            return cls.model_validate(raw | {"at": NO_TIME})


def without_default(schema: dict[str, Any]) -> None:
    """Remove a default that is no valid value from a field's JSON Schema."""
    schema.pop("default", None)


class MailedJob(Model):
    """A job that a mail shows, and in which section."""

    section: str
    job_id: str


class MailMaking(Model):
    """How the prose of a mail was made: by the model, from kept texts of it, or from the bank of sentences.

    `reason` is why the bank took over. Tokens and money (millionths of a dollar) are those of this mail.
    """

    introduction: Literal["model", "cache", "bank"] = "bank"
    sections: Literal["model", "cache", "bank"] = "bank"
    reason: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    micro_dollars: int = 0


class Email(Model):
    """A mail that is written and not yet sent; the sender reads the address just before it sends.

    `html` and `text` are its two parts, ready to be sent; `body` has its paragraphs for other senders.
    `verdict` is the decision's. Older records have it as `outcome` only; new ones have both names, so that
    older readers still find it.
    """

    id: str
    decision_id: str
    person: str
    # not required by the schema, as older records lack it; None is no verdict, so a missing one is refused
    verdict: MailVerdict = Field(default=None, validate_default=True, json_schema_extra=without_default)
    language: Language
    subject: str
    greeting: str
    body: list[str]
    closing: str
    written_at: Moment
    valid_until: Moment
    writer: Literal["gpt", "template"]
    model: str | None = None
    campaign: str | None = None
    preheader: str = ""
    html: str | None = None
    text: str | None = None
    jobs: list[MailedJob] = []
    making: MailMaking | None = None

    EXAMPLES = (
        {
            "id": "user_001:1",
            "decision_id": "user_001:1",
            "person": "user_001",
            "verdict": "send",
            "language": "en",
            "subject": "Another evening at The Vault?",
            "greeting": "Hi Sarah,",
            "body": ["Chef Mario cooks again."],
            "closing": "See you there",
            "written_at": "2024-02-10T00:00:01Z",
            "valid_until": "2024-02-11T00:00:00Z",
            "writer": "template",
        },
    )

    @model_validator(mode="before")
    @classmethod
    def read_outcome_as_verdict(cls, data: Any) -> Any:
        """Read an older record: its `outcome` is the verdict."""
        if isinstance(data, dict) and "verdict" not in data and "outcome" in data:
            return data | {"verdict": data["outcome"]}
        return data

    def without_parts(self) -> Self:
        """The mail without HTML and plain text, which make most of its size."""
        return self.model_copy(update={"html": None, "text": None})

    @computed_field(json_schema_extra={"deprecated": True})  # type: ignore[prop-decorator]
    @property
    def outcome(self) -> MailVerdict:
        """The verdict under its former name, for older readers; use `verdict`."""
        return self.verdict
