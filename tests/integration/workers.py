"""Workers as processes of a test: started, stopped, killed, and their logs."""

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.integration.forked_process import ForkedProcess
from tests.integration.processes import HANG_SECONDS, until
from workers.runtime.process.settings import Settings, without_settings

GRACE_SECONDS = 15.0
STOP_SECONDS = 120.0  # below the limits of the tests, so that what hangs can be named
LOG_CHARACTERS = 10_000  # of a worker that hung


class WorkerProcess:
    """One worker's process; its output goes to a file. It ends with the test, however that ends."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        log: Path,
        module: str = "workers",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._log_size = log.stat().st_size if log.exists() else 0  # of those that wrote to it before
        command = ["worker", name, "--with-parent"] if module == "workers" else [name]
        self.process = ForkedProcess(
            module,
            command,
            without_settings(os.environ) | settings.environment() | dict(environment or {}),
            log,
        )

    def kill(self) -> None:
        """End it by SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> tuple[int, float]:
        """End it by SIGTERM; its exit code and the seconds it took.

        One that Python still starts is waited for: until its first line it cannot know of signals.
        One that does not end is aborted: the end of its log says what each of its threads was doing.
        """
        until(lambda: self.log.stat().st_size > self._log_size or self.process.poll() is not None)
        began = time.monotonic()
        self.process.terminate()
        try:
            code = self.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(f"{self.name} did not stop:\n{self.log_text()[-LOG_CHARACTERS:]}") from None
        return code, time.monotonic() - began

    def wait(self, seconds: float = HANG_SECONDS) -> int:
        """Wait until it ends by itself; its exit code."""
        return self.process.wait(seconds)

    def log_text(self) -> str:
        """The whole log."""
        return self.log.read_text()


@contextmanager
def workers(names: Iterable[str], settings: Settings, folder: Path) -> Iterator[list[WorkerProcess]]:
    """Run workers; at the end those that still run are asked to stop, and killed if they do not."""
    running = [
        WorkerProcess(name, settings, folder / f"{name}-{number}.log") for number, name in enumerate(names)
    ]
    try:
        yield running
    finally:
        for worker in running:
            worker.process.terminate()
        for worker in running:
            try:
                worker.wait()
            except subprocess.TimeoutExpired:
                worker.kill()
