"""Facts about whether and when a person may be written to, and what they answered."""

from typing import Literal

from schemas.answers import Answer
from schemas.fact_base import FactBase
from schemas.permissions import Consent, MailPause, Suppression
from schemas.ramp import SendGrant


class SuppressionFact(FactBase):
    """Nobody writes to the person, or to an address of theirs; the id has the subject."""

    kind: Literal["suppression"] = "suppression"
    value: Suppression | None = None

    EXAMPLES = (
        {
            "kind": "suppression",
            "id": "suppressions/person:user_001",
            "version": [0, 4],
            "at": 1707523201000,
            "value": {
                "subject": "person:user_001",
                "reason": "unsubscribed",
                "at": "2024-02-10T00:00:01Z",
            },
        },
    )


class ConsentFact(FactBase):
    """Whether the person, or whoever has their address, agreed; the id has subject and purpose."""

    kind: Literal["consent"] = "consent"
    value: Consent | None = None

    EXAMPLES = (
        {
            "kind": "consent",
            "id": "consents/person:user_001 mail",
            "version": [0, 4],
            "at": 1707523201000,
            "value": {"subject": "person:user_001", "given": True, "at": "2024-01-01T00:00:00Z"},
        },
    )


class PauseFact(FactBase):
    """Mails to the person are held back, or no longer."""

    kind: Literal["pause"] = "pause"
    value: MailPause | None = None

    EXAMPLES = (
        {
            "kind": "pause",
            "id": "controls/person:user_001",
            "version": [0, 4],
            "at": 1707523201000,
            "value": {"subject": "person:user_001", "at": "2024-02-10T00:00:01Z", "by": "ops"},
        },
    )


class AnswerFact(FactBase):
    """What the person answered; there is one fact a field."""

    kind: Literal["answer"] = "answer"
    value: Answer | None = None

    EXAMPLES = (
        {
            "kind": "answer",
            "id": "answers/user_001/interests",
            "version": [0, 1707552000000],
            "at": 1707552000000,
            "value": {
                "decision_id": "user_001:1",
                "person": "user_001",
                "field": "interests",
                "value": ["hiking"],
                "at": "2024-02-10T08:00:00Z",
            },
        },
    )


class GrantFact(FactBase):
    """The answer of the ramp to a request of the person."""

    kind: Literal["grant"] = "grant"
    value: SendGrant | None = None

    EXAMPLES = (
        {
            "kind": "grant",
            "id": "grants/user_001",
            "version": [0, 1],
            "at": 1707523200000,
            "value": {
                "person": "user_001",
                "number": 1,
                "granted": True,
                "until": "2024-02-10T01:00:00Z",
            },
        },
    )
