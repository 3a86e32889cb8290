"""Why a mail is not handed over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.permissions import Consent, MailPause, address_hash
from tests.unit.deliver.outgoing import ADDRESS, AT, VALID_UNTIL, email
from workers.deliver.handover import FinalOutcome
from workers.deliver.obstacles import obstacle

THEN = datetime(2024, 1, 1, tzinfo=UTC)
HASHED = f"address:{address_hash(ADDRESS)}"


def found(
    now: int = AT,
    address: str | None = ADDRESS,
    pauses: dict[str, MailPause] | None = None,
    suppressions: dict[str, Any] | None = None,
    consents: list[Consent] | None = None,
    **fields: Any,
) -> FinalOutcome | None:
    """What becomes of a mail to mia."""
    said = {consent.key: consent for consent in consents or []}
    return obstacle(email(**fields), address, (pauses or {}).get, (suppressions or {}).get, said.get, now)


def consent(subject: str, given: bool, days: int = 0, purpose: str = "mail") -> Consent:
    """What somebody said, some days after THEN."""
    return Consent(subject=subject, purpose=purpose, given=given, at=THEN + timedelta(days=days))


def test_a_mail_that_nothing_stands_against_goes_out() -> None:
    """Until a minute before its validity ends."""
    assert found() is None
    assert found(VALID_UNTIL - 60_000) is None
    late = found(VALID_UNTIL - 59_999)
    assert late is not None
    assert late.outcome == "expired"


@pytest.mark.parametrize("address", [None, ""])
def test_somebody_without_an_address_gets_nothing(address: str | None) -> None:
    """A user who is gone has none either."""
    assert found(address=address) == FinalOutcome("withdrawn", "the person has no address")


@pytest.mark.parametrize("subject", ["person:mia", HASHED])
def test_a_suppression_of_the_person_or_the_address_counts(subject: str) -> None:
    """As it stands at that moment."""
    assert found(suppressions={subject: "complained"}) == FinalOutcome("withdrawn", "suppressed: complained")
    assert found(suppressions={"person:jun": "complained"}) is None


@pytest.mark.parametrize("subject", ["all", "campaign:job-digest", "person:mia"])
def test_a_pause_in_force_counts(subject: str) -> None:
    """Not one that has ended."""
    pause = MailPause(subject=subject, at=THEN, by="ops")
    withdrawn = FinalOutcome("withdrawn", f"paused: {subject}")
    assert found(pauses={subject: pause}, campaign="job-digest") == withdrawn
    assert found(pauses={subject: pause.model_copy(update={"until": THEN})}, campaign="job-digest") is None
    assert found(pauses={subject: pause.model_copy(update={"paused": False})}, campaign="job-digest") is None


def test_what_was_said_last_about_mails_counts() -> None:
    """Of the person and of the address; of two at one time the refusal."""
    refused = FinalOutcome("withdrawn", "the person refused mails")
    assert found(consents=[consent("person:mia", False)]) == refused
    assert found(consents=[consent("person:mia", True), consent(HASHED, False, days=1)]) == refused
    assert found(consents=[consent("person:mia", False), consent(HASHED, True, days=1)]) is None
    assert found(consents=[consent("person:mia", False), consent(HASHED, True)]) == refused
    assert found(consents=[consent("person:mia", False, purpose="newsletter")]) is None
