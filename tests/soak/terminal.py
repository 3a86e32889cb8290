"""`kairos up` on a terminal of its own, and the lines that it shows."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.processes import HANG_SECONDS, looks
from tests.unit.source_tree import ROOT
from workers.runtime.process.settings import Settings, without_settings
from workers.runtime.process.supervisor import GRACE_SECONDS

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TIMESTAMP = re.compile(r"^\d{4}-\d\d-\d\dT\S+ ")
NUMBERS = re.compile(r"\d+(\.\d+)?")


class Up:
    """The fleet as `kairos up` runs it; the terminal's output is stored, also in a file."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._log = log
        self._shown = bytearray()
        near, far = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workers", "up"],
            env=without_settings(os.environ) | settings.environment() | {"TERM": "xterm"},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=far,
            stderr=far,
            start_new_session=True,
        )
        os.close(far)
        self._near = near
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError), self._log.open("wb", buffering=0) as file:  # ends with the last writer
            while data := os.read(self._near, 65_536):
                self._shown += data
                file.write(data)

    def lines(self, since: int = 0) -> list[str]:
        """The lines of the terminal from a position on, without colours."""
        return COLOURS.sub("", self._shown[since:].decode("utf-8", "replace")).splitlines()

    def until(self, *words: str, seconds: float = HANG_SECONDS) -> None:
        """Wait for a line with these words."""
        for _ in looks(seconds):
            if any(all(word in line for word in words) for line in self.lines()):
                return
        raise AssertionError(f"no line with {words} within {seconds:.0f} s")

    def position(self) -> int:
        """The number of bytes shown so far."""
        return len(self._shown)

    def stop(self) -> int:
        """End it as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(GRACE_SECONDS + 5)
        self._reader.join(5)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()  # its workers end with it
            self.process.wait()
        self._reader.join(5)
        os.close(self._near)


def repeated(lines: list[str]) -> tuple[str, int]:
    """The most frequent line, without timestamps and numbers, and how often it was shown."""
    bare = [" ".join(NUMBERS.sub("0", TIMESTAMP.sub("", line)).split()) for line in lines]
    return Counter(filter(None, bare)).most_common(1)[0] if any(bare) else ("", 0)
