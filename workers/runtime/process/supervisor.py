"""Runs workers as processes of this machine: starts them, starts them again when they fail, stops them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import IO

import structlog

from workers.runtime.metrics.processes import EXITS
from workers.runtime.process import exits
from workers.runtime.process.backoff import Backoff

GRACE_SECONDS = 15.0
FIRST_DELAY, MAX_DELAY, HEALTHY_SECONDS = 1.0, 30.0, 60.0
ADVICE = {
    exits.MISCONFIGURED: "mend the setting that it names, then start the fleet again",
    exits.POISONED: "look at `kairos dead-letters list --worker {}`, then start the fleet again",
    exits.REFUSED: "see what it said last, then start the fleet again",
}
log = structlog.get_logger()


@dataclass
class SupervisedWorker:
    """One worker's process; it is started again at `due`, in monotonic seconds.

    `ends` is how often it has ended since it last ran for a while; `final` is the exit code with which it
    has asked for a person, None before.
    """

    name: str
    environment: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    due: float = 0.0
    ends: int = 0
    final: int | None = None
    backoff: Backoff = field(default_factory=lambda: Backoff(inf, FIRST_DELAY, MAX_DELAY))


class Supervisor:
    """A set of workers. They end with this process, however it ends: the pipe on their input closes.

    Their output goes to `output`, by default to where this process writes its own.
    """

    def __init__(
        self, workers: Iterable[tuple[str, Mapping[str, str]]], output: IO[bytes] | None = None
    ) -> None:
        self.children = [SupervisedWorker(name, environment) for name, environment in workers]
        self._output = output

    def start(self) -> None:
        """Start every worker."""
        for child in self.children:
            self._start(child)

    def run(self, stop: threading.Event) -> int:
        """Watch the workers until `stop` is set or none is left, then stop them; gives the exit code.

        It is 0, or the one of the first worker that needs a person.
        """
        try:
            while not stop.wait(0.2) and any(child.final is None for child in self.children):
                self.watch(time.monotonic())
        finally:
            self.stop()
        return next((child.final for child in self.children if child.final is not None), 0)

    def watch(self, now: float) -> None:
        """Start again what has ended, later each time, but none that is final; `now` is monotonic seconds."""
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                self._ended(child, code, now)
            elif child.process is None and child.final is None and now >= child.due:
                self._start(child)

    def stop(self) -> None:
        """Ask every worker to stop, and end those that have not after their grace period."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self.children:
            child.process = None

    def command(self, name: str) -> list[str]:
        """What is run for a worker; it must call `end_with_parent`."""
        return [sys.executable, "-m", "workers", "worker", name, "--with-parent"]

    def _ended(self, child: SupervisedWorker, code: int, now: float) -> None:
        child.process = None
        EXITS.labels(child.name, str(code)).inc()
        if now - child.started > HEALTHY_SECONDS:
            child.backoff.reset()
            child.ends = 0
        child.ends += 1
        if code in exits.FINAL:
            child.final = code
            advice = ADVICE[code].format(child.name)
            log.error("worker ended and is not started again", worker=child.name, code=code, advice=advice)
            return
        delay = child.backoff.failed()
        child.due = now + delay
        log.warning("worker ended", worker=child.name, code=code, again_in_seconds=delay)

    def _start(self, child: SupervisedWorker) -> None:
        child.process = subprocess.Popen(
            self.command(child.name),
            env=dict(child.environment),
            stdin=subprocess.PIPE,
            stderr=self._output,
            stdout=self._output,
        )
        child.started = time.monotonic()


def end_with_parent() -> None:
    """In a worker's process: stop when the standard input ends, which is when the supervisor is gone."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
