"""The rules, one row each, in the order in which they are asked."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.decision import RuleName, Verdict
from schemas.model import from_epoch_ms
from workers.people.decision.case import Case
from workers.people.policy import Policy
from workers.people.profile.events import DAY_MS


class RuleFinding(NamedTuple):
    """What a rule found: the input, the threshold, the result, the reason in words.

    `until` (epoch milliseconds) is when a wait may end by itself.
    """

    input: str | None
    threshold: str | None
    passed: bool
    because: str
    until: int | None = None


class Rule(NamedTuple):
    """A rule. With a `mail`, passing decides for it; without one it is a gate, and failing it means wait."""

    name: RuleName
    check: Callable[[Case, Policy], RuleFinding]
    mail: Verdict | None = None


def sources(case: Case, policy: Policy) -> RuleFinding:
    """Every source has been read."""
    names = ", ".join(case.waiting)
    return RuleFinding(names or None, None, not case.waiting, f"{names} not read yet")


def address(case: Case, policy: Policy) -> RuleFinding:
    """There is an address to write to."""
    return RuleFinding("yes" if case.has_address else "no", None, case.has_address, "there is no address")


def suppressed(case: Case, policy: Policy) -> RuleFinding:
    """The person has not asked for silence."""
    return RuleFinding(
        case.suppressed_by, None, case.suppressed_by is None, f"the person has {case.suppressed_by}"
    )


def team(case: Case, policy: Policy) -> RuleFinding:
    """Not one of our own, unless the policy writes to them."""
    passed = policy.write_to_team or not case.on_team
    return RuleFinding("yes" if case.on_team else "no", None, passed, "the person is on the team")


def slot(case: Case, policy: Policy) -> RuleFinding:
    """No mail is under way, and none has failed just now."""
    busy = case.busy_until is not None and case.now < case.busy_until
    until = case.busy_until if busy else None
    return RuleFinding(
        "taken" if busy else "free",
        None,
        not busy,
        "the last mail is under way, or failed a short while ago",
        until,
    )


def cooldown(case: Case, policy: Policy) -> RuleFinding:
    """The last contact is long enough ago."""
    threshold, end = f"{policy.cooldown_days} days", case.cooldown_end
    if case.last_contact is None or end is None:
        return RuleFinding("nothing sent yet", threshold, True, "nothing was sent yet")
    days = (case.now - case.last_contact) // DAY_MS
    age = "1 day old" if days == 1 else f"{days} days old"
    if case.now >= end:
        return RuleFinding(age, threshold, True, f"the last message is {age}")
    because = f"the last message is {age}, {policy.cooldown_days} are needed"
    return RuleFinding(from_epoch_ms(case.last_contact).isoformat(), threshold, False, because, end)


def enough_fields(case: Case, policy: Policy) -> RuleFinding:
    """Enough is known to write personally."""
    passed, known = case.filled >= policy.enough, f"{case.filled} of {len(policy.required_fields)} fields"
    because = "enough is known" if passed else f"{known} are known, {policy.enough} are needed"
    return RuleFinding(known, str(policy.enough), passed, because)


def question(case: Case, policy: Policy) -> RuleFinding:
    """So little is known that one question is worth a mail."""
    passed = case.filled < policy.ask_below and case.missing is not None
    return RuleFinding(case.missing, f"below {policy.ask_below}", passed, f"{case.missing} is not known")


RULES: tuple[Rule, ...] = (
    Rule("sources", sources),
    Rule("address", address),
    Rule("suppressed", suppressed),
    Rule("team", team),
    Rule("slot", slot),
    Rule("cooldown", cooldown),
    Rule("enough-fields", enough_fields, mail="send"),
    Rule("question", question, mail="ask"),
)
