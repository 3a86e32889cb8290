"""Why a mail is not to be handed over though it is written: it is too late, or somebody said no. Pure."""

from collections.abc import Callable, Iterable

from schemas.mail import Email
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.permissions import (
    ADDRESS,
    MAIL,
    PERSON,
    Consent,
    MailPause,
    SuppressionReason,
    address_hash,
    paused_because,
    suppressed_because,
)
from workers.deliver.handover import LAST_MINUTE_MS, FinalOutcome

PauseOf = Callable[[str], MailPause | None]  # by subject
SuppressionOf = Callable[[str], SuppressionReason | None]
ConsentOf = Callable[[str], Consent | None]  # by subject and purpose


def deadline(mail: Email) -> int:
    """After when a mail is not handed over any more (epoch milliseconds)."""
    return to_epoch_ms(mail.valid_until) - LAST_MINUTE_MS


def obstacle(
    mail: Email,
    address: str | None,
    pauses: PauseOf,
    suppressions: SuppressionOf,
    consents: ConsentOf,
    now: int,
) -> FinalOutcome | None:
    """What becomes of a mail that is not to be handed over now (epoch milliseconds); None: it may be.

    `address` None: the person has none that is known, or is no user any more.
    """
    if now > deadline(mail):
        return FinalOutcome("expired", "it was not handed over in time")
    if not address:
        return FinalOutcome("withdrawn", "the person has no address")
    hashed = address_hash(address)
    if (why := suppressed_because(mail.person, hashed, suppressions)) is not None:
        return FinalOutcome("withdrawn", why)
    subjects = (f"{PERSON}{mail.person}", f"{ADDRESS}{hashed}")
    said = [consent for subject in subjects if (consent := consents(f"{subject} {MAIL}")) is not None]
    if is_refused(said):
        return FinalOutcome("withdrawn", "the person refused mails")
    why = paused_because(mail.person, mail.campaign, pauses, from_epoch_ms(now))
    return None if why is None else FinalOutcome("withdrawn", why)


def is_refused(said: Iterable[Consent]) -> bool:
    """Whether the last of some consents is none; of two of one time the refusal counts."""
    latest = max(said, key=lambda consent: (consent.at, not consent.given), default=None)
    return latest is not None and not latest.given
