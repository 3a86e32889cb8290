"""The guard of the test run: no setting of the environment reaches a test."""

import os
import subprocess
import sys

import pytest

from tests.unit.source_tree import ROOT
from workers.runtime.process.settings import Settings, SettingsError, load


def test_no_setting_reaches_a_test() -> None:
    """The environment of the run holds no setting, so that `load` gives the defaults."""
    assert load() == Settings()
    assert not [name for name in os.environ if name.startswith("OPENAI_API_KEY")]


def test_the_guard_holds_in_a_full_environment() -> None:
    """The test above passes in a run that is given addresses, a key and a key's file."""
    given = {
        "KAFKA_URL": "kafka://production:9092",
        "KAIROS_PREFIX": "production-",
        "OPENAI_API_KEY": "given",
        "OPENAI_API_KEY_FILE": "/run/secrets/openai",
    }
    command = [sys.executable, "-m", "pytest", "-q", "--no-cov", "-p", "no:cacheprovider"]
    finished = subprocess.run(
        [*command, f"{__file__}::{test_no_setting_reaches_a_test.__name__}"],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        ({}, (500, 2_000, 10_000)),
        ({"KAIROS_DAILY_LIMITS": ""}, ()),
        ({"KAIROS_DAILY_LIMITS": " 5, 60 "}, (5, 60)),
    ],
)
def test_daily_limits(given: dict[str, str], limits: tuple[int, ...]) -> None:
    """An empty list is none, also for a child process; without the variable there is a ramp."""
    settings = load(given)

    assert settings.daily_limits == limits
    assert load(settings.environment()).daily_limits == limits


@pytest.mark.parametrize(
    "given", [{"KAIROS_DAILY_LIMITS": "5,many"}, {"KAIROS_DAILY_LIMITS": "-1"}, {"KAIROS_SENDING": "yes"}]
)
def test_wrong_settings_of_sending_are_named(given: dict[str, str]) -> None:
    (name,) = given
    with pytest.raises(SettingsError, match=name):
        load(given)


def test_nothing_is_sent_unless_it_is_set() -> None:
    """A fleet that somebody has only started decides, and writes to nobody."""
    assert load({}).kairos_sending == "observe"
