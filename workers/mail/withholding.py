"""Why a mail is not to be written, though there is a decision: a pause, or a suppression. Pure."""

from collections.abc import Callable
from datetime import datetime

from schemas.decision import SendDecision
from schemas.permissions import ADDRESS, ALL, CAMPAIGN, PERSON, MailPause, SuppressionReason

Pauses = Callable[[str], MailPause | None]  # by subject
Suppressions = Callable[[str], SuppressionReason | None]


def reason_to_withhold(
    decision: SendDecision, pauses: Pauses, suppressions: Suppressions, at: datetime
) -> str | None:
    """One line that says why the mail of a decision is not to be written at a time; None: it may be."""
    person = f"{PERSON}{decision.person}"
    for subject in (person, f"{ADDRESS}{decision.address_hash}"):
        reason = suppressions(subject)
        if reason is not None:
            return f"suppressed: {reason}"
    for subject in (ALL, f"{CAMPAIGN}{decision.campaign}", person):
        pause = pauses(subject)
        if pause is not None and pause.is_in_force(at):
            return f"paused: {subject}"
    return None
