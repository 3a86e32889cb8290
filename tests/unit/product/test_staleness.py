"""The limits of sources in the policy."""

from pathlib import Path

import pytest

from topics.catalog import DOCUMENTS
from workers.people.policy import Policy, PolicyError, load_policy
from workers.product.staleness import StaleSeconds
from workers.route.app import load_stale_ms
from workers.runtime.process.settings import SettingsError


def policy_of(folder: Path, table: str) -> Path:
    """A policy with this table."""
    path = folder / "policy.toml"
    path.write_text(f"cooldown_days = 3\n[stale_seconds]\n{table}")
    return path


def test_every_document_topic_can_have_a_limit(tmp_path: Path) -> None:
    """By its name; without a line the fleet's counts. The version of the policy knows them."""
    assert {field.alias for field in StaleSeconds.model_fields.values()} == {each.name for each in DOCUMENTS}
    path = policy_of(tmp_path, "messages = 1.5\njob-views = 600")

    assert load_stale_ms(path) == {"messages": 1_500, "job-views": 600_000}
    assert load_stale_ms(Path("deploy/policy.toml")) == {}
    assert load_policy(path).version != Policy(cooldown_days=3).version


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("job_view = 5", "stale_seconds.job_view: unknown key; did you mean job-views?"),
        ("jobs = 0", "stale_seconds.jobs: 0 is out of range; 1 to 1,800 are possible"),
        ("jobs = 7200", "stale_seconds.jobs: 7200 is out of range; 1 to 1,800 are possible"),
    ],
)
def test_a_wrong_limit_is_named(table: str, text: str, tmp_path: Path) -> None:
    """`people` names the key and the range; `route` does not start either."""
    path = policy_of(tmp_path, table)

    with pytest.raises(PolicyError, match=text.replace("?", r"\?")):
        load_policy(path)
    with pytest.raises(SettingsError, match="stale_seconds"):
        load_stale_ms(path)
