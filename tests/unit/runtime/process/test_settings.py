"""The guard of the test run: no setting of the environment reaches a test."""

import os
import subprocess
import sys

from tests.unit.source_tree import ROOT
from workers.runtime.process.settings import Settings, load


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
