"""The state of the stage `mail`, one per decision: the lease, later the outcome."""

from typing import Literal

import msgspec

MailOutcome = Literal["written", "failed", "expired", "withdrawn"]


class Lease(msgspec.Struct, array_like=True):
    """A mail that is being written (`outcome` None) or was. Times in epoch milliseconds.

    `attempt` counts how often writing was started; above 1 there was a crash before the outcome was stored.
    """

    decision: str
    person: str
    leased_at: int
    attempt: int = 1
    outcome: MailOutcome | None = None
    ended_at: int | None = None
