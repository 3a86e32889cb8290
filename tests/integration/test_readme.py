"""The README's programs: a plain Kafka consumer gets a change that was made with plain pymongo."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.readme import program
from tests.integration.capturing import eventually
from tests.integration.processes import HANG_SECONDS
from tests.integration.wire import Addressed
from tests.integration.workers import workers
from tests.unit.source_tree import ROOT
from topics.plan import Cluster, apply
from workers.runtime.process.settings import load, without_settings

pytestmark = pytest.mark.wire


class WatchProcess:
    """watch.py as a process, and the lines that it has printed."""

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
def environment(services: Addressed) -> dict[str, str]:
    """The environment after `eval "$(kairos services up)"`."""
    return without_settings(os.environ) | services.environment()


@pytest.fixture
def watch(environment: dict[str, str], tmp_path: Path) -> Iterator[WatchProcess]:
    """watch.py, running beside a fleet without a prefix."""
    settings = load(environment)
    apply(Cluster(settings.brokers, "", settings.kairos_partitions, 1))
    file = tmp_path / "watch.py"
    file.write_text(program("watch.py"))
    with workers(("capture", "route", "people"), settings, tmp_path):
        process = WatchProcess(environment, file)
        try:
            yield process
        finally:
            process.stop()


def test_a_change_reaches_a_program_outside(
    environment: dict[str, str], watch: WatchProcess, tmp_path: Path
) -> None:
    """change.py changes a user, an order, an event; watch.py prints profile and decision, replay agrees."""
    file = tmp_path / "change.py"
    file.write_text(program("change.py"))
    subprocess.run([sys.executable, str(file)], env=environment, check=True, timeout=HANG_SECONDS)

    def printed(start: str, *words: str) -> bool:
        return any(
            line.startswith(start) and all(word in line for word in words) for line in list(watch.lines)
        )

    eventually(lambda: printed("enriched-profiles mia", "head nurse", "The Vault"), "the profile of mia")
    eventually(lambda: printed("send-decisions mia", "send"), "the decision about mia")
    replay = kairos(environment, "replay")
    person = kairos(environment, "replay", "--person", "mia")
    unknown = kairos(environment, "replay", "--person", "nobody")

    assert (replay.returncode, replay.stderr) == (0, "")
    assert "profiles" in replay.stdout
    assert "send: enough is known" in person.stdout
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "nobody with the id nobody" in unknown.stderr


def kairos(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as its user does."""
    command = [sys.executable, "-m", "workers", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=HANG_SECONDS, cwd=ROOT
    )
