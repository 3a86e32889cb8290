"""The decision about one person at one time: send, ask or wait, and why."""

from typing import Literal

from schemas.mail import Language
from schemas.model import Model, Moment

LATE_MS = 3_600_000  # a mail that is so late is held for as long again, so that none come in a burst
Verdict = Literal["send", "ask", "wait"]
RuleName = Literal[
    "sources",
    "address",
    "suppressed",
    "bounced",
    "consent",
    "team",
    "paused",
    "hold-out",
    "slot",
    "queued",
    "cooldown",
    "cap",
    "fatigue",
    "hours",
    "outage",
    "ramp",
    "enough-fields",
    "question",
    "campaign",
    "eligible",
    "campaign-cooldown",
    "campaign-cap",
    "priority",
]


class RuleResult(Model):
    """The result of one rule: its input, its threshold, and whether it passed.

    `until` is when a rule that did not pass may pass without a new fact (null: not without one).
    """

    rule: RuleName
    input: str | None = None
    threshold: str | None = None
    passed: bool
    until: Moment | None = None


class LostCampaign(Model):
    """A campaign that could be written and is not: because of which rule, and when it is looked at again."""

    campaign: str
    reason: RuleName
    because: str
    until: Moment | None = None


class Brief(Model):
    """The facts from which a mail is written; none of them contains the person's address."""

    first_name: str | None = None
    language: Language = "en"
    summary: str = ""
    interests: list[str] = []
    favorite_hosts: list[str] = []
    venues: list[str] = []
    upcoming_events: list[str] = []
    question: str | None = None


class SendDecision(Model):
    """Send, ask or wait, for one person; `id` is the person and the slot's number for a mail.

    A wait has the id `PERSON:wait` and no slot. `until` is when a wait may end without a new fact (null: not
    without one). A send or ask is valid until `valid_until`. One that is only `observed` has the id
    `PERSON:observed` and no slot: a preview is written of it, and nobody acts on it. `lost` are the campaigns
    that were looked at and are not written. `address_hash` is that of the address that a mail is for: who
    hands it over checks it against the suppressions (`schemas.permissions`).
    """

    id: str
    person: str
    verdict: Verdict
    reason: RuleName | None = None
    because: str
    rules: list[RuleResult] = []
    slot: int | None = None
    campaign: str = "default"
    observed: bool = False
    lost: list[LostCampaign] = []
    decided_at: Moment
    valid_until: Moment | None = None
    until: Moment | None = None
    policy: str = ""
    address_hash: str | None = None
    brief: Brief | None = None

    EXAMPLES = (
        {
            "id": "user_001:1",
            "person": "user_001",
            "verdict": "send",
            "because": "enough is known, and the last message is 16 days old",
            "slot": 1,
            "decided_at": "2024-02-10T00:00:00Z",
            "valid_until": "2024-02-11T00:00:00Z",
            "brief": {"first_name": "Sarah"},
        },
        {
            "id": "user_002:wait",
            "person": "user_002",
            "verdict": "wait",
            "reason": "cooldown",
            "because": "the last message is 2 days old, 7 are needed",
            "decided_at": "2024-02-10T00:00:00Z",
            "until": "2024-02-15T00:00:00Z",
        },
    )
