"""Mails written by Kairos, and their outcomes."""

from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import Field, TypeAdapter, computed_field, model_validator
from pydantic_core import from_json

from schemas.model import Model, Moment, Version

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
LinkKind = Literal["job", "event", "answer", "unsubscribe", "honeypot", "other"]

SEEN_SECONDS = 2.0  # of a page behind a link: then somebody looked at it
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


class MailClick(Model):
    """How a link of a mail was requested: what tells people from programs. None is unknown.

    `link` is the link within its mail, `links` how many links the mail has. `network` stands for the part of
    the network that asked, never for an address; `network_readers` is how many readers' links were requested
    from it within a minute. `prefetch`: the request says so, or asks for a range. `visible_seconds` is for
    how long the page behind the link was seen, as its script reports: a further record of the click.
    """

    link: str
    kind: LinkKind = "other"
    links: int | None = None
    method: str = "GET"
    prefetch: bool = False
    user_agent: str | None = None
    network: str | None = None
    network_readers: int | None = None
    data_centre: bool | None = None
    visible_seconds: float | None = None

    @property
    def shows_interest(self) -> bool:
        """Whether it may be that of somebody who wants to see something: not of a program for certain."""
        is_wanted = self.kind not in ("honeypot", "unsubscribe")
        return is_wanted and self.method.upper() == "GET" and not self.prefetch


class MailVariation(Model):
    """Which variation of a mail was chosen for a person of a segment, and with which probability of each arm.

    `type` is the way in which mails vary, such as subject or tone; the choices of a mail's types are drawn
    independently of each other. `arm` is what was chosen, whatever became of it; `sent` the arm that the mail
    has, where that is another one. `reason` says who chose: the draw, the control group, the hold-out, or
    that there was one arm only.
    """

    arm: str
    segment: str
    probabilities: dict[str, float]
    reason: str
    type: str = "subject"
    sent: str | None = None


class Engagement(Model):
    """An outcome of a decision: from `mail`, from `deliver`, from your own sender, or a reader's click.

    `mail` says of a mail that it has written of which campaign it is, and until when it may be sent. `click`
    says how a link was requested; of a click without it nobody knows, so it counts as a person's.
    """

    decision_id: str
    person: str
    outcome: Outcome
    at: Moment
    detail: str | None = None
    campaign: str | None = None
    valid_until: Moment | None = None
    click: MailClick | None = None

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "outcome": "written",
            "at": "2024-02-10T00:00:01Z",
        },
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "outcome": "clicked",
            "at": "2024-02-10T08:30:00Z",
            "click": {"link": "1", "kind": "job", "user_agent": "Mozilla/5.0", "network": "203.0.113.0/24"},
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
    """A job that a mail shows, in which section, and the version of its document that it was read from."""

    section: str
    job_id: str
    version: Version | None = None


class MailedEvent(Model):
    """An event that a mail invites to, and the version of its document that it was read from."""

    event_id: str
    version: Version


class MailMaking(Model):
    """How the prose of a mail was made: by the model, from kept texts of it, or from the bank of sentences.

    A mail without sections has `bank` for them. `reason` is why the bank took over. Tokens and money
    (millionths of a dollar) are those of this mail.
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
    older readers still find it. `variation` is how the subject was chosen, `variations` how all else was.
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
    signature: str = ""
    written_at: Moment
    valid_until: Moment
    writer: Literal["gpt", "template"]
    model: str | None = None
    campaign: str | None = None
    preheader: str = ""
    html: str | None = None
    text: str | None = None
    jobs: list[MailedJob] = []
    events: list[MailedEvent] = []
    making: MailMaking | None = None
    variation: MailVariation | None = None
    variations: list[MailVariation] = []

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

    @property
    def choices(self) -> list[MailVariation]:
        """The choice of each type."""
        return [*([] if self.variation is None else [self.variation]), *self.variations]

    def without_parts(self) -> Self:
        """The mail without HTML and plain text, which make most of its size."""
        return self.model_copy(update={"html": None, "text": None})

    @computed_field(json_schema_extra={"deprecated": True})  # type: ignore[prop-decorator]
    @property
    def outcome(self) -> MailVerdict:
        """The verdict under its former name, for older readers; use `verdict`."""
        return self.verdict
