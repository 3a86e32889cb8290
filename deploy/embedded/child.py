"""A server process and its guard."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.embedded.failure import ServicesError

GUARD = Path(__file__).with_name("guard.py")
POLL_SECONDS = 0.05
GRACE_SECONDS = 15.0


class Child:
    """A running command; `name` is for messages, its output goes to `log`.

    When it is asked to stop, it has `grace` seconds.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, grace: float = GRACE_SECONDS) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", str(GUARD), str(grace), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                start_new_session=True,
            )
        assert self._guard.stdout is not None
        line = self._guard.stdout.readline()
        if not line:
            raise ServicesError(f"{name} could not be started; log: {log}")
        self.pid = int(line)

    @property
    def running(self) -> bool:
        """Whether the command has not ended."""
        return self._guard.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready` returns True; ServicesError when the command ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise ServicesError(f"{self.name} stopped: {last_line(self.log)} (log: {self.log})")
            if time.monotonic() > deadline:
                raise ServicesError(f"{self.name} did not answer within {seconds:.0f} s (log: {self.log})")
            time.sleep(POLL_SECONDS)

    def stop(self, *, gently: bool) -> None:
        """End the command, by a stop request if `gently`, else at once; returns when it has ended."""
        assert self._guard.stdin is not None
        assert self._guard.stdout is not None
        with contextlib.suppress(OSError):
            if gently and self.running:
                self._guard.stdin.write(b"stop\n")
                self._guard.stdin.flush()
                self._guard.wait()
        with contextlib.suppress(OSError):
            self._guard.stdin.close()
        self._guard.wait()
        self._guard.stdout.close()


def last_line(log: Path) -> str:
    """The last line of a log that is no stack frame and not blank, or `it left no message`."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = [line.strip() for line in file.read().decode("utf-8", "replace").splitlines()]
    messages = [line for line in lines if line and not line.startswith(("at ", "..."))]
    return messages[-1][:300] if messages else "it left no message"
