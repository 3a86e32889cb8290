"""A case that passes every rule, changed in one thing, and its judgement."""

from typing import Any

from tests.world import ms
from workers.people.contact_state import Permissions
from workers.people.decision.case import Case, Circumstances
from workers.people.decision.decide import Judgement, judge
from workers.people.policy import Policy

NOW = ms("2024-02-10T12:00:00")
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
FREE = Case(
    at=NOW,
    person="a",
    zone="UTC",
    language="en",
    around=Circumstances(),
    has_address=True,
    suppressed_by=None,
    bounces=0,
    consents={},
    on_team=False,
    pause=(False, None),
    busy_until=None,
    queued=0,
    last_contact=None,
    cooldown_end=None,
    contacts=(),
    mails={},
    ignored=0,
    filled=4,
    missing=(),
    permissions=Permissions(),
)


def contacted(*days: float) -> dict[str, Any]:
    """The fields of a case with contacts so many days ago."""
    times = tuple(sorted(int(NOW - each * DAY_MS) for each in days))
    return {"contacts": times, "last_contact": times[-1], "cooldown_end": times[-1]}


def judged(policy: dict[str, Any] | Policy | None = None, profile: Any = None, **changed: Any) -> Judgement:
    """The judgement of the case with other values, under a policy of these keys."""
    rules = policy if isinstance(policy, Policy) else Policy.model_validate(policy or {})
    return judge(FREE._replace(**changed), rules, lambda: profile or {})
