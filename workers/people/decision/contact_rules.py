"""The rules about how often and when: slot, queue, cooldown, caps, fatigue, hours, outage, ramp."""

from bisect import bisect_right
from collections.abc import Sequence

from schemas.model import from_epoch_ms
from workers.people.decision.case import HOUR_MS, Case
from workers.people.decision.findings import RuleFinding
from workers.people.decision.hours import day_start, next_midnight, open_from, open_until
from workers.people.decision.wording import listed
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS

LEAST_OPEN_MS = 600_000  # of a window, or nobody would have the time to write
MOST_HOURS = 50  # that are looked through: several a day, for some weeks
RAMP_PATIENCE_MS = HOUR_MS  # after which the ramp is asked again


def slot(case: Case, policy: Policy) -> RuleFinding:
    """Passes when no slot is open, and no mail has failed within `retry_hours` or was just held back."""
    busy = case.busy_until is not None and case.at < case.busy_until
    until = case.busy_until if busy else None
    return RuleFinding(
        "taken" if busy else "free",
        None,
        not busy,
        "the last mail is under way, or failed or was held back a short while ago",
        until,
    )


def queued(case: Case, policy: Policy) -> RuleFinding:
    """Passes when the product has no message queued for the person."""
    because = f"{listed(case.queued, 'message')} of the product queued"
    return RuleFinding(str(case.queued), "0", not case.queued, because)


def cooldown(case: Case, policy: Policy) -> RuleFinding:
    """Passes when the last contact is at least `cooldown_days` ago."""
    threshold, end = f"{policy.cooldown_days} days", case.cooldown_end
    if case.last_contact is None or end is None:
        return RuleFinding("nothing sent yet", threshold, True, "nothing was sent yet")
    days = max(0, case.at - case.last_contact) // DAY_MS
    age = f"{listed(days, 'day')} old"
    if case.at >= end:
        return RuleFinding(age, threshold, True, f"the last message is {age}")
    because = f"the last message is {age}, {policy.cooldown_days} are needed"
    return RuleFinding(from_epoch_ms(case.last_contact).isoformat(), threshold, False, because, end)


def has_caps(policy: Policy) -> bool:
    """Whether any cap is set."""
    caps = policy.caps
    return bool(caps.day or caps.last_24_hours or caps.last_7_days or caps.last_30_days)


def cap(case: Case, policy: Policy) -> RuleFinding:
    """Passes when one more contact exceeds no cap; the cap that is exceeded for longest is named."""
    caps = policy.caps
    spans = ((caps.last_24_hours, 1), (caps.last_7_days, 7), (caps.last_30_days, 30))
    found = [_within_span(case.contacts, case.at, most, days) for most, days in spans if most]
    if caps.day:
        found.append(_within_day(case, caps.day))
    exceeded = [finding for finding in found if not finding.passed]
    return max(exceeded or found, key=lambda finding: finding.until or 0)


def _within_span(times: Sequence[int], at: int, most: int, days: int) -> RuleFinding:
    """Whether fewer than `most` times are in the days before `at`; times after it count as now."""
    recent = [min(time, at) for time in times[bisect_right(times, at - days * DAY_MS) :]]
    span = "24 hours" if days == 1 else f"{days} days"
    said, passed = f"{len(recent)} in {span}", len(recent) < most
    until = None if passed else recent[len(recent) - most] + days * DAY_MS
    return RuleFinding(said, f"{most} in {span}", passed, f"{said}, {most} are allowed", until)


def _within_day(case: Case, most: int) -> RuleFinding:
    """Whether there are fewer than `most` contacts on the day of the person."""
    start = day_start(case.at, case.zone)
    today = len([time for time in case.contacts if time >= start])
    said, passed = f"{today} today", today < most
    until = None if passed else next_midnight(case.at, case.zone)
    return RuleFinding(said, f"{most} a day", passed, f"{said}, {most} a day are allowed", until)


def fatigue(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless too many of our mails in a row were ignored, and the last is not long ago."""
    rest = policy.fatigue
    said, threshold = f"{case.ignored} without a click", f"{rest.ignored}, then {rest.rest_days} days"
    end = (case.last_contact or case.at) + rest.rest_days * DAY_MS
    passed = case.ignored < rest.ignored or case.at >= end
    because = f"the last {listed(case.ignored, 'mail')} brought no click"
    return RuleFinding(said, threshold, passed, because, None if passed else end)


def hours(case: Case, policy: Policy) -> RuleFinding:
    """Passes in the hours in which people are written to, unless they are nearly over."""
    at, begin = case.at, next_hours(case.at, case.zone, policy)
    said, local = from_epoch_ms(at).isoformat(), f"hours in {case.zone}"
    return RuleFinding(
        said, local, begin == at, "it is not the hour to write", None if begin == at else begin
    )


def next_hours(at: int, zone: str, policy: Policy) -> int | None:
    """The first time from `at` on that is open for LEAST_OPEN_MS; None if there is none in some weeks."""
    begin = open_from(at, zone, policy)
    for _ in range(MOST_HOURS):
        end = None if begin is None else open_until(begin, zone, policy)
        if begin is None or end is None or end - begin >= LEAST_OPEN_MS:
            return begin
        begin = open_from(end, zone, policy)
    return None


def outage(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the mail came due in an outage, and is held so that those mails are spread."""
    until = case.around.held_until
    if until is None or case.at >= until:
        return RuleFinding("in time", None, True, "no mail was held up")
    return RuleFinding("late", None, False, "it came due in an outage, and such mails are spread", until)


def ramp(case: Case, policy: Policy) -> RuleFinding:
    """Passes when the ramp has granted the person's last request, or there is no ramp."""
    grant, number = case.permissions.grant, case.permissions.requests
    again = case.at + RAMP_PATIENCE_MS
    if not case.around.is_ramped:
        return RuleFinding("none", None, True, "there is no ramp")
    is_answered = grant is not None and grant.number == number
    if grant is None or not is_answered:
        return RuleFinding("asked", None, False, "the ramp is asked", again, is_look=True)
    if grant.granted and case.at <= grant.until:
        return RuleFinding("granted", None, True, "the ramp has room")
    if not grant.granted and case.at < grant.until:
        return RuleFinding("full", None, False, "the day's mails are all given out", grant.until)
    return RuleFinding("over", None, False, "the ramp is asked again", again, is_look=True)
