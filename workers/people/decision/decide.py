"""The verdict on a case, and the decision that is emitted for it."""

from typing import NamedTuple

from schemas.decision import RuleName, RuleResult, SendDecision, Verdict
from schemas.model import from_epoch_ms
from schemas.profile import FieldsView
from workers.people.contact_state import Slot
from workers.people.decision.brief import brief_of
from workers.people.decision.case import Case
from workers.people.decision.rules import RULES, Rule, RuleFinding
from workers.people.decision.slots import decision_id
from workers.people.policy import Policy
from workers.people.profile.build import brief_fields
from workers.people.state import StoredPerson

Results = list[tuple[Rule, RuleFinding]]


class Judgement(NamedTuple):
    """A verdict and its reason; `until` is in epoch milliseconds."""

    verdict: Verdict
    reason: RuleName | None
    because: str
    until: int | None
    results: Results


def judge(case: Case, policy: Policy) -> Judgement:
    """Check all rules: the first gate that fails means wait, else the first rule that passes decides."""
    results = [(rule, rule.check(case, policy)) for rule in RULES]
    for rule, finding in results:
        if rule.verdict is None and not finding.passed:
            return Judgement("wait", rule.name, finding.because, finding.until, results)
    for rule, finding in results:
        if rule.verdict is not None and finding.passed:
            because = f"{finding.because}, and {_finding(results, 'cooldown').because}"
            return Judgement(rule.verdict, None, because, None, results)
    return Judgement("wait", "enough-fields", _finding(results, "enough-fields").because, None, results)


def _finding(results: Results, name: RuleName) -> RuleFinding:
    return next(finding for rule, finding in results if rule.name == name)


def wait_decision(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> SendDecision:
    """The decision to wait; it has no slot."""
    return SendDecision(
        id=f"{stored.id}:wait",
        person=stored.id,
        verdict="wait",
        reason=judgement.reason,
        because=judgement.because,
        rules=_rules(judgement),
        decided_at=from_epoch_ms(case.at),
        until=None if judgement.until is None else from_epoch_ms(judgement.until),
        policy=policy.version,
    )


def mail_decision(
    stored: StoredPerson, slot: Slot, case: Case, judgement: Judgement, policy: Policy
) -> SendDecision:
    """The decision to send or ask, in the slot that is reserved for it."""
    asked = case.missing if judgement.verdict == "ask" else None
    profile = FieldsView(brief_fields(stored, max(case.at, stored.as_of), policy))
    return SendDecision(
        id=decision_id(stored, slot),
        person=stored.id,
        verdict=judgement.verdict,
        because=judgement.because,
        rules=_rules(judgement),
        slot=slot.number,
        decided_at=from_epoch_ms(slot.decided_at),
        valid_until=from_epoch_ms(slot.valid_until),
        policy=policy.version,
        brief=brief_of(profile, case.language, asked),
    )


def _rules(judgement: Judgement) -> list[RuleResult]:
    return [
        RuleResult(rule=rule.name, input=finding.input, threshold=finding.threshold, passed=finding.passed)
        for rule, finding in judgement.results
    ]
