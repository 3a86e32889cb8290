"""Estimates against formulas written in another way, and the cases without an answer."""

from math import sqrt

import numpy as np
import pytest

from workers.learn.estimates import (
    Trial,
    arm_value,
    bounded_rate,
    constant_target,
    difference,
    off_policy,
    share,
    table_of,
    uniform_target,
)

TRIALS = [
    Trial("a", True, {"a": 0.5, "b": 0.5}),
    Trial("b", False, {"a": 0.25, "b": 0.75}),
    Trial("a", False, {"a": 1.0}),
    Trial("b", True, {"a": 0.4, "b": 0.6}),
    Trial("a", True, {"a": 0.8, "b": 0.2}),
    Trial("b", False, {"b": 0.5, "c": 0.5}),
]


def test_wilson_bounds_solve_its_equation() -> None:
    """At a bound the rate is exactly z standard errors of that bound away."""
    for clicks, mails in ((0, 10), (3, 40), (20, 20), (81, 263)):
        interval = bounded_rate(clicks / mails, mails)
        for bound in (interval.low, interval.high):
            error = 1.959963984540054 * sqrt(bound * (1 - bound) / mails)
            assert abs(clicks / mails - bound) == pytest.approx(error, abs=1e-9)


def test_the_published_intervals_come_out() -> None:
    """Newcombe's tables (1998): 81 of 263 alone, and his contrasts (a), (c) and (g) by method 10."""
    assert bounded_rate(81 / 263, 263)[1:] == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert difference(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert difference(6, 7, 2, 7) == pytest.approx((0.5714, 0.0582, 0.8062), abs=5e-5)
    assert difference(10, 10, 0, 20) == pytest.approx((1.0, 0.6791, 1.0), abs=5e-5)


def test_nothing_is_estimated_from_nothing() -> None:
    """No mails, an arm that nobody got, or a target that was never followed."""
    assert share(0, 0) is None
    assert difference(1, 10, 0, 0) is None
    empty = table_of([])
    assert arm_value(empty, "a") is None
    assert off_policy(empty, np.zeros((0, 0))) is None
    table = table_of(TRIALS)
    assert arm_value(table, "c") is None
    assert arm_value(table, "unknown") is None
    assert off_policy(table, np.zeros((len(TRIALS), 3))) is None


def test_a_trial_without_its_probability_is_refused() -> None:
    """Its weight would be infinite."""
    with pytest.raises(ValueError, match="without a probability"):
        table_of([Trial("a", True, {"b": 1.0})])


def running_models() -> list[dict[str, float]]:
    """The running rates by a loop over all earlier trials."""
    models = []
    for number in range(len(TRIALS)):
        before = TRIALS[:number]
        every = (sum(trial.clicked for trial in before) + 1) / (len(before) + 20)
        models.append(
            {
                arm: (sum(t.clicked for t in before if t.arm == arm) + every * 20)
                / (sum(t.arm == arm for t in before) + 20)
                for arm in "abc"
            }
        )
    return models


def test_the_value_of_an_arm_is_the_written_formula() -> None:
    """AIPW scores of the trials where it was eligible, weighted by the root of its probability."""
    scores, weights = [], []
    for trial, model in zip(TRIALS, running_models(), strict=True):
        if chance := trial.probabilities.get("a"):
            found = model["a"] + (trial.arm == "a") * (trial.clicked - model["a"]) / chance
            scores.append(found)
            weights.append(sqrt(chance))
    mean = sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)
    variance = sum((w * (s - mean)) ** 2 for w, s in zip(weights, scores, strict=True)) / sum(weights) ** 2
    value = arm_value(table_of(TRIALS), "a")
    assert value is not None
    rate = min(1.0, mean)
    assert value.rate.value == pytest.approx(rate)
    assert value.mails == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))
    if rate < 1:
        assert value.rate == pytest.approx(bounded_rate(mean, mean * (1 - mean) / variance))


def test_the_off_policy_estimates_are_the_written_formulas() -> None:
    """IPS, SNIPS and DR of uniform choice, by loops."""
    ratios, robust = [], []
    for trial, model in zip(TRIALS, running_models(), strict=True):
        target = 1 / len(trial.probabilities)
        ratio = target / trial.probabilities[trial.arm]
        ratios.append(ratio)
        direct = sum(target * model[arm] for arm in trial.probabilities)
        robust.append(direct + ratio * (trial.clicked - model[trial.arm]))
    paid = [ratio * trial.clicked for ratio, trial in zip(ratios, TRIALS, strict=True)]
    table = table_of(TRIALS)
    found = off_policy(table, uniform_target(table))
    assert found is not None
    assert found.ips.value == pytest.approx(sum(paid) / 6)
    assert found.snips.value == pytest.approx(sum(paid) / sum(ratios))
    assert found.dr.value == pytest.approx(sum(robust) / 6)
    assert found.mails == pytest.approx(sum(ratios) ** 2 / sum(r * r for r in ratios))


def test_the_policy_that_chose_is_worth_what_it_had() -> None:
    """All ratios are 1, so that IPS and SNIPS are the plain share, with its own interval."""
    table = table_of(TRIALS)
    found = off_policy(table, table.probabilities)
    assert found is not None
    plain = share(3, 6)
    assert found.ips == pytest.approx(plain)
    assert found.snips == pytest.approx(plain)
    assert found.mails == pytest.approx(6)


def test_a_constant_policy_follows_eligibility() -> None:
    """Where its arm was not eligible, it chooses as without learning."""
    table = table_of(TRIALS)
    target = constant_target(table, "a")
    assert target[0].tolist() == [1, 0, 0]
    assert target[5].tolist() == [0, 0.5, 0.5]
    assert np.allclose(constant_target(table, "unknown"), uniform_target(table))


def test_bounds_stay_within_0_and_1() -> None:
    """Also when a weighted mean does not: rare arms have scores far outside."""
    trials = [Trial("a", True, {"a": 0.02, "b": 0.98}), Trial("b", False, {"a": 0.02, "b": 0.98})] * 3
    for arm in "ab":
        value = arm_value(table_of(trials), arm)
        assert value is not None
        assert 0 <= value.rate.low <= value.rate.value <= value.rate.high <= 1
