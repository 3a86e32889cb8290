"""Capture as a process under faults: started again whenever it ends, as `kairos up` does."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.integration.processes import HANG_SECONDS
from tests.integration.workers import LOG_CHARACTERS, WorkerProcess
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings

AT_WORK = ("resumed", "scanning")  # what capture logs when it begins to read
RESTART_SECONDS = 0.5


class CaptureProcess:
    """One `kairos worker capture` after the other; `starts` and the exit codes in `ends` count them."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings.model_copy(update={"kairos_metrics_port": 0})
        self._folder = folder
        self._worker: WorkerProcess | None = None
        self.starts = 0
        self.ends: list[int] = []

    def start(self) -> None:
        """Start one; none runs."""
        self.starts += 1
        self._worker = WorkerProcess("capture", self._settings, self._folder / f"capture-{self.starts}.log")

    def kill(self) -> None:
        """End it by SIGKILL, in case it runs; none is started."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def is_at_work(self) -> bool:
        """Whether it has begun to read."""
        text = "" if self._worker is None else self._worker.log_text()
        return any(word in text for word in AT_WORK)

    def watch_until(self, condition: Callable[[], bool], seconds: float = HANG_SECONDS) -> bool:
        """Start it again when it has ended, until a condition is true; False when the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._restart()
            time.sleep(0.1)
        return True

    def watch(self, seconds: float) -> None:
        """The same, for so long."""
        self.watch_until(lambda: False, seconds)

    def log_text(self) -> str:
        """The end of the log of the one that runs, or ran last."""
        return (self._folder / f"capture-{self.starts}.log").read_text()[-LOG_CHARACTERS:]

    def _restart(self) -> None:
        code = None if self._worker is None else self._worker.process.poll()
        if code is None:
            return
        assert code not in exits.FINAL, f"capture asks for a person, code {code}: {self.log_text()}"
        self.ends.append(code)
        time.sleep(RESTART_SECONDS)
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
