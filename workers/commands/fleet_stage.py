"""The stage `people` as the fleet of the settings runs it, under any policy."""

from workers.people.decision.deciding import Launch
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.runtime.process.settings import Settings
from workers.runtime.stage import Stage


def launch_of(settings: Settings) -> Launch:
    """Whether the fleet is live, a ramp gives out the mails, and those of an outage are spread."""
    return Launch(
        is_live=settings.kairos_sending == "live", is_ramped=bool(settings.daily_limits), is_paced=True
    )


def fleet_stage(settings: Settings, policy: Policy) -> Stage[PersonState]:
    """The stage under a policy."""
    return stage(policy, launch_of(settings))
