"""The supervisor: workers are restarted with growing delays; they stop on request and with their parent."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from tests.integration.processes import HANG_SECONDS, has_ended, until
from tests.unit.runtime.process.sleepers import Sleepers
from tests.unit.source_tree import ROOT
from workers.runtime.process import exits, supervisor
from workers.runtime.process.supervisor import FIRST_DELAY, HEALTHY_SECONDS, MAX_DELAY, SupervisedWorker


@contextmanager
def fleet(*names: str, output: Path | None = None) -> Iterator[Sleepers]:
    """Started processes, stopped at the end."""
    with open(output or os.devnull, "wb") as stream:
        sleepers = Sleepers([(name, os.environ) for name in names], stream)
        sleepers.start()
        try:
            yield sleepers
        finally:
            for child in sleepers.children:
                if child.process is not None:
                    child.process.kill()
                    child.process.wait()


def exits_of(name: str, code: int) -> float:
    """How often a worker has ended with a code, as the metrics say."""
    labels = {"worker": name, "code": str(code)}
    return REGISTRY.get_sample_value("kairos_worker_exits_total", labels) or 0.0


def wait_for_end(child: SupervisedWorker) -> None:
    """Wait until a child's process has ended."""
    assert child.process is not None
    child.process.wait(HANG_SECONDS)


def test_a_worker_that_ends_is_restarted() -> None:
    """After its delay, as another process."""
    with fleet("fail") as sleepers:
        (child,) = sleepers.children
        wait_for_end(child)
        now = time.monotonic()
        sleepers.watch(now)
        assert child.process is None
        sleepers.watch(now + FIRST_DELAY - 0.01)
        assert child.process is None
        sleepers.watch(now + FIRST_DELAY)
        assert child.process is not None


def test_the_delay_doubles_up_to_a_limit() -> None:
    """A worker that keeps failing is restarted less and less often, without an end."""
    delays = []
    with fleet("fail") as sleepers:
        (child,) = sleepers.children
        now = 1_000.0  # whole seconds, so that the differences are exact
        for _ in range(7):
            wait_for_end(child)
            child.started = now
            sleepers.watch(now)
            delays.append(child.due - now)
            now = child.due
            sleepers.watch(now)
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, MAX_DELAY, MAX_DELAY]
    assert child.ends == 7


def test_a_healthy_run_resets_the_delay() -> None:
    """Its earlier failures do not count any more."""
    with fleet("fail") as sleepers:
        (child,) = sleepers.children
        child.ends = 9
        while child.backoff.failed() < MAX_DELAY:
            pass
        wait_for_end(child)
        now = child.started + HEALTHY_SECONDS + 1
        sleepers.watch(now)
        assert child.due == now + FIRST_DELAY
        assert child.ends == 1


def test_a_failed_worker_does_not_affect_the_others() -> None:
    """A running worker keeps its process while another is restarted."""
    with fleet("sleep", "fail") as sleepers:
        sleeper, failing = sleepers.children
        before = sleeper.process
        wait_for_end(failing)
        sleepers.watch(time.monotonic())
        assert sleeper.process is before
        assert before is not None
        assert before.poll() is None


@pytest.mark.parametrize(
    ("name", "code", "advice"),
    [
        ("poisoned", exits.POISONED, "look at `kairos dead-letters list --worker poisoned`"),
        ("refused", exits.REFUSED, "see what it said last"),
        ("misconfigured", exits.MISCONFIGURED, "mend the setting that it names"),
    ],
)
def test_a_worker_with_a_final_exit_code_is_not_restarted(name: str, code: int, advice: str) -> None:
    """One line is logged with the advice, however often it is watched; the others go on."""
    with fleet("sleep", name) as sleepers, capture_logs() as lines:
        sleeper, final = sleepers.children
        wait_for_end(final)
        before = exits_of(name, code)
        for later in range(3):
            sleepers.watch(time.monotonic() + later * 2 * MAX_DELAY)
        assert final.process is None
        assert final.final == code
        assert exits_of(name, code) == before + 1
        assert sleeper.process is not None
        assert sleeper.process.poll() is None
    (line,) = lines
    assert (line["log_level"], line["worker"], line["code"]) == ("error", name, code)
    assert line["advice"].startswith(advice)
    assert line["advice"].endswith("then start the fleet again")


def test_every_final_code_has_its_advice() -> None:
    """Every exit code without a restart has a line of advice."""
    assert supervisor.ADVICE.keys() == exits.FINAL


def test_the_fleet_ends_when_no_worker_is_left() -> None:
    """Its exit code is that of the first worker with a final code."""
    with fleet("refused", "poisoned") as sleepers:
        assert sleepers.run(threading.Event()) == exits.REFUSED


def test_a_stopped_fleet_returns_the_final_exit_code_of_its_worker() -> None:
    """The other workers run until then."""
    stop, codes = threading.Event(), list[int]()
    with fleet("sleep", "poisoned") as sleepers:
        sleeper, final = sleepers.children
        process = sleeper.process
        thread = threading.Thread(target=lambda: codes.append(sleepers.run(stop)))
        thread.start()
        until(lambda: final.final is not None)
        assert process is not None
        assert process.poll() is None
        stop.set()
        thread.join(20)
        assert codes == [exits.POISONED]
        assert process.poll() == -15


def test_stopping_ends_every_worker() -> None:
    """Setting the event ends the loop and the processes, by SIGTERM."""
    stop = threading.Event()
    with fleet("sleep", "sleep") as sleepers:
        running = [child.process for child in sleepers.children]
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(sleepers.run(stop)))
        thread.start()
        stop.set()
        thread.join(20)
        assert codes == [0]
        assert [process.poll() for process in running if process] == [-15, -15]


def test_a_stubborn_worker_is_killed_after_its_grace_period(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A worker that ignores SIGTERM is ended by SIGKILL."""
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    output = tmp_path / "output"
    with fleet("stubborn", output=output) as sleepers:
        process = sleepers.children[0].process
        assert process is not None
        until(lambda: output.read_bytes() == b"deaf\n")
        sleepers.stop()
        assert process.poll() == -9


def test_workers_end_with_their_parent_even_when_it_is_killed() -> None:
    """After a SIGKILL of the supervisor no worker is left, not even one that ignores SIGTERM."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.runtime.process.sleepers"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.kill()
        parent.wait()
        until(lambda: all(has_ended(pid) for pid in pids))
