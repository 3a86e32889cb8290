"""Memory of the reference job's worker: over many records, and while the broker accepts nothing."""

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from statistics import median
from typing import NamedTuple

from kafka.errors import KafkaError
from msgspec.structs import replace

from deploy.embedded import Services
from tests.bench.job import Job, committed
from tests.bench.measure import Row, settings_of
from tests.bench.metered import Metered, metered
from tests.bench.reference import NAME, events
from workers.runtime.process.settings import Settings

RESTART_SECONDS, PATIENT_SECONDS = 1.0, 300.0


def run(services: Services, quick: bool) -> list[Row]:
    """Both, each with its states and outputs checked; raises WrongState."""
    return [*flat(services, 400_000 if quick else 2_000_000), *stalled(services, quick)]


def flat(services: Services, count: int) -> list[Row]:
    """Resident memory over the quarters of so many records, which come when every key has a state.

    A third as many come before, first one for each key: the growth by new states is no leak.
    """
    warm_up, users = count // 3, count // 100
    settings = settings_of(services.environment(), "bench-flat-")
    job = Job(settings)
    input_events = list(events(warm_up + count, users=users))
    input_events[:users] = [
        replace(event, user_id=f"user-{user:08d}") for user, event in enumerate(input_events[:users])
    ]
    job.load(input_events)
    with metered(settings, NAME) as process:
        process.until(lambda sample: sample.records >= len(input_events), PATIENT_SECONDS)
        samples = [sample for sample in process.samples if sample.records > warm_up]
    job.check()
    medians = [
        median(
            sample.rss_mb for sample in samples if start < (sample.records - warm_up) * 4 / count <= start + 1
        )
        for start in range(4)
    ]
    each = ", ".join(f"{mb:.0f}" for mb in medians)
    how = f"{count:,} records on {users:,} keys, {len(samples)} samples; medians of quarters: {each} MB"
    return [("memory, the last quarter against the first", f"{medians[-1] / medians[0] - 1:+.1%}", how)]


class WorkerEnd(NamedTuple):
    """A worker that ended: after so many seconds of the stall, its exit code, its last line, its peak."""

    after: float
    code: int
    line: str
    peak_mb: float


class RestartedWorker:
    """One worker after the other: one that ends is restarted, as `kairos up` would."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings, self._name = settings, name
        self.ends: list[WorkerEnd] = []
        self.began = time.perf_counter()
        self.worker = Metered(settings, name)

    def watch(self) -> None:
        """Restart the worker when it has ended, after RESTART_SECONDS."""
        code = self.worker.process.poll()
        if code is None:
            return
        after = time.perf_counter() - self.began
        self.ends.append(WorkerEnd(after, code, last_line(self.worker.log_text()), self.peak_mb()))
        self.worker.close()
        time.sleep(RESTART_SECONDS)
        self.worker = Metered(self._settings, self._name)

    def peak_mb(self) -> float:
        """The most memory of the worker since the stall began."""
        return max((sample.rss_mb for sample in self.worker.samples if sample.at >= self.began), default=0.0)

    def most_mb(self) -> float:
        """The most memory of any of the workers since the stall began."""
        return max([self.peak_mb(), *(end.peak_mb for end in self.ends)])


def stalled(services: Services, quick: bool) -> list[Row]:
    """Pause the broker's process during a backlog, resume it, and check the job's results."""
    count, seconds = (100_000, 10.0) if quick else (1_000_000, 60.0)
    settings = settings_of(services.environment(), "bench-stall-")
    job = Job(settings)
    job.load(events(count))
    restarted = RestartedWorker(settings, NAME)
    try:
        restarted.worker.until(lambda sample: sample.records >= count / 5, PATIENT_SECONDS)
        before = max(sample.rss_mb for sample in restarted.worker.samples)
        with paused_process(services.pid("kafka")):
            restarted.began = time.perf_counter()
            while time.perf_counter() - restarted.began < seconds:
                restarted.watch()
                time.sleep(0.05)
            peak = restarted.most_mb()
        finish(restarted, job, count)
    finally:
        restarted.worker.close()
    job.check()
    how = f"the broker stands for {seconds:.0f} s with {count:,} records waiting; {before:.0f} MB before"
    rows = [("worker while the broker stood", *row) for row in rows_of(restarted.ends)]
    return [("memory, broker takes nothing", f"{peak:.0f} MB at most", how), *rows]


def rows_of(ends: Sequence[WorkerEnd]) -> Iterator[tuple[str, str]]:
    """How workers ended, equal ends as one row: a figure and their last line."""
    if not ends:
        yield "did not end", "it waited and went on"
    for (code, line), alike in groupby(ends, lambda end: (end.code, end.line)):
        times = [f"{end.after:.0f}" for end in alike]
        yield f"code {code} after {', '.join(times)} s", line


def last_line(log_text: str) -> str:
    """The last event of a log, with its error."""
    line = (log_text.strip().splitlines() or [""])[-1]
    try:
        event = json.loads(line)
        return f"{event['event']}: {event['error']}"
    except (ValueError, KeyError):
        return line[-300:]


@contextmanager
def paused_process(pid: int) -> Iterator[None]:
    """Stop a process by SIGSTOP, and resume it after the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def finish(restarted: RestartedWorker, job: Job, count: int) -> None:
    """Wait until the group has committed everything; raises RuntimeError."""
    deadline = time.monotonic() + PATIENT_SECONDS
    done = 0
    while done < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {done:,} of {count:,} records were committed")
        restarted.watch()
        with suppress(KafkaError):  # the broker needs a moment until the coordinator is available
            done = committed(job.settings)
        time.sleep(0.2)
