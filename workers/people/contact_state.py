"""What is stored of the contacts with a person: slots and outcomes, permissions, answers to questions.

See state.py for what holds of all stored structs. All times are epoch milliseconds.
"""

import msgspec

from schemas.model import Version
from schemas.permissions import SuppressionReason


class Slot(msgspec.Struct, array_like=True, gc=False):
    """The reservation of a send or ask decision, until its outcome is known or its time is over."""

    number: int
    decided_at: int
    valid_until: int
    written_at: int | None = None
    campaign: str = ""


class Contact(msgspec.Struct, array_like=True, gc=False):
    """The outcomes of the decisions.

    `number` is the number of the last slot. `sent` has the time of sending by decision id; `assumed_sent` has
    the last time at which a mail can have been sent that was written and of which nothing else is known.
    `failed_at` is the time of the last failure; `suppressed_by` is the outcome because of which nothing more
    is sent. `released` has the decisions within the cooldown whose slot was released without a contact, by
    id: when they were made, and whether their mail is known to have failed. `message_at` is the time of the
    latest contact by a message of the product, if no stored message tells it any more: it was deleted or
    corrected. `campaigns` has the campaign of each decision in `sent`, `assumed_sent` and `released`;
    `clicked_at` is the last click. `bounced` has the decisions whose mails came back since, and when.
    `withdrawn_at` is when a mail was last not handed over, as it was held back.
    """

    number: int = 0
    slot: Slot | None = None
    sent: dict[str, int] = {}
    assumed_sent: dict[str, int] = {}
    failed_at: int | None = None
    suppressed_by: str | None = None
    released: dict[str, tuple[int, bool]] = {}
    message_at: int | None = None
    campaigns: dict[str, str] = {}
    clicked_at: int | None = None
    bounced: dict[str, int] = {}
    withdrawn_at: int | None = None


class StoredSuppression(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Nobody writes to the person, or to an address of theirs."""

    version: Version
    reason: SuppressionReason


class StoredConsent(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Whether the person agreed to be written to for a purpose, and since when."""

    version: Version
    purpose: str
    given: bool
    at: int


class StoredPause(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Mails to the person are held back, up to `until` if that is known."""

    version: Version
    paused: bool
    until: int | None = None


class StoredGrant(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The ramp's answer to request `number`: granted up to `until`, or to be asked again then."""

    version: Version
    number: int
    granted: bool
    until: int


class Permissions(msgspec.Struct, array_like=True, gc=False):
    """Suppressions, consents and pauses by the id of their fact; the requests to the ramp and its answer."""

    suppressions: dict[str, StoredSuppression] = {}
    consents: dict[str, StoredConsent] = {}
    pauses: dict[str, StoredPause] = {}
    requests: int = 0
    grant: StoredGrant | None = None


class StoredAnswer(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the person answered when they were asked for a field."""

    version: Version
    at: int
    value: str | int | list[str]
    decision: str
