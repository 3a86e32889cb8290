"""`kairos demo` as a person runs it, in an environment with other settings."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.integration.hostile_environment import HOSTILE
from tests.integration.processes import HANG_SECONDS, has_ended, until
from workers.demo.ways import STEPS

pytestmark = pytest.mark.wire
LIMIT_SECONDS = int(HANG_SECONDS)


def test_demo_once_shows_everything_and_ends_well() -> None:
    """The whole way up to what is learnt is shown, the sample person's is right, in any environment."""
    finished = subprocess.run(
        [sys.executable, "-m", "workers", "demo", "--once", "--limit", str(LIMIT_SECONDS)],
        env={**os.environ, **HOSTILE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    out = finished.stdout

    assert finished.returncode == 0, out[-3000:] + finished.stderr
    assert re.search(r"live after \d+ s: 200 people: \d+ send, \d+ ask, \d+ wait \(cooldown \d+, ", out)
    for tag in STEPS:
        assert re.search(rf"^\d\d:\d\d:\d\d {tag} +user_\d+ ", out, re.MULTILINE), tag
    assert re.search(r" mail +user_001 Sarah Chen +\S", out)
    assert re.search(r" profile .* \[\d+ ms\]$", out, re.MULTILINE)
    table = " ".join(re.sub("[│\n]", " ", out).split())
    assert re.search(r"whole way user_\d+: change → profile [\d.]+ s → .* → learnt [\d.]+ s", table)
    assert "profile, decision and mail as they should be" in table
    assert "knows what was heard; so do the mailbox and the scores" in table
    assert "dead letters 0 " in table
    found = re.search(r"messages \d+ in Airtable, (\d+) of them our mails; at most (\d) requests", table)
    assert found
    assert int(found[1]) > 0
    assert int(found[2]) <= 5
    assert "@" not in out
    assert "\x1b" not in out


def test_ctrl_c_ends_all(tmp_path: Path) -> None:
    """While it starts: after it nothing is left, neither processes nor files; the exit code is 0."""
    out, folder = tmp_path / "out", tmp_path / "tmp"
    folder.mkdir()
    with out.open("wb") as file:
        demo = subprocess.Popen(
            [sys.executable, "-m", "workers", "demo"],
            env={**os.environ, **HOSTILE, "TMPDIR": str(folder)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "workers starting" in out.read_text() or demo.poll() is not None)
        pids = [process.pid for process in psutil.Process(demo.pid).children(recursive=True)]
        assert [*folder.iterdir()] != []
    finally:
        demo.send_signal(signal.SIGINT)
        code = demo.wait(HANG_SECONDS)

    assert code == 0, out.read_text()[-2000:]
    assert len(pids) > 5
    assert all(has_ended(pid) for pid in pids)
    assert [*folder.iterdir()] == []


def test_a_demo_that_takes_too_long_is_one_error_line() -> None:
    """The reason is one line on stderr, and the exit code is not 0."""
    finished = subprocess.run(
        [sys.executable, "-m", "workers", "demo", "--once", "--limit", "1"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.returncode, finished.stderr) == (1, "Error: not through within 1 s\n")
