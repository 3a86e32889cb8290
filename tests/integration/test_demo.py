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
from workers.demo.ways import STEPS

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
    "KAIROS_SMTP_URL": "smtps://mail.production.example",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}


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


def test_the_printed_command_times_a_change_and_ctrl_c_ends_all(tmp_path: Path) -> None:
    """Run as printed, up to the delivered mail, with milliseconds. After Ctrl-C nothing is left.

    With `--gpt` a model writes the mails, whatever key and address the environment has; the screen names it.
    """
    out = tmp_path / "out"
    with out.open("wb") as file:
        demo = subprocess.Popen(
            [sys.executable, "-m", "workers", "demo", "--gpt"],
            env={**os.environ, **HOSTILE},
            stdout=file,
            stderr=subprocess.STDOUT,
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
    assert re.search(rf"^\S+ mail +{person} .* \(by gpt-5-nano\)", finished.stdout, re.MULTILINE)
    assert re.search(rf"^\S+ delivered +{person} .* \[\d+ ms\]$", finished.stdout, re.MULTILINE)
    assert code == 0, out.read_text()[-2000:]
    assert "OpenAI stand-in ready in" in out.read_text()
    assert is_by_model(out.read_text())
    assert len(pids) > 5
    assert all(has_ended(pid) for pid in pids)
    assert not Path(data).exists()


def is_by_model(text: str) -> bool:
    """Whether the mails of a screen, Sarah's among them, are by a model, all but one in ten."""
    mails = re.findall(r"^\S+ mail +user_\d+ .*$", text, re.MULTILINE)
    by_model = sum("(by gpt-5-nano)" in line for line in mails)
    return by_model > 0.9 * len(mails) and any(" user_001 Sarah Chen " in line for line in mails)


def test_a_demo_that_takes_too_long_is_one_error_line() -> None:
    """The reason is one line on stderr, and the exit code is not 0."""
    finished = subprocess.run(
        [sys.executable, "-m", "workers", "demo", "--once", "--limit", "1"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.returncode, finished.stderr) == (1, "Error: not through within 1 s\n")
