"""Whom a suppression, a consent or a pause is about: the keys of their records. Pure.

See schemas/permissions.py for the forms of a subject.
"""

import re

from schemas.permissions import ALL, CAMPAIGN, PERSON, Consent, MailPause, Suppression
from workers.product.reading.values import quoted, read_id

ADDRESS_KEY = re.compile(r"address:[0-9a-f]{64}")
Permission = Suppression | Consent | MailPause


def is_address_hash(subject: str) -> bool:
    """Whether a subject, or the key of a record of `addresses`, is `address:HASH`."""
    return ADDRESS_KEY.fullmatch(subject) is not None


def person_of(subject: str) -> str | None:
    """The person that a subject names, as their inbox is keyed; None for another subject."""
    return read_id(subject[len(PERSON) :]) if subject.startswith(PERSON) else None


def subject_of(topic: str, key: str) -> str:
    """The subject of a record's key; that of a consent has a purpose behind it."""
    return key.rpartition(" ")[0] if topic == "consents" else key


def check_subject(topic: str, key: str, value: Permission | None) -> None:
    """Raise ValueError for a key that is none of the topic, or not that of the value."""
    if not is_subject(topic, subject_of(topic, key)):
        raise ValueError(f"the key {quoted(key)} names no subject of {topic}")
    if value is not None and key != value.key:
        raise ValueError(f"the key {quoted(key)} is not that of the value, {quoted(value.key)}")


def is_subject(topic: str, subject: str) -> bool:
    """Whether records of a topic may be about a subject: all mails and campaigns can only be paused."""
    if person_of(subject) is not None:
        return True
    if topic == "controls":
        return subject == ALL or (subject.startswith(CAMPAIGN) and subject != CAMPAIGN)
    return is_address_hash(subject)
