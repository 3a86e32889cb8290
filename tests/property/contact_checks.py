"""The limits of a policy, looked at naively: all mails that were sent, one by one, in rolling windows.

Nothing here is shared with the rules, but the hours in which people are written to.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from schemas.model import from_epoch_ms
from tests.property.contact_history import DAY_MS, Sent
from workers.people.decision.hours import is_open_at


def broken_limits(sent: Sent, earlier: Sequence[Sent], zone: str) -> list[str]:
    """The limits that a mail broke, of the policy under which it was decided.

    `earlier` are the mails to the person before it, `zone` is the person's.
    """
    found = exceeded_caps(sent, earlier, zone) + broken_cooldowns(sent, earlier)
    return found if is_open_at(sent.at, zone, sent.policy) else [*found, "hours"]


def exceeded_caps(sent: Sent, earlier: Sequence[Sent], zone: str) -> list[str]:
    """The caps that are exceeded with this mail, with how many there are."""
    caps, times = sent.policy.caps, contacts_before(sent, earlier)
    today = [at for at in times if day_of(at, zone) == day_of(sent.at, zone)]
    counted = [
        ("24 hours", caps.last_24_hours, mails_within(sent, times, 1)),
        ("7 days", caps.last_7_days, mails_within(sent, times, 7)),
        ("30 days", caps.last_30_days, mails_within(sent, times, 30)),
        ("a day", caps.day, len(today) + 1),
    ]
    for campaign in sent.policy.campaigns:
        if campaign.name == sent.decision.campaign:
            alike = mails_within(sent, of_campaign(sent, earlier), 30)
            counted.append((f"30 days of {campaign.name}", campaign.cap_30_days, alike))
    return [f"{count} in {span}" for span, most, count in counted if most and count > most]


def broken_cooldowns(sent: Sent, earlier: Sequence[Sent]) -> list[str]:
    """The cooldowns, of the person or of the campaign, that were not over."""
    spans = [("cooldown", sent.policy.cooldown_days, contacts_before(sent, earlier))]
    for campaign in sent.policy.campaigns:
        if campaign.name == sent.decision.campaign:
            spans.append((f"cooldown of {campaign.name}", campaign.cooldown_days, of_campaign(sent, earlier)))
    return [name for name, days, times in spans if times and sent.at - max(times) < days * DAY_MS]


def contacts_before(sent: Sent, earlier: Sequence[Sent]) -> list[int]:
    """The times of all contacts before a mail, those of the product that were known included."""
    return [*(mail.at for mail in earlier), *sent.heard]


def of_campaign(sent: Sent, earlier: Sequence[Sent]) -> list[int]:
    """The times of the mails of the same campaign."""
    return [mail.at for mail in earlier if mail.decision.campaign == sent.decision.campaign]


def mails_within(sent: Sent, times: Sequence[int], days: int) -> int:
    """How many contacts there were in so many days with this mail."""
    return len([at for at in times if at > sent.at - days * DAY_MS]) + 1


def day_of(at: int, zone: str) -> str:
    """The day of a person."""
    return str(from_epoch_ms(at).astimezone(ZoneInfo(zone)).date())
