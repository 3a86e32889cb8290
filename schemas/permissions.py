"""Who may be written to: suppressions, consents, and what is paused.

They are about a subject: `person:ID`, or `address:HASH` for whoever has that address, people who are no users
yet included. HASH is `address_hash` of the address; the address itself is stored nowhere here.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Literal, Self

from schemas.model import Model, Moment
from schemas.names import normalise

SuppressionReason = Literal["unsubscribed", "bounced", "complained", "imported"]
MAIL = "mail"  # the purpose that stands for all
ADDRESSES_KEPT = 4_096  # in memory, whose hash is asked for again and again
PERSON, ADDRESS, CAMPAIGN, ALL = "person:", "address:", "campaign:", "all"


@lru_cache(maxsize=ADDRESSES_KEPT)
def address_hash(address: str) -> str:
    """The SHA-256 of a normalised address, as 64 hex digits."""
    return sha256(normalise(address).encode()).hexdigest()


class OfSubject(Model):
    """What is said of a subject, under a key by which it can be corrected or taken back."""

    subject: str

    @property
    def key(self) -> str:
        """The key of its record."""
        return self.subject

    @classmethod
    def under(cls, key: str, data: bytes) -> Self:
        """Read one from JSON bytes; ValueError if they are none, or belong under another key."""
        value = cls.loads(data)
        if value.key != key:
            raise ValueError(f"the key {key[:80]!r} is not that of the value, {value.key[:80]!r}")
        return value


class Suppression(OfSubject):
    """Nobody writes to the subject any more; the key of the record is the subject."""

    reason: SuppressionReason = "imported"
    at: Moment
    by: str | None = None
    note: str | None = None

    EXAMPLES = (
        {"subject": "person:user_001", "reason": "unsubscribed", "at": "2024-02-10T00:00:01Z"},
        {
            "subject": f"address:{address_hash('mike.jones@email.com')}",
            "reason": "imported",
            "at": "2024-02-10T00:00:01Z",
            "by": "ops",
        },
    )


def reason_under(key: str, data: bytes) -> SuppressionReason:
    """The reason of a suppression, all that is held of it: there may be millions. Raises ValueError."""
    return Suppression.under(key, data).reason


class Consent(OfSubject):
    """Whether the subject agreed to be written to for a purpose: since when, and how that is known.

    The key of the record is the subject, a space and the purpose. Of several the latest counts.
    """

    purpose: str = MAIL
    given: bool
    at: Moment
    source: str | None = None

    EXAMPLES = (
        {
            "subject": "person:user_001",
            "purpose": "mail",
            "given": True,
            "at": "2024-01-01T00:00:00Z",
            "source": "sign-up form",
        },
    )

    @property
    def key(self) -> str:
        """The key of its record."""
        return f"{self.subject} {self.purpose}"


class MailPause(OfSubject):
    """Mails are held back: all, those of a campaign or to a person; the key of the record is the subject.

    It ends at `until` (null: when it is resumed, with `paused` false). `by` and `why` are for people.
    """

    paused: bool = True
    at: Moment
    until: Moment | None = None
    by: str
    why: str = ""

    EXAMPLES = (
        {"subject": "all", "at": "2024-02-10T00:00:01Z", "by": "ops", "why": "wrong prices"},
        {
            "subject": "campaign:job-digest",
            "paused": False,
            "at": "2024-02-10T00:05:00Z",
            "by": "ops",
        },
    )

    def is_in_force(self, at: datetime) -> bool:
        """Whether mails are held back at a time."""
        return self.paused and (self.until is None or self.until > at)


def paused_subjects(pauses: Iterable[MailPause], at: datetime) -> list[str]:
    """The subjects of those pauses of more than one person that are in force at a time, in their order."""
    return sorted(
        pause.subject for pause in pauses if not pause.subject.startswith(PERSON) and pause.is_in_force(at)
    )


def suppressed_because(
    person: str, hashed: str | None, suppressions: Callable[[str], SuppressionReason | None]
) -> str | None:
    """Why nobody writes to a person whose address has a hash, in a line; None: they may be written to."""
    for subject in (f"{PERSON}{person}", f"{ADDRESS}{hashed}"):
        if (reason := suppressions(subject)) is not None:
            return f"suppressed: {reason}"
    return None


def paused_because(
    person: str, campaign: str | None, pauses: Callable[[str], MailPause | None], at: datetime
) -> str | None:
    """Which pause holds a mail of a campaign to a person back at a time, in a line; None: no one does."""
    for subject in (ALL, f"{CAMPAIGN}{campaign}", f"{PERSON}{person}"):
        if (pause := pauses(subject)) is not None and pause.is_in_force(at):
            return f"paused: {subject}"
    return None
