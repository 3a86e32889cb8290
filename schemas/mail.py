"""Mails written by Kairos, and what became of them."""

from typing import Literal

from schemas.model import Model, Moment

Outcome = Literal["written", "sent", "failed", "bounced", "complained", "clicked", "unsubscribed"]
Language = Literal["ja", "en"]


class Engagement(Model):
    """What became of a decision: said by `mail`, `deliver`, a sender of your own, or the reader's click."""

    decision_id: str
    person: str
    outcome: Outcome
    at: Moment
    detail: str | None = None

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "outcome": "written",
            "at": "2024-02-10T00:00:01Z",
        },
    )


class Email(Model):
    """A mail that is written and not yet sent; the sender looks the address up at the last moment."""

    id: str
    decision_id: str
    person: str
    outcome: Literal["send", "ask"]
    language: Language
    subject: str
    greeting: str
    body: list[str]
    closing: str
    written_at: Moment
    valid_until: Moment
    writer: Literal["gpt", "template"]
    model: str | None = None

    EXAMPLES = (
        {
            "id": "user_001:1",
            "decision_id": "user_001:1",
            "person": "user_001",
            "outcome": "send",
            "language": "en",
            "subject": "[MOCK] Another evening at The Vault?",
            "greeting": "Hi Sarah,",
            "body": ["Chef Mario cooks again."],
            "closing": "See you there",
            "written_at": "2024-02-10T00:00:01Z",
            "valid_until": "2024-02-11T00:00:00Z",
            "writer": "template",
        },
    )
