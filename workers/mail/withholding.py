"""Why a mail is not to be written, though there is a decision: a pause, or a suppression. Pure."""

from collections.abc import Callable
from datetime import datetime

from schemas.decision import SendDecision
from schemas.permissions import MailPause, SuppressionReason, paused_because, suppressed_because

Pauses = Callable[[str], MailPause | None]  # by subject
Suppressions = Callable[[str], SuppressionReason | None]


def reason_to_withhold(
    decision: SendDecision, pauses: Pauses, suppressions: Suppressions, at: datetime
) -> str | None:
    """One line that says why the mail of a decision is not to be written at a time; None: it may be."""
    return suppressed_because(decision.person, decision.address_hash, suppressions) or paused_because(
        decision.person, decision.campaign, pauses, at
    )
