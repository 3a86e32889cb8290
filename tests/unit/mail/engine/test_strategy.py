"""The third step: strategy generation."""

from collections.abc import Mapping
from math import inf, nan
from typing import Any

import pytest

from tests.unit.mail.engine.prospects import AT, SARAH, TEMPLATE
from workers.mail.engine import (
    PLATFORMS,
    STRATEGY_RULES,
    VARIATION_TYPES,
    PersonalizationStrategy,
    StrategyError,
    StrategyRule,
)
from workers.mail.engine.context import CONTEXT_ANALYSERS, Situation, context_of
from workers.mail.engine.personalization_strategy import CONTENTS, TONES
from workers.mail.engine.prospect_profile import profile_of
from workers.mail.engine.strategy import WeighedStrategy, strategy_of

ARMS = {arm for row in VARIATION_TYPES for arm in row.arms}


def strategy(base: PersonalizationStrategy | None = None, **fields: Any) -> WeighedStrategy:
    """The strategy for Sarah, with other fields."""
    profile = profile_of(SARAH | fields)
    return strategy_of(profile, context_of(profile, TEMPLATE, PLATFORMS["email"], AT), base)


def test_p1_rules_follow_from_profile_and_context() -> None:
    """P1: those that hold are named, and raise what they favour."""
    known = strategy()
    stranger = strategy(number_of_events_attended=0, total_messages_sent=0)

    assert known.rules == ("somebody-who-knows-us", "a-late-hour", "has-interests")
    assert "a-stranger" in stranger.rules
    assert known.weights["tone:casual"] > stranger.weights["tone:casual"]
    assert known.reads["tone:casual"] == {"history.events_attended"}


def test_p1_tone_and_content_follow_the_preferences() -> None:
    """P1: those of the sender, and that of the person, which weighs more."""
    sender = PersonalizationStrategy(
        {"professional": 0.8, "casual": 0.2}, {"technical": 0.7, "interest": 0.3}
    )
    weights = strategy(sender, number_of_events_attended=0).weights
    asked = strategy(sender, number_of_events_attended=0, preferred_tone="casual").weights

    assert weights["tone:professional"] / weights["tone:casual"] == pytest.approx(4)
    assert weights["opening:technical"] > weights["opening:interest"] > weights["opening:host"]
    assert asked["tone:casual"] / weights["tone:casual"] > 2


def test_p1_each_variation_has_its_weight() -> None:
    """P1: of each type the weights are shares of 1, and none rules an arm out."""
    weights = strategy(PersonalizationStrategy({"casual": 1}, {"technical": 5})).weights

    assert set(weights) == ARMS
    assert min(weights.values()) > 0
    for row in VARIATION_TYPES:
        assert sum(weights[arm] for arm in row.arms) == pytest.approx(1)


@pytest.mark.parametrize(
    "scale",
    [1, 1e-9, 1e9, pytest.param(5e-324, id="the smallest number"), pytest.param(1e12, id="the largest")],
)
def test_p3_weights_are_on_any_scale(scale: float) -> None:
    """P3: 0.8 and 0.2, in other units."""
    rules = {"professional": scale, "casual": scale}

    assert PersonalizationStrategy(tone_rules=rules).tone_rules == {"professional": 0.5, "casual": 0.5}


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"casual": 0}, "all weights are 0"),
        ({"casul": 1}, "there is no 'casul'.*did you mean casual"),
        ({3: 1}, "there is no '3'"),
        ({"casual": -1}, "casual must be a number"),
        ({"casual": nan}, "casual must be a number"),
        ({"casual": inf}, "casual must be a number"),
        ({"casual": 10**400}, "casual must be a number"),
        ({"casual": "1"}, "casual must be a number"),
        ({"casual": True}, "casual must be a number"),
        ({}, "must map professional, casual, friendly to weights"),
        (None, "must map"),
    ],
)
def test_p3_what_is_no_weight_is_named(rules: Any, told: str) -> None:
    """P3, P7."""
    with pytest.raises(StrategyError, match=rf"tone_rules: .*{told}"):
        PersonalizationStrategy(tone_rules=rules)


def test_p3_names_of_the_strategy_are_options_of_the_variations() -> None:
    """P3: all of them, so that none is accepted and means nothing."""
    for names, kind in ((TONES, "tone"), (CONTENTS, "opening")):
        (row,) = [each for each in VARIATION_TYPES if each.name == kind]
        assert [option.name for option in row.options] == list(names)


@pytest.mark.parametrize("rule", STRATEGY_RULES, ids=lambda rule: rule.name)
def test_p12_a_rule_names_arms_and_fields_that_exist(rule: StrategyRule) -> None:
    """P12: a typing error would do nothing."""
    situation = Situation(profile_of(SARAH), TEMPLATE, PLATFORMS["email"], AT)
    fields = {f"{row.name}.{name}" for row in CONTEXT_ANALYSERS for name in row.analyse(situation)}

    assert set(rule.favours) <= ARMS
    assert set(rule.reads) <= fields


HOLDS: Mapping[str, dict[str, Any]] = {
    "many-messages-lately": {"messages_sent_at": [f"2026-11-2{day}" for day in range(5)]},
    "a-long-silence": {"messages_sent_at": ["2026-09-01"]},
    "somebody-who-knows-us": {},
    "a-stranger": {"number_of_events_attended": 0, "total_messages_sent": 0},
    "a-late-hour": {},
    "another-channel-is-preferred": {"preferred_channel": "sms"},
    "asks-for-professional": {"preferred_tone": "professional"},
    "asks-for-casual": {"preferred_tone": "casual"},
    "asks-for-friendly": {"preferred_tone": "friendly"},
    "has-interests": {},
}
NOT: dict[str, Any] = {"number_of_events_attended": 1, "time_zone": "UTC", "interests": []}


@pytest.mark.parametrize("name", HOLDS)
def test_p12_a_rule_holds_for_whom_it_is_meant_for(name: str) -> None:
    """P12: and not for somebody else."""
    assert name in strategy(**HOLDS[name]).rules
    assert name not in strategy(**NOT).rules


def test_p12_on_a_short_platform_the_short_rule_holds() -> None:
    """P12: the last one of the rows."""
    profile = profile_of(SARAH)
    found = strategy_of(profile, context_of(profile, TEMPLATE, PLATFORMS["sms"], AT))

    assert {*HOLDS, "a-short-platform"} == {rule.name for rule in STRATEGY_RULES}
    assert "a-short-platform" in found.rules
