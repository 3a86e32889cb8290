"""The meter inside a worker's process: its CPU time and memory so far, with its records and keys so far.

It costs the worker some 0.3 % of a core (a busy one waits for the lock), far less than asking for /metrics.
"""

import os
import threading
import time
from pathlib import Path
from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from workers.runtime.metrics.records import RECORDS_IN
from workers.runtime.metrics.rounds import KEYS

FILE = "BENCH_METER"  # the variable that names the file of samples
THREAD = "meter"
EVERY_SECONDS, AT_LEAST_SECONDS = 0.1, 0.25  # between polls, and between samples while nothing changes
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


class Sample(NamedTuple):
    """What a process has used by then: CPU seconds of user and system, resident MB, records, keys.

    `at` is `time.perf_counter()`, which on Linux is one clock for all processes of a machine.
    """

    at: float
    records: float
    keys: float
    cpu: float
    rss_mb: float


def start() -> None:
    """Write samples to the file that BENCH_METER names, from a thread; nothing to do without the variable."""
    if path := os.environ.get(FILE):
        threading.Thread(target=_run, args=(Path(path),), name=THREAD, daemon=True).start()


def sample() -> Sample:
    """What this process has used until now."""
    resident = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        time.perf_counter(), total(RECORDS_IN), total(KEYS), time.process_time(), resident * PAGE_MB
    )


def total(metric: MetricWrapperBase) -> float:
    """The sum of a metric over its labels."""
    samples = (sample for family in metric.collect() for sample in family.samples)
    return sum(sample.value for sample in samples if not sample.name.endswith("_created"))


def _run(path: Path) -> None:
    last = Sample(0, -1, -1, 0, 0)
    with path.open("a", buffering=1) as out:
        while True:
            now = sample()
            if now[1:3] != last[1:3] or now.at - last.at >= AT_LEAST_SECONDS:
                out.write(" ".join(map(repr, now)) + "\n")
                last = now
            time.sleep(EVERY_SECONDS)


class Samples:
    """The samples of a file, in their order; `read` adds the new ones."""

    def __init__(self, path: Path) -> None:
        path.touch()
        self.all: list[Sample] = []
        self._file = path.open()
        self._incomplete_line = ""

    def read(self) -> list[Sample]:
        """All samples so far."""
        *lines, self._incomplete_line = (self._incomplete_line + self._file.read()).split("\n")
        self.all += [Sample(*map(float, line.split())) for line in lines]
        return self.all

    def close(self) -> None:
        """Read no more."""
        self._file.close()
