"""The policy of the feed: the file has the values of the model, and a wrong entry is named."""

from pathlib import Path

import pytest

from workers.people.policy import load_policy
from workers.recommend.policy import FeedPolicy, FeedPolicyError, load_feed_policy
from workers.runtime.process.settings import DEPLOY


def test_the_file_has_the_values_of_the_model() -> None:
    """E11: all weights are settings, and the version is that of the values."""
    assert load_feed_policy(DEPLOY / "policy.toml") == FeedPolicy()
    assert load_feed_policy(DEPLOY / "policy.toml").version == FeedPolicy().version


def test_the_policy_of_people_does_not_read_the_table(tmp_path: Path) -> None:
    """Another feed is no reason for other decisions."""
    path = tmp_path / "policy.toml"
    path.write_text("cooldown_days = 3\n[jobs]\nmax_boost = 5\n")

    assert load_policy(path).cooldown_days == 3
    assert load_feed_policy(path).max_boost == 5


def test_a_file_without_the_table_has_defaults(tmp_path: Path) -> None:
    """A policy from before there was a feed."""
    path = tmp_path / "policy.toml"
    path.write_text("cooldown_days = 3\n")

    assert load_feed_policy(path) == FeedPolicy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("max_boost = 11", "jobs.max_boost: Input should be less than or equal to 10"),
        ("max_bost = 1", "jobs.max_bost: unknown key; did you mean max_boost?"),
        ("[jobs.weights]\naplied = 1", "jobs.weights.aplied: unknown key; did you mean applied?"),
        ("[jobs.weights]\nrejected = 0.3", "jobs.weights.rejected: Input should be less than or equal to 0"),
        ("[jobs.points]\ntext = 60", "jobs.points: text, place, trend and fresh are more than 90 together"),
        ("explored_from = 300", "jobs: explored_from is more than explored_to"),
        ("[jobs.weights]\nviewed_least = 1", "jobs.weights: viewed_least is more than viewed_most"),
        ("exploration = nan", "jobs.exploration"),
        ("left_out_share = 1.1", "jobs.left_out_share: Input should be less than or equal to 1"),
        ("max_boost = ", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    """With the file and the key."""
    path = tmp_path / "policy.toml"
    path.write_text(f"[jobs]\n{text}\n")
    with pytest.raises(FeedPolicyError) as raised:
        load_feed_policy(path)

    assert str(raised.value).startswith(str(path))
    assert said in str(raised.value)


def test_a_table_that_is_none_and_a_missing_file(tmp_path: Path) -> None:
    """Both are said."""
    path = tmp_path / "policy.toml"
    path.write_text("jobs = 3\n")

    with pytest.raises(FeedPolicyError, match="jobs"):
        load_feed_policy(path)
    with pytest.raises(FeedPolicyError, match="cannot be read"):
        load_feed_policy(tmp_path / "none.toml")
