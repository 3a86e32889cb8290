"""The policy of invitations: the file has the values of the model, and a wrong entry is named."""

from pathlib import Path

import pytest

from workers.people.policy import load_policy
from workers.recommend.events.policy import EventPolicy, load_event_policy
from workers.recommend.policy import FeedPolicyError
from workers.runtime.process.settings import DEPLOY


def test_the_file_has_the_values_of_the_model() -> None:
    """All weights are settings."""
    assert load_event_policy(DEPLOY / "policy.toml") == EventPolicy()


def test_the_policy_of_people_does_not_read_the_table(tmp_path: Path) -> None:
    """Other invitations are no reason for other decisions; a file without the table has defaults."""
    path = tmp_path / "policy.toml"
    path.write_text("cooldown_days = 3\n[events]\nmost_days = 5\n")

    assert load_policy(path).cooldown_days == 3
    assert load_event_policy(path).most_days == 5
    path.write_text("cooldown_days = 3\n")
    assert load_event_policy(path) == EventPolicy()


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ('time_zone = "Asia/Tokyo"', "Asia/Tokyo"),
        ('time_zone = "Asia/Tokyo"\n[events]\ntime_zone = "UTC"', "UTC"),
        ("", "UTC"),
    ],
)
def test_events_are_in_the_zone_of_the_product(text: str, zone: str, tmp_path: Path) -> None:
    """Unless the table says another one."""
    path = tmp_path / "policy.toml"
    path.write_text(text)
    assert load_event_policy(path).time_zone == zone


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[events]\nleast_hors = 1", "events.least_hors: unknown key; did you mean least_hours?"),
        ("[events.points]\nhots = 1", "events.points.hots: unknown key; did you mean host?"),
        ("[events.points]\nhost = 90", "events.points: the points are more than 100 together"),
        ("[events]\nmost_days = 0", "events.most_days: Input should be greater than 0"),
        ('[events]\ntime_zone = "Mars"', "events.time_zone: 'Mars' is no time zone"),
        ("events = 1", "events: Input should be"),
        ("[events", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    """With the file and the key."""
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(FeedPolicyError) as raised:
        load_event_policy(path)

    assert str(path) in str(raised.value)
    assert said in str(raised.value)
