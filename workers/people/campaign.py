"""The campaigns of the policy: for whom each is, and how often."""

from typing import Literal

from pydantic import Field

from workers.people.condition import FieldCondition
from workers.people.contact_policy import PolicyTable, bounded


class Campaign(PolicyTable):
    """What is written, or asked, and to whom; `verdict` is that of its decisions.

    Of the campaigns that are for a person the one with the highest priority is written, of equal ones the
    first. `cap_30_days` (0: none) and `cooldown_days` count its own mails only; `valid_hours` None is the
    policy's. A person who refused the `purpose` is left alone by it.
    """

    name: str = Field(pattern="^[a-z][a-z0-9-]{0,39}$")
    verdict: Literal["send", "ask"] = "send"
    eligible: FieldCondition = FieldCondition()
    priority: int = bounded("campaigns.priority", 0)
    cooldown_days: int = bounded("campaigns.cooldown_days", 0)
    cap_30_days: int = bounded("campaigns.cap_30_days", 0)
    valid_hours: int | None = bounded("campaigns.valid_hours", None)
    purpose: str = "mail"


DEFAULT_CAMPAIGNS = (
    Campaign(
        name="event-invite",
        eligible=FieldCondition(field="number_of_events_attended", at_least=1),
        priority=20,
    ),
    Campaign(name="job-digest", priority=10),
    Campaign(name="details-request", verdict="ask"),
)
