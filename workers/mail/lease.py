"""The state of one decision in `mail`: the lease, later the outcome."""

from typing import Literal

import msgspec

MailOutcome = Literal["written", "failed", "expired"]


class Lease(msgspec.Struct, array_like=True):
    """A decision is being written, or (`outcome`) was. Times in epoch milliseconds.

    `attempt` counts how often the writing was begun: more than once means a crash in between.
    """

    decision: str
    person: str
    leased_at: int
    attempt: int = 1
    outcome: MailOutcome | None = None
    ended_at: int | None = None
