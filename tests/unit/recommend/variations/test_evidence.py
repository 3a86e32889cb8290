"""Evidence is forgotten with a half-life, in any order of arrival, and segments follow their arm."""

import math
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.recommend.policy import DAY_MS
from workers.recommend.variations.evidence import (
    NOTHING,
    ArmEvidence,
    Cell,
    LearningRules,
    added,
    arm_scores,
    decayed,
    together,
)

NOW = 1_800_000_000_000
RULES = LearningRules(half_life_days=10, segment_counts=40, arm_counts=20, first_rate=0.05, optimism=1.2)
HALF_LIFE = RULES.half_life
mails = st.lists(st.tuples(st.integers(0, 60 * DAY_MS), st.booleans()), max_size=30)


def told(answers: list[tuple[int, bool]]) -> ArmEvidence:
    """The evidence of answers (age in milliseconds, whether clicked), in this order."""
    evidence = NOTHING
    for age, clicked in answers:
        evidence = added(evidence, NOW - age, clicked, HALF_LIFE)
    return evidence


def test_a_mail_weighs_half_after_a_half_life() -> None:
    """Its click and its window alike; the count of all time stays."""
    evidence = decayed(told([(0, True)]), NOW + 10 * DAY_MS, HALF_LIFE)
    assert (evidence.clicks, evidence.windows, evidence.closed) == (0.5, 0.5, 1)
    assert decayed(evidence, NOW, HALF_LIFE) == evidence


def test_an_answer_weighs_by_the_time_of_its_mail_in_any_order() -> None:
    """A late answer to an old mail does not count as news."""
    answers = [(20 * DAY_MS, True), (0, False), (10 * DAY_MS, True)]
    for order in permutations(answers):
        evidence = decayed(told(list(order)), NOW, HALF_LIFE)
        assert evidence.clicks == pytest.approx(0.75)
        assert evidence.windows == pytest.approx(1.75)


@given(mails)
def test_the_sums_are_those_of_the_definition(answers: list[tuple[int, bool]]) -> None:
    """Each answer times 2 to the power of minus its age in half-lives."""
    evidence = decayed(told(answers), NOW, HALF_LIFE)
    weights = [(math.pow(2, -age / HALF_LIFE), clicked) for age, clicked in answers]
    assert evidence.windows == pytest.approx(sum(weight for weight, _ in weights))
    assert evidence.clicks == pytest.approx(sum(weight for weight, clicked in weights if clicked))
    assert evidence.closed == len(answers)


@given(mails, st.tuples(st.integers(0, 60 * DAY_MS), st.booleans()))
def test_what_is_taken_back_was_never_there(answers: list[tuple[int, bool]], other: tuple[int, bool]) -> None:
    """Up to rounding, wherever in the order it was."""
    evidence = added(told([other, *answers]), NOW - other[0], other[1], HALF_LIFE, sign=-1)
    once = decayed(told(answers), evidence.at, HALF_LIFE)
    assert evidence.clicks == pytest.approx(once.clicks, abs=1e-9)
    assert evidence.windows == pytest.approx(once.windows, abs=1e-9)
    assert evidence.closed == once.closed


def test_no_sum_falls_below_zero() -> None:
    """Taking back what was never added leaves nothing, not a debt."""
    assert added(NOTHING, NOW, True, HALF_LIFE, sign=-1) == ArmEvidence(0.0, 0.0, NOW, 0)


def scores(
    known: dict[Cell, ArmEvidence], segment: str = "en", arms: tuple[str, ...] = ("a", "b")
) -> dict[str, Any]:
    """The scores of a segment, as (mean, counts)."""
    found = arm_scores(known, segment, arms, NOW, RULES)
    return {arm: (score.mean, score.alpha + score.beta) for arm, score in found.items()}


def test_without_evidence_every_arm_has_the_first_rate_with_optimism() -> None:
    """With the weight of the pseudo-counts of a segment."""
    assert scores({}) == {arm: (pytest.approx(0.06), pytest.approx(40)) for arm in "ab"}


def test_a_segment_follows_its_arm() -> None:
    """Where nobody has answered it begins with what other segments say; its own answers move it."""
    known = {Cell("ja", "a"): ArmEvidence(30, 100, NOW, 100), Cell("ja", "b"): ArmEvidence(5, 100, NOW, 100)}
    elsewhere = scores(known)
    assert elsewhere["a"][0] > 0.25
    assert elsewhere["b"][0] < 0.09
    contrary = scores(known | {Cell("en", "a"): ArmEvidence(0, 200, NOW, 200)})
    assert contrary["a"][0] < 0.05


def test_the_score_is_the_written_formula() -> None:
    """Base of all arms, arm in all segments, segment: each is shrunk to the one before."""
    known = {
        Cell("en", "a"): ArmEvidence(4, 20, NOW, 25),
        Cell("ja", "a"): ArmEvidence(8, 60, NOW, 70),
        Cell("en", "b"): ArmEvidence(3, 50, NOW, 50),
    }
    base = (15 + 0.05 * 20) / (130 + 20)
    arm = (12 + base * 1.2 * 20) / (80 + 20)
    score = arm_scores(known, "en", ("a",), NOW, RULES)["a"]
    assert score == pytest.approx((4 + arm * 40, 16 + (1 - arm) * 40, 95))


def test_a_new_arm_begins_above_the_mean_of_the_others() -> None:
    """And with less certainty than an arm that is known."""
    known = {Cell("en", "a"): ArmEvidence(100, 1000, NOW, 1000)}
    found = arm_scores(known, "en", ("a", "new"), NOW, RULES)
    assert found["new"].mean > found["a"].mean
    assert found["new"].alpha + found["new"].beta < found["a"].alpha + found["a"].beta
    assert found["new"].windows == 0


def test_what_is_forgotten_gives_way_to_what_is_new() -> None:
    """After many half-lives an arm that was the best has the score of one that is not known."""
    old = {Cell("en", "a"): ArmEvidence(50, 100, NOW - 300 * DAY_MS, 100)}
    assert scores(old)["a"][0] == pytest.approx(scores({})["a"][0], rel=1e-3)


def test_evidence_of_all_cells_is_added_as_of_one_time() -> None:
    """Nothing gives nothing; an older sum weighs less."""
    assert together([], NOW, HALF_LIFE) == ArmEvidence(0, 0, NOW, 0)
    both = together([ArmEvidence(1, 2, NOW - 10 * DAY_MS, 2), ArmEvidence(1, 1, NOW, 1)], NOW, HALF_LIFE)
    assert both == ArmEvidence(1.5, 2.0, NOW, 3)
