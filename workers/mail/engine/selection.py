"""The fifth step: one arm of each type is chosen, and the message of all of them is made. Pure.

The weights of the strategy are the prior of the choice. Where the chosen arms break a rule together, the
message has other ones: what was intended and what is sent are both said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from workers.mail.engine.compliance import ComplianceFinding, findings_of
from workers.mail.engine.errors import ComplianceError, TemplateError
from workers.mail.engine.message_parts import MessageParts
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.strategy import WeighedStrategy
from workers.mail.engine.variation_types import VARIATION_TYPES, VariationType
from workers.mail.engine.variations import (
    CandidatesByType,
    Shown,
    base_of,
    eligible_arms,
    variations_of,
    with_arms,
)
from workers.recommend.variations.choice import ArmChoice, ArmScore, ChoiceRules, choose

Arms = Mapping[str, str]  # the arm of each type
PRIOR_WINDOWS = 10.0  # mails that the strategy's weights count for
PRIOR_SHARE = 0.08  # of clicks, of an arm of mean weight
LEAST_SHARE, MOST_SHARE = 0.01, 0.5
LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Selection:
    """The choice of each type. `arms` are those that were intended."""

    choices: Mapping[str, ArmChoice]

    @property
    def arms(self) -> dict[str, str]:
        """The chosen arm of each type."""
        return {name: choice.arm for name, choice in self.choices.items()}

    @property
    def propensity(self) -> float:
        """The probability of all of these arms together."""
        return prod(choice.probabilities[choice.arm] for choice in self.choices.values())

    @property
    def reason(self) -> str:
        """`control` or `hold-out` for those who are outside of learning, else `drawn`."""
        reasons = {choice.reason for choice in self.choices.values()}
        return next((each for each in ("control", "hold-out") if each in reasons), "drawn")


@dataclass(frozen=True, slots=True)
class SettledMessage:
    """A message that may go out: its parts and its arms; `refused` is why it has others than were chosen."""

    parts: MessageParts
    arms: Arms
    refused: tuple[ComplianceFinding, ...] = ()
    is_fallback: bool = False


def selection_of(
    decision_id: str,
    person: str,
    candidates: CandidatesByType,
    strategy: WeighedStrategy,
    scores: Mapping[str, ArmScore],
    rules: ChoiceRules | None = None,
) -> Selection:
    """The choice among the candidates of each type; the same decision and scores give the same choice.

    `scores` hold the evidence by arm (`tone:casual`): pseudo-counts that are added to those of the strategy.
    """
    choices = {}
    for name, made in candidates.items():
        priors = priors_of([each.arm for each in made], strategy)
        known = {arm: with_evidence(prior, scores.get(arm)) for arm, prior in priors.items()}
        choices[name] = choose(
            f"{decision_id}/{name}", person, eligible_arms(made), known, rules or ChoiceRules()
        )
    return Selection(choices)


def priors_of(arms: list[str], strategy: WeighedStrategy) -> dict[str, ArmScore]:
    """The prior of each arm of a type: pseudo-counts by its weight, and no windows of its own."""
    priors = {}
    for arm in arms:
        relative = strategy.weights.get(arm, 1 / len(arms)) * len(arms)
        share = min(max(PRIOR_SHARE * relative, LEAST_SHARE), MOST_SHARE)
        priors[arm] = ArmScore(share * PRIOR_WINDOWS, (1 - share) * PRIOR_WINDOWS, 0.0)
    return priors


def with_evidence(prior: ArmScore, evidence: ArmScore | None) -> ArmScore:
    """A prior with the counts of what was seen; counts that are no numbers are refused by the choice."""
    if evidence is None:
        return prior
    seen = evidence.alpha + evidence.beta if evidence.windows is None else evidence.windows
    return ArmScore(prior.alpha + evidence.alpha, prior.beta + evidence.beta, seen)


def settled(
    template: MessageTemplate,
    shown: Shown,
    candidates: CandidatesByType,
    arms: Arms,
    types: tuple[VariationType, ...] = VARIATION_TYPES,
) -> SettledMessage:
    """The message with these arms, else the first of the others that keeps the rules.

    One arm after the other gives way to the template as it is, then the body is shortened, then the values
    of the person are left out, which is the fallback. ComplianceError if even that breaks a rule.
    """
    as_written = next((made[0].parts for made in candidates.values()), None)
    base = as_written or base_of(template, shown)
    refused: tuple[ComplianceFinding, ...] = ()
    for attempt in attempts(arms, candidates):
        parts = with_arms(base, attempt, shown.values, types)
        findings = findings_of(parts, shown.platform, shown.protected)
        if not findings:
            return SettledMessage(parts, attempt, refused)
        refused = refused or findings
    return _without_values(template, shown, types, refused)


def attempts(arms: Arms, candidates: CandidatesByType) -> Iterator[dict[str, str]]:
    """The arms as they were chosen, then with fewer and fewer of them, then with a shorter body."""
    current = dict(arms)
    yield dict(current)
    for name in reversed([each for each in current if each != LENGTH]):
        first = eligible_arms(candidates[name])[0]
        if current[name] != first:
            current[name] = first
            yield dict(current)
    for each in candidates.get(LENGTH, ())[1:]:
        yield current | {LENGTH: each.arm}


def _without_values(
    template: MessageTemplate,
    shown: Shown,
    types: tuple[VariationType, ...],
    refused: tuple[ComplianceFinding, ...],
) -> SettledMessage:
    """The message without any value of the person."""
    bare = shown._replace(values={})
    try:
        candidates = variations_of(template, bare, types)
        base = base_of(template, bare)
    except TemplateError:
        raise ComplianceError(_told(shown, refused)) from None
    plain = {name: eligible_arms(made)[0] for name, made in candidates.items()}
    for attempt in attempts(plain, candidates):
        parts = with_arms(base, attempt, {}, types)
        if not findings_of(parts, shown.platform, shown.protected):
            return SettledMessage(parts, attempt, refused, is_fallback=True)
    raise ComplianceError(_told(shown, refused))


def _told(shown: Shown, refused: tuple[ComplianceFinding, ...]) -> str:
    told = "; ".join(f"{each.where}: {each.detail} ({each.rule})" for each in refused)
    return f"no form of the message keeps the rules of {shown.platform.name}: {told}. Change the template"
