"""The verdict on a case, and the decision that is emitted for it."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from schemas.decision import Brief, LostCampaign, RuleName, RuleResult, SendDecision, Verdict
from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from schemas.profile import FieldsView
from workers.people.campaign import Campaign
from workers.people.contact_state import Slot
from workers.people.decision.brief import brief_of
from workers.people.decision.campaign_choice import Lost, ProfileValues, choose
from workers.people.decision.case import HOUR_MS, Case
from workers.people.decision.findings import Rule, RuleFinding
from workers.people.decision.questions import best_question
from workers.people.decision.rules import OUTAGE, RAMP, rules_of
from workers.people.decision.slots import decision_id
from workers.people.policy import Policy
from workers.people.profile.build import brief_fields, deciding_fields
from workers.people.state import StoredPerson

Results = list[tuple[Rule, RuleFinding]]
MOST_STEPS = 50  # from the end of one rule's wait to that of the next


class Judgement(NamedTuple):
    """A verdict and its reason; `until` is in epoch milliseconds; `is_look` as that of a finding.

    `campaign` is that of a mail, `lost` are those that were looked at beside it.
    """

    verdict: Verdict
    reason: RuleName | None
    because: str
    until: int | None
    results: Results
    campaign: Campaign | None = None
    lost: tuple[Lost, ...] = ()
    is_look: bool = False


def judge(case: Case, policy: Policy, fields: Callable[[], ProfileValues]) -> Judgement:
    """Check all rules: the first gate that fails means wait, else the first rule that passes decides.

    What it decides for is then a campaign that is for the person, and the ramp's leave; without them it is to
    wait. `fields` gives the fields of the profile, if a campaign needs them.
    """
    results = [(rule, rule.check(case, policy)) for rule in rules_of(policy)]
    for rule, finding in results:
        if rule.verdict is None and not finding.passed:
            until = finding.until if finding.is_look else settled(case, policy, finding.until)
            return Judgement("wait", rule.name, finding.because, until, results, is_look=finding.is_look)
    for rule, finding in results:
        if rule.verdict is not None and finding.passed:
            return _mail(case, policy, rule.verdict, finding.because, results, fields)
    return Judgement("wait", "enough-fields", _finding(results, "enough-fields").because, None, results)


def settled(case: Case, policy: Policy, until: int | None) -> int | None:
    """When no gate makes the person wait any more, if nothing is heard: the end of all their waits."""
    for _ in range(MOST_STEPS):
        if until is None:
            return None
        later = case._replace(at=until)
        findings = (rule.check(later, policy) for rule in rules_of(policy) if rule.verdict is None)
        failed = next((each for each in findings if not each.passed and not each.is_look), None)
        if failed is None or failed.until is None:
            return until
        until = failed.until
    return until


def _mail(
    case: Case,
    policy: Policy,
    verdict: Verdict,
    because: str,
    results: Results,
    fields: Callable[[], ProfileValues],
) -> Judgement:
    """The judgement where a mail is due: its campaign, or why there is none."""
    choice = choose(case, policy, verdict, fields)
    if choice.campaign is None:
        said = "; ".join(f"{lost.campaign.name}: {lost.because}" for lost in choice.lost)
        times = [lost.until for lost in choice.lost if lost.until is not None]
        until = min(times, default=None)
        return Judgement("wait", "campaign", said or "there is no campaign", until, results, lost=choice.lost)
    for rule in last_rules(case):
        finding = rule.check(case, policy)
        results.append((rule, finding))
        if not finding.passed:
            until = settled(case, policy, finding.until) if rule is OUTAGE else finding.until
            because, chosen = finding.because, (choice.campaign, choice.lost)
            return Judgement("wait", rule.name, because, until, results, *chosen, finding.is_look)
    because = f"{because}, and {_finding(results, 'cooldown').because}"
    return Judgement(verdict, None, because, None, results, choice.campaign, choice.lost)


def last_rules(case: Case) -> Iterator[Rule]:
    """The rules that are asked about a mail that is due, where they matter."""
    if case.around.held_until is not None:
        yield OUTAGE
    if case.around.is_ramped:
        yield RAMP


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
        lost=_lost(judgement),
    )


def observed_decision(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> SendDecision:
    """The decision to send or ask as it would be; nobody acts on it, but its mail is written as a preview."""
    assert judgement.campaign is not None
    return wait_decision(stored, case, judgement, policy).model_copy(
        update={
            "id": f"{stored.id}:observed",
            "verdict": judgement.verdict,
            "observed": True,
            "campaign": judgement.campaign.name,
            "valid_until": from_epoch_ms(case.at + policy.valid_hours * HOUR_MS),
            "brief": _brief(stored, case, judgement, policy),
        }
    )


def mail_decision(
    stored: StoredPerson, slot: Slot, case: Case, judgement: Judgement, policy: Policy
) -> SendDecision:
    """The decision to send or ask, in the slot that is reserved for it."""
    return SendDecision(
        id=decision_id(stored, slot),
        person=stored.id,
        verdict=judgement.verdict,
        because=judgement.because,
        rules=_rules(judgement),
        slot=slot.number,
        campaign=slot.campaign,
        decided_at=from_epoch_ms(slot.decided_at),
        valid_until=from_epoch_ms(slot.valid_until),
        policy=policy.version,
        address_hash=None if stored.user is None else address_hash(stored.user.email or ""),
        brief=_brief(stored, case, judgement, policy),
        lost=_lost(judgement),
    )


def _brief(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> Brief:
    asked = best_question(case.missing, policy) if judgement.verdict == "ask" else None
    profile = FieldsView(brief_fields(stored, max(case.at, stored.as_of), policy))
    return brief_of(profile, case.language, asked and asked.field)


def _rules(judgement: Judgement) -> list[RuleResult]:
    return [
        RuleResult(
            rule=rule.name,
            input=finding.input,
            threshold=finding.threshold,
            passed=finding.passed,
            until=None if finding.until is None else from_epoch_ms(finding.until),
        )
        for rule, finding in judgement.results
    ]


def _lost(judgement: Judgement) -> list[LostCampaign]:
    return [
        LostCampaign(
            campaign=lost.campaign.name,
            reason=lost.reason,
            because=lost.because,
            until=None if lost.until is None else from_epoch_ms(lost.until),
        )
        for lost in judgement.lost
    ]


class KnownFields:
    """The fields of a person's profile at a time, built when they are first asked for."""

    def __init__(self, stored: StoredPerson, at: int, policy: Policy) -> None:
        self._stored, self._at, self._policy = stored, at, policy

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return deciding_fields(self._stored, max(self._at, self._stored.as_of), self._policy)

    def __call__(self) -> ProfileValues:
        """The fields."""
        return self._fields
