"""`kairos demo` until somebody ends it: the printed command, and mails by a model."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.integration.hostile_environment import HOSTILE
from tests.integration.processes import HANG_SECONDS, has_ended, until

pytestmark = pytest.mark.slow


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
