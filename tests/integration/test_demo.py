"""`kairos demo` as a person runs it, in an environment with other settings."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.integration.processes import HANG_SECONDS, has_ended, until

pytestmark = pytest.mark.wire
LIMIT_SECONDS = int(HANG_SECONDS)
HOSTILE = {
    "KAFKA_URL": "kafka://127.0.0.1:1",
    "MONGO_URL": "nonsense",
    "REDIS_URL_FILE": "/nowhere/redis",
    "OPENAI_API_KEY": "sk-not-to-be-used",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    "KAIROS_PREFIX": "production-",
    "KAIROS_PARTITIONS": "none",
    "KAIROS_POLICY": "/nowhere/policy.toml",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}


def test_demo_once_shows_everything_and_ends_well() -> None:
    """Profiles, decisions and mails are shown, the sample person's are right, in any environment."""
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
    for tag in ("change", "profile", "decision", "mail"):
        assert re.search(rf"^\d\d:\d\d:\d\d {tag} +user_\d+ ", out, re.MULTILINE), tag
    assert re.search(r" mail +user_001 Sarah Chen +\S", out)
    assert re.search(r" profile .* \[\d+ ms\]$", out, re.MULTILINE)
    assert "profile, decision and mail as they should be" in " ".join(re.sub("[│\n]", " ", out).split())
    assert "@" not in out
    assert "\x1b" not in out


def test_the_printed_command_times_a_change_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    """Run as printed: a new profile, decision and mail with milliseconds. After Ctrl-C nothing is left."""
    out = tmp_path / "out"
    with out.open("wb") as file:
        demo = subprocess.Popen(
            [sys.executable, "-m", "workers", "demo"], stdout=file, stderr=subprocess.STDOUT
        )
    try:
        until(lambda: "README.md" in out.read_text() or demo.poll() is not None)
        match = re.search(r"^  (\S.* demo --touch (\S+) --data (\S+))$", out.read_text(), re.MULTILINE)
        assert match, out.read_text()
        command, person, data = match.groups()
        finished = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)
        pids = [process.pid for process in psutil.Process(demo.pid).children(recursive=True)]
    finally:
        demo.send_signal(signal.SIGINT)
        code = demo.wait(HANG_SECONDS)

    assert finished.returncode == 0, finished.stdout + finished.stderr
    lines = finished.stdout.splitlines()
    assert re.search(rf"profile +{person} .* before: ", lines[0])
    assert re.search(rf"decision +{person} .* before: wait \(enough-fields\)", lines[1])
    assert re.search(rf"change +{person} .* fills in ", lines[2])
    assert re.search(rf"^\S+ profile +{person} .* \[\d+ ms\]$", finished.stdout, re.MULTILINE)
    assert re.search(rf"^\S+ decision +{person} .* send: .* \[\d+ ms\]$", finished.stdout, re.MULTILINE)
    assert re.search(rf"^\S+ mail +{person} ", finished.stdout, re.MULTILINE)
    assert code == 0, out.read_text()[-2000:]
    assert len(pids) > 5
    assert all(has_ended(pid) for pid in pids)
    assert not Path(data).exists()


def test_a_demo_that_takes_too_long_is_one_error_line() -> None:
    """The reason is one line on stderr, and the exit code is not 0."""
    finished = subprocess.run(
        [sys.executable, "-m", "workers", "demo", "--once", "--limit", "1"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.returncode, finished.stderr) == (1, "Error: not through within 1 s\n")
