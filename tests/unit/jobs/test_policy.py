"""The part of the policy that concerns trends."""

from pathlib import Path

import pytest

from workers.recommend.policy import DAY_MS, FeedPolicy, FeedPolicyError, load_feed_policy
from workers.runtime.process.settings import Settings


def test_the_policy_of_the_repository_is_valid() -> None:
    """And has the defaults, whether it names them or not."""
    assert load_feed_policy(Settings().kairos_policy) == FeedPolicy()
    assert (FeedPolicy().trend_half_life, FeedPolicy().window) == (7 * DAY_MS, 90 * DAY_MS)


def test_values_of_the_file_count_and_others_keys_are_left_alone(tmp_path: Path) -> None:
    """The table has more keys, for others."""
    file = tmp_path / "policy.toml"
    file.write_text("cooldown_days = 7\n[jobs]\ntrend_half_life_days = 12.5\nmax_boost = 10\n")
    assert load_feed_policy(file) == FeedPolicy(trend_half_life_days=12.5)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[jobs]\nhalf_life_days = 0\n", "jobs.half_life_days"),
        ('[jobs]\nwindow_days = "long"\n', "jobs.window_days"),
        ("jobs = 3\n", "jobs"),
        ("[jobs\n", "not TOML"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, text: str, named: str) -> None:
    """With the file."""
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(FeedPolicyError, match=named) as error:
        load_feed_policy(file)
    assert str(file) in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """In one line."""
    with pytest.raises(FeedPolicyError, match="cannot be read"):
        load_feed_policy(tmp_path / "none.toml")
