"""The supervisor: workers are started again, later each time; they stop when asked, and with their parent."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.integration.processes import has_ended, until
from tests.unit.runtime.process.sleepers import Sleepers
from tests.unit.source_tree import ROOT
from workers.runtime.process import exits, supervisor
from workers.runtime.process.supervisor import FIRST_DELAY, HEALTHY_SECONDS, MAX_DELAY, SupervisedWorker


@contextmanager
def fleet(*names: str, output: Path | None = None) -> Iterator[Sleepers]:
    """Started processes, stopped at the end."""
    with open(output or os.devnull, "wb") as said:
        made = Sleepers([(name, os.environ) for name in names], said)
        made.start()
        try:
            yield made
        finally:
            for child in made.children:
                if child.process is not None:
                    child.process.kill()
                    child.process.wait()


def ended(child: SupervisedWorker) -> None:
    """Wait until a child's process has ended."""
    assert child.process is not None
    child.process.wait(20)


def test_a_worker_that_ends_is_started_again() -> None:
    """Not at once: after its delay, and then as another process."""
    with fleet("fail") as made:
        (child,) = made.children
        ended(child)
        now = time.monotonic()
        made.watch(now)
        assert child.process is None
        made.watch(now + FIRST_DELAY - 0.01)
        assert child.process is None
        made.watch(now + FIRST_DELAY)
        assert child.process is not None


def test_the_delay_doubles_up_to_a_limit() -> None:
    """A worker that fails again and again is tried less and less often, but always again."""
    delays = []
    with fleet("fail") as made:
        (child,) = made.children
        now = time.monotonic()
        for _ in range(7):
            ended(child)
            child.started = now
            made.watch(now)
            delays.append(child.due - now)
            now = child.due
            made.watch(now)
    assert delays == [1.0, 2.0, 4.0, 8.0, 16.0, MAX_DELAY, MAX_DELAY]
    assert child.ends == 7


def test_a_worker_that_ran_for_a_while_is_started_soon() -> None:
    """Its earlier failures are forgotten."""
    with fleet("fail") as made:
        (child,) = made.children
        child.ends = 9
        while child.backoff.failed() < MAX_DELAY:
            pass
        ended(child)
        now = child.started + HEALTHY_SECONDS + 1
        made.watch(now)
        assert child.due == now + FIRST_DELAY
        assert child.ends == 1


def test_one_failure_does_not_touch_the_others() -> None:
    """A worker that runs goes on in the same process while another is started again."""
    with fleet("sleep", "fail") as made:
        sleeper, failing = made.children
        before = sleeper.process
        ended(failing)
        made.watch(time.monotonic())
        assert sleeper.process is before
        assert before is not None
        assert before.poll() is None


@pytest.mark.parametrize(
    ("name", "code", "advice"),
    [
        ("poisoned", exits.POISONED, "look at `kairos dead-letters list --worker poisoned`"),
        ("refused", exits.REFUSED, "see what it said last"),
    ],
)
def test_a_worker_that_needs_a_person_is_not_started_again(name: str, code: int, advice: str) -> None:
    """One line says what to do, whenever it is looked at again; the others go on."""
    with fleet("sleep", name) as made, capture_logs() as lines:
        sleeper, final = made.children
        ended(final)
        for later in range(3):
            made.watch(time.monotonic() + later * 2 * MAX_DELAY)
        assert final.process is None
        assert final.final == code
        assert sleeper.process is not None
        assert sleeper.process.poll() is None
    (line,) = lines
    assert (line["log_level"], line["worker"], line["code"]) == ("error", name, code)
    assert line["advice"].startswith(advice)
    assert line["advice"].endswith("then start the fleet again")


def test_every_final_code_has_its_advice() -> None:
    """A code that is not started again says what to do instead."""
    assert supervisor.ADVICE.keys() == exits.FINAL


def test_the_fleet_ends_by_itself_when_nobody_is_left() -> None:
    """Its exit code is that of the first worker that needs a person."""
    with fleet("refused", "poisoned") as made:
        assert made.run(threading.Event()) == exits.REFUSED


def test_a_fleet_that_is_stopped_says_who_needed_a_person() -> None:
    """The others were kept running until then."""
    stop, codes = threading.Event(), list[int]()
    with fleet("sleep", "poisoned") as made:
        sleeper, final = made.children
        process = sleeper.process
        thread = threading.Thread(target=lambda: codes.append(made.run(stop)))
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
    with fleet("sleep", "sleep") as made:
        running = [child.process for child in made.children]
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(made.run(stop)))
        thread.start()
        stop.set()
        thread.join(20)
        assert codes == [0]
        assert [process.poll() for process in running if process] == [-15, -15]


def test_a_stubborn_worker_is_killed_after_its_grace_period(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that does not listen to SIGTERM is ended all the same."""
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    said = tmp_path / "said"
    with fleet("stubborn", output=said) as made:
        process = made.children[0].process
        assert process is not None
        until(lambda: said.read_bytes() == b"deaf\n")
        made.stop()
        assert process.poll() == -9


def test_workers_end_with_their_parent_even_when_it_is_killed() -> None:
    """Nobody is left behind by a SIGKILL of the supervisor, not even one that is deaf to SIGTERM."""
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
