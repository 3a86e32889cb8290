"""Profiles, decisions and mails for the tests of the demo."""

from typing import Any

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import ms

AT = from_epoch_ms(ms("2026-03-01T12:00:00"))
MAIL = Email.model_validate(Email.EXAMPLES[0])
SEND = SendDecision.model_validate(SendDecision.EXAMPLES[0])
WAIT = SendDecision.model_validate(SendDecision.EXAMPLES[1])
LONG = ", ".join(["the last message is 2 days old, 7 are needed"] * 4)


def profile(**fields: Any) -> EnrichedProfile:
    """A small profile."""
    return EnrichedProfile.model_validate({"id": "user_007", "as_of": AT, **fields})
