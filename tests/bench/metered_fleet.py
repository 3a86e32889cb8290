"""A whole fleet as processes, and what it, its broker and its database use: CPU, memory, requests."""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from deploy.embedded import Services
from tests.bench import request_counts
from workers.runtime.process.settings import Settings, without_settings
from workers.runtime.process.supervisor import Supervisor

CALM_SECONDS, CALM_SHARE = 1.0, 0.2  # of a core: a worker that uses less has nothing to do
SERVICES = {"broker": "kafka", "database": "mongo", "redis": "redis"}  # by the names of the figures


class Usage(NamedTuple):
    """What the processes have used at a time of `time.perf_counter()`: CPU seconds by name, requests by kind.

    The names are those of the workers and of SERVICES.
    """

    at: float
    cpu: Mapping[str, float]
    requests: Mapping[str, int]

    def since(self, before: "Usage") -> "Usage":
        """What was used since an earlier time; `at` is the seconds between the two."""
        cpu = {name: used - before.cpu[name] for name, used in self.cpu.items()}
        return Usage(self.at - before.at, cpu, dict(Counter(self.requests) - Counter(before.requests)))


class MeteredFleet(Supervisor):
    """Workers by their names, with services that run already. Nothing is started again that ends."""

    def __init__(self, services: Services, settings: Settings, names: Sequence[str], folder: Path) -> None:
        base = without_settings(os.environ) | settings.environment() | {"KAIROS_LOG_LEVEL": "WARNING"}
        self._services = {title: services.pid(name) for title, name in SERVICES.items()}
        self._log = folder / "log"
        self._written = self._log.open("ab")
        counters = {name: folder / f"requests-{name}" for name in names}
        self._requests = {name: request_counts.shared(path) for name, path in counters.items()}
        super().__init__(
            [(name, base | {request_counts.FILE: str(path)}) for name, path in counters.items()],
            self._written,
        )

    def command(self, name: str) -> list[str]:
        """The worker's process, with counters of its requests in it."""
        return [sys.executable, "-m", "tests.bench.worker", name]

    def start_only(self, *names: str) -> None:
        """Start the workers of these names."""
        for child in self.children:
            if child.name in names:
                self._start(child)

    def usage(self) -> Usage:
        """What everything has used so far; raises RuntimeError when a worker has ended."""
        self.check()
        cpu = {name: cpu_seconds(pid) for name, pid in self._pids().items()}
        counts = [request_counts.by_kind(counters) for counters in self._requests.values()]
        return Usage(time.perf_counter(), cpu, sum(counts, Counter()))

    def peak_mb(self) -> dict[str, float]:
        """The most resident memory that each process has had so far, in MB."""
        return {name: peak_mb(pid) for name, pid in self._pids().items()}

    def check(self) -> None:
        """Raise RuntimeError with the last lines of the log when a worker has ended."""
        for child in self.children:
            if child.process is not None and (code := child.process.poll()) is not None:
                said = self._log.read_text(errors="replace")[-2_000:]
                raise RuntimeError(f"{child.name} ended with {code}; the fleet said: {said}")

    def wait(self, done: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until something holds; raises RuntimeError when a worker ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not done():
            self.check()
            if time.monotonic() > deadline:
                said = self._log.read_text(errors="replace")[-2_000:]
                raise RuntimeError(f"{what}: not within {seconds:.0f} s; the fleet said: {said}")
            time.sleep(0.05)

    def wait_calm(self, seconds: float) -> None:
        """Wait until each worker uses little CPU: what there was to do is done."""
        last = self.usage()

        def is_calm() -> bool:
            nonlocal last
            if time.perf_counter() - last.at < CALM_SECONDS:
                return False
            used, last = self.usage().since(last), self.usage()
            return all(used.cpu[name] < CALM_SHARE * used.at for name in used.cpu if name not in SERVICES)

        self.wait(is_calm, seconds, "a calm fleet")

    def close(self) -> None:
        """End the workers."""
        self.stop()
        self._written.close()

    def _pids(self) -> dict[str, int]:
        """The processes by name; a worker that is not started has none."""
        workers = {child.name: child.process.pid for child in self.children if child.process is not None}
        return workers | self._services


@contextmanager
def metered_fleet(services: Services, settings: Settings, names: Sequence[str]) -> Iterator[MeteredFleet]:
    """A fleet of these workers, none of them started yet; they are stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as folder:
        fleet = MeteredFleet(services, settings, names, Path(folder))
        try:
            yield fleet
        finally:
            fleet.close()


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far, user and system."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def peak_mb(pid: int) -> float:
    """The most resident memory that a process has had, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
