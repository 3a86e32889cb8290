"""Memory of the reference job's worker: over many records, and while the broker takes nothing."""

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

AGAIN_SECONDS, PATIENT_SECONDS = 1.0, 300.0


def run(services: Services, quick: bool) -> list[Row]:
    """Both, each with its states and outputs checked; raises WrongState."""
    return [*flat(services, 400_000 if quick else 2_000_000), *stalled(services, quick)]


def flat(services: Services, count: int) -> list[Row]:
    """Resident memory over the quarters of so many records, which come when every key is there.

    A third as many come before, one by one for each key first: states that come into being are no leak.
    """
    before, users = count // 3, count // 100
    settings = settings_of(services.environment(), "bench-flat-")
    job = Job(settings)
    made = list(events(before + count, users=users))
    made[:users] = [replace(event, user_id=f"user-{user:08d}") for user, event in enumerate(made[:users])]
    job.load(made)
    with metered(settings, NAME) as process:
        process.until(lambda sample: sample.records >= len(made), PATIENT_SECONDS)
        samples = [sample for sample in process.samples if sample.records > before]
    job.check()
    found = [
        median(one.rss_mb for one in samples if start < (one.records - before) * 4 / count <= start + 1)
        for start in range(4)
    ]
    each = ", ".join(f"{mb:.0f}" for mb in found)
    how = f"{count:,} records on {users:,} keys, {len(samples)} samples; medians of quarters: {each} MB"
    return [("memory, the last quarter against the first", f"{found[-1] / found[0] - 1:+.1%}", how)]


class End(NamedTuple):
    """A worker that ended: after so many seconds of the stall, its exit code, its last line, its peak."""

    after: float
    code: int
    line: str
    peak_mb: float


class Shift:
    """One worker after the other: whoever ends is started again, as `kairos up` would."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.ends: list[End] = []
        self.began = time.perf_counter()
        self.worker = Metered(job.settings, NAME)

    def watch(self) -> None:
        """Start the worker again when it has ended, a little later."""
        code = self.worker.process.poll()
        if code is None:
            return
        after = time.perf_counter() - self.began
        self.ends.append(End(after, code, last_line(self.worker.said()), self.peak_mb()))
        self.worker.close()
        time.sleep(AGAIN_SECONDS)
        self.worker = Metered(self._job.settings, NAME)

    def peak_mb(self) -> float:
        """The most memory of the worker since the stall began."""
        return max((one.rss_mb for one in self.worker.samples if one.at >= self.began), default=0.0)


def stalled(services: Services, quick: bool) -> list[Row]:
    """Stop the broker's process amid a backlog, let it go on, and see that the job gets right."""
    count, seconds = (100_000, 10.0) if quick else (1_000_000, 60.0)
    settings = settings_of(services.environment(), "bench-stall-")
    job = Job(settings)
    job.load(events(count))
    shift = Shift(job)
    try:
        shift.worker.until(lambda sample: sample.records >= count / 5, PATIENT_SECONDS)
        before = max(sample.rss_mb for sample in shift.worker.samples)
        with standing(services.pid("kafka")):
            shift.began = time.perf_counter()
            while time.perf_counter() - shift.began < seconds:
                shift.watch()
                time.sleep(0.05)
            most = max([shift.peak_mb(), *(end.peak_mb for end in shift.ends)])
        finish(shift, job, count)
    finally:
        shift.worker.close()
    job.check()
    how = f"the broker stands for {seconds:.0f} s with {count:,} records waiting; {before:.0f} MB before"
    rows = [("worker while the broker stood", *said) for said in told(shift.ends)]
    return [("memory, broker takes nothing", f"{most:.0f} MB at most", how), *rows]


def told(ends: Sequence[End]) -> Iterator[tuple[str, str]]:
    """How workers ended, those that did so alike as one: a figure and what they said."""
    if not ends:
        yield "did not end", "it waited and went on"
    for (code, line), alike in groupby(ends, lambda end: (end.code, end.line)):
        times = [f"{end.after:.0f}" for end in alike]
        yield f"code {code} after {', '.join(times)} s", line


def last_line(said: str) -> str:
    """The last event of a log, with its error."""
    line = (said.strip().splitlines() or [""])[-1]
    try:
        found = json.loads(line)
        return f"{found['event']}: {found['error']}"
    except (ValueError, KeyError):
        return line[-300:]


@contextmanager
def standing(pid: int) -> Iterator[None]:
    """A process that stands still meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def finish(shift: Shift, job: Job, count: int) -> None:
    """Wait until the group has committed everything; raises RuntimeError."""
    deadline = time.monotonic() + PATIENT_SECONDS
    done = 0
    while done < count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {done:,} of {count:,} records were committed")
        shift.watch()
        with suppress(KafkaError):  # the broker needs a moment to find its coordinator again
            done = committed(job.settings)
        time.sleep(0.2)
