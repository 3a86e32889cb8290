"""The verdict on a case, and the decision that says it."""

from typing import NamedTuple

from schemas.decision import RuleName, RuleResult, SendDecision, Verdict
from schemas.model import from_epoch_ms
from schemas.profile import FieldsView
from workers.people.decision.brief import brief_of
from workers.people.decision.case import HOUR_MS, Case
from workers.people.decision.rules import RULES, Rule, RuleFinding
from workers.people.policy import Policy
from workers.people.profile.build import spoken_fields
from workers.people.state import StoredPerson

Results = list[tuple[Rule, RuleFinding]]


class Judgement(NamedTuple):
    """What was decided and why; `until` in epoch milliseconds."""

    verdict: Verdict
    reason: RuleName | None
    because: str
    until: int | None
    results: Results


def judge(case: Case, policy: Policy) -> Judgement:
    """Ask the rules in order: the first gate that fails means wait, the first mail that passes is written."""
    results = [(rule, rule.check(case, policy)) for rule in RULES]
    for rule, found in results:
        if rule.mail is None and not found.passed:
            return Judgement("wait", rule.name, found.because, found.until, results)
    for rule, found in results:
        if rule.mail is not None and found.passed:
            return Judgement(rule.mail, None, _both(found, results), None, results)
    last = next(found for rule, found in results if rule.name == "enough-fields")
    return Judgement("wait", "enough-fields", last.because, None, results)


def _both(found: RuleFinding, results: Results) -> str:
    contact = next(found for rule, found in results if rule.name == "cooldown")
    return f"{found.because}, and {contact.because}"


def wait(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> SendDecision:
    """The decision to wait."""
    return SendDecision(
        id=f"{stored.id}:wait",
        person=stored.id,
        verdict="wait",
        reason=judgement.reason,
        because=judgement.because,
        rules=_rules(judgement),
        decided_at=from_epoch_ms(case.now),
        until=None if judgement.until is None else from_epoch_ms(judgement.until),
        policy=policy.version,
    )


def mail(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> SendDecision:
    """The decision to send or ask, for the next slot."""
    number = stored.contact.number + 1
    asked = case.missing if judgement.verdict == "ask" else None
    profile = FieldsView(spoken_fields(stored, max(case.now, stored.as_of), policy))
    return SendDecision(
        id=f"{stored.id}:{number}",
        person=stored.id,
        verdict=judgement.verdict,
        because=judgement.because,
        rules=_rules(judgement),
        slot=number,
        decided_at=from_epoch_ms(case.now),
        valid_until=from_epoch_ms(case.now + policy.valid_hours * HOUR_MS),
        policy=policy.version,
        brief=brief_of(profile, case.language, asked),
    )


def _rules(judgement: Judgement) -> list[RuleResult]:
    return [
        RuleResult(rule=rule.name, input=found.input, threshold=found.threshold, passed=found.passed)
        for rule, found in judgement.results
    ]
