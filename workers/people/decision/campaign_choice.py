"""The campaign that a mail is of: the first, by priority, of those that are for the person now."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from schemas.decision import RuleName
from workers.people.campaign import Campaign
from workers.people.condition import fields_of, next_flip, truth
from workers.people.decision.case import HOUR_MS, Case
from workers.people.decision.hours import next_midnight
from workers.people.decision.wording import listed
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS

ProfileValues = Mapping[str, Any]
PAUSED_MS = HOUR_MS  # after which a person is looked at again whose campaign is paused
# the fields of a profile that change with every day
DAILY_FIELDS = frozenset(
    {
        "activity_level",
        "average_events_per_month",
        "days_since_last_event",
        "days_since_last_message",
        "decayed_spend",
    }
)
SPAN_DAYS = 30  # of a campaign's cap


class Lost(NamedTuple):
    """Why a campaign is not written, and when (epoch milliseconds) it is looked at again."""

    campaign: Campaign
    reason: RuleName
    because: str
    until: int | None = None


class CampaignChoice(NamedTuple):
    """The campaign that is written, None if there is none, and those that are not."""

    campaign: Campaign | None
    lost: tuple[Lost, ...]


def choose(case: Case, policy: Policy, verdict: str, fields: Callable[[], ProfileValues]) -> CampaignChoice:
    """The campaign of a verdict for a person; `fields` gives those of their profile, if they are needed."""
    chosen: Campaign | None = None
    lost: list[Lost] = []
    for campaign in policy.ranked_campaigns:
        if campaign.verdict != verdict:
            continue
        because = why_not(campaign, case, fields)
        if because is None and chosen is not None:
            told = f"{chosen.name} has the higher priority"
            because = Lost(campaign, "priority", told, case.at + policy.cooldown_days * DAY_MS)
        if because is None:
            chosen = campaign
        else:
            lost.append(because)
    return CampaignChoice(chosen, tuple(lost))


def why_not(campaign: Campaign, case: Case, fields: Callable[[], ProfileValues]) -> Lost | None:
    """Why a campaign is not for the person now, None if it is; the priority of others is not looked at."""
    times = case.mails.get(campaign.name, [])
    if f"campaign:{campaign.name}" in case.around.paused:
        return Lost(campaign, "paused", "the campaign is paused", case.at + PAUSED_MS)
    if case.consents.get(campaign.purpose, True) is False:
        return Lost(campaign, "consent", f"the person refused mails for {campaign.purpose}")
    if times and campaign.cooldown_days and case.at < (end := times[-1] + campaign.cooldown_days * DAY_MS):
        days = listed(max(0, case.at - times[-1]) // DAY_MS, "day")
        because = f"its last mail is {days} old, {campaign.cooldown_days} are needed"
        return Lost(campaign, "campaign-cooldown", because, end)
    recent = [at for at in times if at > case.at - SPAN_DAYS * DAY_MS]
    if campaign.cap_30_days and len(recent) >= campaign.cap_30_days:
        because = (
            f"{listed(len(recent), 'mail')} of it in {SPAN_DAYS} days, {campaign.cap_30_days} are allowed"
        )
        until = recent[len(recent) - campaign.cap_30_days] + SPAN_DAYS * DAY_MS
        return Lost(campaign, "campaign-cap", because, until)
    return _not_eligible(campaign, case, fields)


def _not_eligible(campaign: Campaign, case: Case, fields: Callable[[], ProfileValues]) -> Lost | None:
    """Why a person is not in the campaign's condition; what is not known does not make them eligible."""
    condition = campaign.eligible
    read = {*fields_of(condition)}
    known = fields() if read else {}
    met = truth(condition, known, case.at)
    if met is True:
        return None
    because = "it is not known whether it is for the person" if met is None else "it is not for the person"
    flip = next_flip(condition, known, case.at)
    if read & DAILY_FIELDS:
        midnight = next_midnight(case.at, case.zone)
        flip = midnight if flip is None else min(flip, midnight)
    return Lost(campaign, "eligible", because, flip)
