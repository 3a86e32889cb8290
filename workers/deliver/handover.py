"""The state of a mail that is handed over, and what its two effects say. Pure."""

from typing import Literal, NamedTuple

import msgspec

from schemas.mail import Email
from workers.product.returns.replies import Meaning

Phase = Literal["preparing", "handing", "parked", "ended"]
DeliveryOutcome = Literal["sent", "failed", "bounced", "withdrawn", "expired"]
LAST_MINUTE_MS = 60_000  # of a mail's validity, in which no hand-over starts


class HandOver(msgspec.Struct, array_like=True):
    """A mail on its way. Times in epoch milliseconds.

    `preparing`: nothing was handed over, it may begin anew. `handing` is stored before the mail server hears
    of the mail: read again in this phase, nobody knows what became of it, and it is parked. `attempt` counts
    how often it was to be handed over.
    """

    mail: str
    decision: str
    person: str
    leased_at: int
    phase: Phase = "preparing"
    attempt: int = 1
    outcome: DeliveryOutcome | None = None
    ended_at: int | None = None


class FinalOutcome(NamedTuple):
    """What became of a mail for good. `suppress`: the hash of an address that nobody has; `full`: of one
    whose mailbox is full.
    """

    outcome: DeliveryOutcome
    detail: str | None = None
    suppress: str | None = None
    full: str | None = None


class Prepare(NamedTuple):
    """Wait until a mail may be handed over: `not_before` (epoch ms), in its turn, when it is allowed.

    `late`: what becomes of it when it holds no longer by then, after what a server has said before.
    """

    mail: Email
    attempt: int = 1
    not_before: int = 0
    late: FinalOutcome | None = None


class Hand(NamedTuple):
    """Hand a mail over to the address of a hash; asked for once in the life of its lease; `late` as above."""

    mail: Email
    address: str
    attempt: int = 1
    late: FinalOutcome | None = None


class Ready(NamedTuple):
    """A mail may be handed over now, to the address that has this hash."""

    address: str


class TryLater(NamedTuple):
    """Nothing was handed over, and another attempt may be made, not before a time (epoch milliseconds)."""

    not_before: int
    why: str = ""
    counts: bool = True  # as an attempt; not when no server was reached
    late: FinalOutcome | None = None  # what becomes of the mail when it holds no longer by then


class ToPark(NamedTuple):
    """A person has to decide: the mail may have been accepted or not, or no server can take it."""

    why: str


DeliveryResult = Ready | TryLater | ToPark | FinalOutcome
OUTCOME_OF: dict[Meaning, DeliveryOutcome] = {
    "suppress": "bounced",
    "bounced": "bounced",
    "full": "bounced",
    "retry": "failed",
    "slow": "failed",
    "blocked": "failed",
    "refused": "failed",
}
