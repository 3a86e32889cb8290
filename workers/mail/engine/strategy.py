"""The third step: rules turn profile and context into the weights of all variations. Pure.

A new rule is a row of STRATEGY_RULES: the fields of the context that it reads, and which arms it favours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from workers.mail.engine.context import ContextData, field_of
from workers.mail.engine.personalization_strategy import PersonalizationStrategy
from workers.mail.engine.prospect_profile import ProspectProfile
from workers.mail.engine.variation_types import AS_WRITTEN, VARIATION_TYPES, VariationType

ArmFactors = Mapping[str, float]
LEAST_WEIGHT = 0.01  # of an arm, as a share of its type: no weight rules an arm out
MANY_MESSAGES, FAMILIAR_EVENTS = 4, 3
QUIET_DAYS = 60


class StrategyRule(NamedTuple):
    """A rule: if it holds, it multiplies the weights of arms. `reads` are fields of the context."""

    name: str
    reads: tuple[str, ...]
    favours: ArmFactors
    holds: Callable[[ProspectProfile, ContextData], bool]


def at_least(field: str, least: int) -> Callable[[ProspectProfile, ContextData], bool]:
    """Whether a field of the context is known, and so much."""

    def holds(profile: ProspectProfile, context: ContextData) -> bool:
        value = field_of(context, field)
        return isinstance(value, int) and value >= least

    return holds


def is_value(field: str, wanted: object) -> Callable[[ProspectProfile, ContextData], bool]:
    """Whether a field of the context has a value."""
    return lambda profile, context: field_of(context, field) == wanted


def prefers_tone(name: str) -> Callable[[ProspectProfile, ContextData], bool]:
    """Whether the person has said in which tone they would like to read."""
    return lambda profile, context: profile.preferences.get("preferred_tone") == name


STRATEGY_RULES = (
    StrategyRule(
        "a-short-platform",
        ("platform.is_short",),
        {"length:short": 2.0, "length:brief": 2.0},
        is_value("platform.is_short", True),
    ),
    StrategyRule(
        "many-messages-lately",
        ("history.messages_in_30_days",),
        {"length:short": 1.5, "length:brief": 1.5},
        at_least("history.messages_in_30_days", MANY_MESSAGES),
    ),
    StrategyRule(
        "a-long-silence",
        ("history.days_since_last_message",),
        {"call_to_action:question": 1.5, "subject:named": 1.5},
        at_least("history.days_since_last_message", QUIET_DAYS),
    ),
    StrategyRule(
        "somebody-who-knows-us",
        ("history.events_attended",),
        {"tone:casual": 1.5, "tone:friendly": 1.5, "opening:venue": 1.5, "opening:host": 1.5},
        at_least("history.events_attended", FAMILIAR_EVENTS),
    ),
    StrategyRule(
        "a-stranger",
        ("history.messages_sent", "history.events_attended"),
        {"tone:professional": 1.5, "call_to_action:question": 1.2},
        lambda profile, context: not profile.is_known,
    ),
    StrategyRule(
        "a-late-hour",
        ("timing.part_of_day",),
        {"length:short": 1.3, "length:brief": 1.3},
        is_value("timing.part_of_day", "evening"),
    ),
    StrategyRule(
        "another-channel-is-preferred",
        ("channel.is_preferred",),
        {"length:brief": 1.5, "call_to_action:question": 1.2},
        is_value("channel.is_preferred", False),
    ),
    StrategyRule("asks-for-professional", (), {"tone:professional": 3.0}, prefers_tone("professional")),
    StrategyRule("asks-for-casual", (), {"tone:casual": 3.0}, prefers_tone("casual")),
    StrategyRule("asks-for-friendly", (), {"tone:friendly": 3.0}, prefers_tone("friendly")),
    StrategyRule(
        "has-interests",
        (),
        {"subject:interest": 1.3, "opening:interest": 1.3},
        lambda profile, context: "interest" in profile.values,
    ),
)


@dataclass(frozen=True, slots=True)
class WeighedStrategy:
    """The strategy of one message: the weight of each arm as a share of its type, and the rules that held.

    `reads` are the fields of the context that raised the weight of an arm.
    """

    weights: Mapping[str, float]
    rules: tuple[str, ...]
    reads: Mapping[str, frozenset[str]]


def strategy_of(
    profile: ProspectProfile,
    context: ContextData,
    base: PersonalizationStrategy | None = None,
    rules: tuple[StrategyRule, ...] = STRATEGY_RULES,
    types: tuple[VariationType, ...] = VARIATION_TYPES,
) -> WeighedStrategy:
    """The weights of all arms for a person in a context: those of the sender, times those of the rules."""
    held = tuple(rule for rule in rules if rule.holds(profile, context))
    weights: dict[str, float] = {}
    for row in types:
        raw = base_weights(row, PersonalizationStrategy() if base is None else base)
        for rule in held:
            raw |= {arm: raw[arm] * factor for arm, factor in rule.favours.items() if arm in raw}
        total = sum(raw.values())
        weights |= {arm: weight / total for arm, weight in raw.items()}
    reads: dict[str, frozenset[str]] = {}
    for rule in held:
        for arm, factor in rule.favours.items():
            known = {field for field in rule.reads if field_of(context, field) is not None}
            if factor > 1:
                reads[arm] = reads.get(arm, frozenset()) | known
    return WeighedStrategy(weights, tuple(rule.name for rule in held), reads)


def base_weights(row: VariationType, base: PersonalizationStrategy) -> dict[str, float]:
    """The weights that a sender gives the arms of a type; the template as it is counts as one of them."""
    rules: Mapping[str, float] = {} if row.weighed_by is None else getattr(base, row.weighed_by)
    names = [arm.partition(":")[2] for arm in row.arms]
    if row.weighed_by is None:
        return dict.fromkeys(row.arms, 1 / len(names))
    own = 1 / len(names)
    return {
        f"{row.name}:{name}": own if name == AS_WRITTEN else max(rules.get(name, 0.0), LEAST_WEIGHT)
        for name in names
    }
