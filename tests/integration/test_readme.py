"""The README's programs: a change with plain pymongo is seen by a plain Kafka consumer outside the fleet."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.readme import program
from tests.integration.capturing import eventually
from tests.integration.wire import Addressed
from tests.integration.workers import workers
from tests.unit.source_tree import ROOT
from topics.plan import Cluster, apply
from workers.runtime.process.settings import load, without_settings

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]


class Watched:
    """The lines that watch.py prints, as they come."""

    def __init__(self, environment: dict[str, str], file: Path) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, str(file)], env=environment, stdout=subprocess.PIPE, text=True
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.strip() for line in iter(self.process.stdout.readline, ""))

    def stop(self) -> None:
        """End the program."""
        self.process.kill()
        self.process.wait()
        self._thread.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def outside(services: Addressed) -> dict[str, str]:
    """The environment that `eval "$(kairos services up)"` gives."""
    return without_settings(os.environ) | services.environment()


@pytest.fixture
def watched(outside: dict[str, str], tmp_path: Path) -> Iterator[Watched]:
    """watch.py, running beside a fleet without a prefix."""
    settings = load(outside)
    apply(Cluster(settings.brokers, "", settings.kairos_partitions, 1))
    file = tmp_path / "watch.py"
    file.write_text(program("watch.py"))
    with workers(("capture", "route", "people"), settings, tmp_path):
        watch = Watched(outside, file)
        try:
            yield watch
        finally:
            watch.stop()


def test_a_change_is_seen_outside(outside: dict[str, str], watched: Watched, tmp_path: Path) -> None:
    """change.py changes a user, an order, an event; watch.py shows profile and decision, replay agrees."""
    file = tmp_path / "change.py"
    file.write_text(program("change.py"))
    subprocess.run([sys.executable, str(file)], env=outside, check=True, timeout=30)

    def seen(start: str, *words: str) -> bool:
        return any(
            line.startswith(start) and all(word in line for word in words) for line in list(watched.lines)
        )

    eventually(lambda: seen("enriched-profiles mia", "head nurse", "The Vault"), "the profile of mia")
    eventually(lambda: seen("send-decisions mia", "send"), "the decision about mia")
    again = kairos(outside, "replay")
    person = kairos(outside, "replay", "--person", "mia")
    nobody = kairos(outside, "replay", "--person", "nobody")

    assert (again.returncode, again.stderr) == (0, "")
    assert "profiles" in again.stdout
    assert "send: enough is known" in person.stdout
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "nobody with the id nobody" in nobody.stderr


def kairos(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a person would."""
    command = [sys.executable, "-m", "workers", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, cwd=ROOT)
