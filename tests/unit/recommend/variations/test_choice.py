"""The choice of an arm: repeatable, with true probabilities, and with a part of the people outside of it."""

from collections import Counter
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.recommend.variations.choice import ArmScore, ChoiceRules, choose

FREE = ChoiceRules(control_share=0, hold_out_share=0)  # nobody is in a group
KNOWN = {"a": ArmScore(30, 270), "b": ArmScore(60, 240), "c": ArmScore(20, 280)}
NAMES = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)
COUNTS = st.floats(0, 1e6)
SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.builds(ArmScore, COUNTS, COUNTS, st.none() | COUNTS))


def test_the_same_decision_gives_the_same_choice() -> None:
    first, again = (choose("mia:1", "mia", order, KNOWN, FREE) for order in ("abc", "cba"))

    assert first == again
    assert choose("mia:2", "mia", "abc", KNOWN, FREE).probabilities != first.probabilities


def test_the_better_arm_is_chosen_more_often_as_its_probability_says() -> None:
    """Over many decisions the share of an arm is the mean of the probabilities that were written."""
    choices = [choose(f"d{number}", "mia", "abc", KNOWN, FREE) for number in range(2_000)]
    shown = Counter(choice.arm for choice in choices)

    assert shown["b"] > 1_700
    for arm in "abc":
        expected = sum(choice.probabilities[arm] for choice in choices)
        assert abs(shown[arm] - expected) < 4 * max(expected, 25) ** 0.5


@given(st.text(), st.text(), NAMES, SCORES)
def test_probabilities_are_whole_and_none_is_below_the_floor(
    decision: str, person: str, eligible: list[str], scores: dict[str, ArmScore]
) -> None:
    choice = choose(decision, person, eligible, scores, FREE)

    assert choice.arm in eligible
    assert set(choice.probabilities) == set(eligible)
    assert sum(choice.probabilities.values()) == pytest.approx(1)
    assert min(choice.probabilities.values()) >= FREE.floor - 1e-12


@given(st.text(), NAMES, SCORES)
def test_a_new_arm_has_at_most_its_share_beside_one_that_is_known(
    decision: str, eligible: list[str], scores: dict[str, ArmScore]
) -> None:
    known = scores | {"z": ArmScore(1, 99, windows=200)}
    choice = choose(decision, "mia", [*eligible, "z"], known, FREE)

    for arm in eligible:
        score = scores.get(arm, ArmScore(0, 0))
        if (score.alpha + score.beta if score.windows is None else score.windows) < FREE.new_windows:
            assert choice.probabilities[arm] <= FREE.new_share + 1e-12


def test_where_all_arms_are_new_none_is_capped() -> None:
    scores = {"a": ArmScore(60, 40), "b": ArmScore(1, 99)}

    assert choose("d", "mia", "ab", scores, FREE).probabilities["a"] > 0.9


def test_a_tenth_of_the_people_is_the_control_group_for_good() -> None:
    """By the hash of the person: whatever the decision and the scores are."""
    rules = ChoiceRules(control="c", plain="a")
    groups = {person: choose(f"{person}:1", person, "abc", KNOWN, rules) for person in map(str, range(5_000))}
    control = [person for person, choice in groups.items() if choice.reason == "control"]
    held_out = [person for person, choice in groups.items() if choice.reason == "hold-out"]

    assert 430 <= len(control) <= 570
    assert 70 <= len(held_out) <= 135
    assert {groups[person].arm for person in control} == {"c"}
    assert {groups[person].arm for person in held_out} == {"a"}
    assert groups[control[0]].probabilities == {"a": 0, "b": 0, "c": 1}
    again = [choose("x", person, "abc", {}, rules).reason for person in control]
    assert set(again) == {"control"}
    others = [choose("x", person, "abc", KNOWN, ChoiceRules(experiment="next")).reason for person in control]
    assert 0 < others.count("control") < len(control) / 2


def test_a_group_whose_arm_is_not_eligible_gets_the_first_one() -> None:
    assert choose("d", "mia", "ba", KNOWN, ChoiceRules(control="c", control_share=1, hold_out_share=0))[
        ::2
    ] == ("b", "control")


def test_scores_that_are_no_numbers_count_as_unknown() -> None:
    odd = {"a": ArmScore(nan, 1), "b": ArmScore(-1, 5), "c": ArmScore(0, 0)}

    assert choose("d", "mia", "abc", odd, FREE).arm in "abc"
    assert choose("d", "mia", "a", odd, FREE) == ("a", {"a": 1.0}, "only")


@pytest.mark.parametrize(
    "wrong",
    [{"floor": -0.1}, {"floor": 0.3}, {"control_share": 0.6, "hold_out_share": 0.6}, {"draws": 0}],
)
def test_rules_that_cannot_hold_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        ChoiceRules(**wrong)  # type: ignore[arg-type]


def test_without_an_eligible_arm_there_is_no_choice() -> None:
    with pytest.raises(ValueError, match="no eligible arm"):
        choose("d", "mia", [], KNOWN)
