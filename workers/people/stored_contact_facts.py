"""Facts about permissions and answers as they are stored: a function per kind, see contact_state.py."""

from schemas.contact_facts import AnswerFact, ConsentFact, GrantFact, PauseFact, SuppressionFact
from schemas.model import epoch_ms_or_none, to_epoch_ms
from workers.people.contact_state import (
    StoredAnswer,
    StoredConsent,
    StoredGrant,
    StoredPause,
    StoredSuppression,
)


def stored_suppression(fact: SuppressionFact) -> StoredSuppression:
    """A suppression."""
    assert fact.value is not None
    return StoredSuppression(fact.version, fact.value.reason)


def stored_consent(fact: ConsentFact) -> StoredConsent:
    """A consent, or its refusal."""
    consent = fact.value
    assert consent is not None
    return StoredConsent(fact.version, consent.purpose, consent.given, to_epoch_ms(consent.at))


def stored_pause(fact: PauseFact) -> StoredPause:
    """A pause of the person, or its end."""
    assert fact.value is not None
    return StoredPause(fact.version, fact.value.paused, epoch_ms_or_none(fact.value.until))


def stored_answer(fact: AnswerFact) -> StoredAnswer:
    """An answer; its time is that of the fact."""
    answer = fact.value
    assert answer is not None
    return StoredAnswer(fact.version, fact.at, answer.value, answer.decision_id)


def stored_grant(fact: GrantFact) -> StoredGrant:
    """An answer of the ramp."""
    grant = fact.value
    assert grant is not None
    return StoredGrant(fact.version, grant.number, grant.granted, to_epoch_ms(grant.until))
