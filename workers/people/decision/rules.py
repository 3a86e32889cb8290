"""The rules, one row each, in the order in which they are checked."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.decision import RuleName, Verdict
from schemas.model import from_epoch_ms
from workers.people.decision.case import Case
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS


class RuleFinding(NamedTuple):
    """The result of a rule: its input, its threshold, whether it passed, and the reason in words.

    `until` (epoch milliseconds) is when a wait because of this rule ends without a new fact.
    """

    input: str | None
    threshold: str | None
    passed: bool
    because: str
    until: int | None = None


class Rule(NamedTuple):
    """A rule with a `verdict` decides for it when it passes; one without is a gate: failing means wait."""

    name: RuleName
    check: Callable[[Case, Policy], RuleFinding]
    verdict: Verdict | None = None


def sources(case: Case, policy: Policy) -> RuleFinding:
    """Passes when every source has been read."""
    names = ", ".join(case.waiting)
    return RuleFinding(names or None, None, not case.waiting, f"{names} not read yet")


def address(case: Case, policy: Policy) -> RuleFinding:
    """Passes when there is an address to write to."""
    return RuleFinding("yes" if case.has_address else "no", None, case.has_address, "there is no address")


def suppressed(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person unsubscribed or complained."""
    return RuleFinding(
        case.suppressed_by, None, case.suppressed_by is None, f"the person has {case.suppressed_by}"
    )


def team(case: Case, policy: Policy) -> RuleFinding:
    """Passes unless the person is on the team and the policy excludes the team."""
    passed = policy.write_to_team or not case.on_team
    return RuleFinding("yes" if case.on_team else "no", None, passed, "the person is on the team")


def slot(case: Case, policy: Policy) -> RuleFinding:
    """Passes when no slot is open and no mail has failed within `retry_hours`."""
    busy = case.busy_until is not None and case.at < case.busy_until
    until = case.busy_until if busy else None
    return RuleFinding(
        "taken" if busy else "free",
        None,
        not busy,
        "the last mail is under way, or failed a short while ago",
        until,
    )


def cooldown(case: Case, policy: Policy) -> RuleFinding:
    """Passes when the last contact is at least `cooldown_days` ago."""
    threshold, end = f"{policy.cooldown_days} days", case.cooldown_end
    if case.last_contact is None or end is None:
        return RuleFinding("nothing sent yet", threshold, True, "nothing was sent yet")
    days = max(0, case.at - case.last_contact) // DAY_MS
    age = "1 day old" if days == 1 else f"{days} days old"
    if case.at >= end:
        return RuleFinding(age, threshold, True, f"the last message is {age}")
    because = f"the last message is {age}, {policy.cooldown_days} are needed"
    return RuleFinding(from_epoch_ms(case.last_contact).isoformat(), threshold, False, because, end)


def enough_fields(case: Case, policy: Policy) -> RuleFinding:
    """Passes when enough required fields have a value to write personally."""
    passed, known = case.filled >= policy.enough, f"{case.filled} of {len(policy.required_fields)} fields"
    because = "enough is known" if passed else f"{known} are known, {policy.enough} are needed"
    return RuleFinding(known, str(policy.enough), passed, because)


def question(case: Case, policy: Policy) -> RuleFinding:
    """Passes when so few required fields have a value that a mail asks for one."""
    passed = case.filled < policy.ask_below and case.missing is not None
    return RuleFinding(case.missing, f"below {policy.ask_below}", passed, f"{case.missing} is not known")


RULES: tuple[Rule, ...] = (
    Rule("sources", sources),
    Rule("address", address),
    Rule("suppressed", suppressed),
    Rule("team", team),
    Rule("slot", slot),
    Rule("cooldown", cooldown),
    Rule("enough-fields", enough_fields, verdict="send"),
    Rule("question", question, verdict="ask"),
)
