"""What `deliver` holds in memory: addresses, suppressions, consents and pauses, and how current they are."""

import msgspec

from schemas.mail import Email
from schemas.permissions import ADDRESS, Consent, MailPause, SuppressionReason, reason_under
from workers.deliver.handover import FinalOutcome
from workers.deliver.obstacles import obstacle
from workers.runtime.kafka.whole_topic import WholeTopic, until_current
from workers.runtime.process.clock import now_ms


class ContactOnly(msgspec.Struct, gc=False):
    """All that is read of a profile."""

    email: str | None = None


CONTACT = msgspec.json.Decoder(ContactOnly)


class Known:
    """Four whole topics; while one of them is not known, or is too old, nothing is handed over."""

    def __init__(self) -> None:
        self.addresses = WholeTopic("enriched-profiles", address_of)
        self.suppressions = WholeTopic("suppressions", reason_under)
        self.consents = WholeTopic("consents", Consent.under)
        self.pauses = WholeTopic("controls", MailPause.under)
        self._told: dict[str, SuppressionReason] = {}

    @property
    def permissions(self) -> tuple[WholeTopic[SuppressionReason], WholeTopic[Consent], WholeTopic[MailPause]]:
        """What is small, to be kept in memory by one thread."""
        return self.suppressions, self.consents, self.pauses

    def is_current(self) -> bool:
        """Whether all is known up to a moment ago."""
        now = now_ms()
        return all(topic.is_current(now) for topic in (self.addresses, *self.permissions))

    async def wait(self) -> None:
        """Return when all is known."""
        await until_current((self.addresses, *self.permissions), "addresses and permissions")

    def address(self, person: str) -> str | None:
        """The address of a person now."""
        return self.addresses.get(person)

    def suppress(self, hashed: str) -> None:
        """Note that nobody has an address: the suppression takes a moment to come back in its topic."""
        self._told[f"{ADDRESS}{hashed}"] = "bounced"

    def obstacle(self, mail: Email) -> FinalOutcome | None:
        """Why a mail is not to be handed over now, by what is known."""
        reason, consent, pause = self._suppression, self.consents.get, self.pauses.get
        return obstacle(mail, self.address(mail.person), pause, reason, consent, now_ms())

    def _suppression(self, subject: str) -> SuppressionReason | None:
        reason = self.suppressions.get(subject)
        if reason is not None:
            self._told.pop(subject, None)
        return reason or self._told.get(subject)


def address_of(key: str, data: bytes) -> str:
    """The address in a profile, empty without one. Raises ValueError for what is no profile."""
    return (CONTACT.decode(data).email or "").strip()
