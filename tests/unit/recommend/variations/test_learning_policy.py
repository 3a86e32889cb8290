"""The policy of learning: the file has the values of the code, and a wrong entry is named."""

from pathlib import Path

import pytest

from workers.people.policy import Policy, load_policy
from workers.recommend.policy import FeedPolicyError
from workers.recommend.variations.choice import ChoiceRules
from workers.recommend.variations.evidence import LearningRules
from workers.recommend.variations.policy import LearningPolicy, load_learning_policy
from workers.runtime.process.settings import DEPLOY


def test_the_file_has_the_values_of_the_model_and_those_of_the_rules() -> None:
    """Nothing is said twice in two ways."""
    policy = load_learning_policy(DEPLOY / "policy.toml")

    assert policy == LearningPolicy()
    assert (policy.evidence, policy.choice) == (LearningRules(), ChoiceRules())


def test_each_rule_is_read_and_the_policy_of_people_is_the_same(tmp_path: Path) -> None:
    """Other rules of learning are no reason for other decisions."""
    values = {
        "half_life_days": 10, "segment_counts": 5, "arm_counts": 6, "first_rate": 0.1, "optimism": 2,
        "control_share": 0.2, "hold_out_share": 0.0, "floor": 0.01, "new_share": 0.5, "new_windows": 50,
        "draws": 500,
    }  # fmt: skip
    path = tmp_path / "policy.toml"
    path.write_text("[learning]\n" + "".join(f"{key} = {value}\n" for key, value in values.items()))
    policy = load_learning_policy(path)

    assert values.keys() == LearningPolicy.model_fields.keys()
    assert policy.evidence == LearningRules(10, 5, 6, 0.1, 2)
    assert policy.choice == ChoiceRules(
        control_share=0.2, hold_out_share=0, floor=0.01, new_share=0.5, new_windows=50, draws=500
    )
    assert load_policy(path) == Policy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("half_live_days = 1", "learning.half_live_days: unknown key; did you mean half_life_days?"),
        ("half_life_days = 0", "learning.half_life_days: Input should be greater than or equal to 0.1"),
        ("floor = 0", "learning.floor: Input should be greater than 0"),
        ("floor = 0.5", "learning: floor and new_share must be 0 to 1, and new_share at least the floor"),
        ("control_share = 0.6\nhold_out_share = 0.6", "learning: control_share and hold_out_share must be"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    """With the file and the key."""
    path = tmp_path / "policy.toml"
    path.write_text(f"[learning]\n{text}\n")
    with pytest.raises(FeedPolicyError, match=r"policy\.toml: ") as raised:
        load_learning_policy(path)
    assert said in str(raised.value)
