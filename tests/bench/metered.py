"""A worker's process with a meter in it, and the CPU time and memory it used for its records."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from deploy.embedded.ports import free_ports
from tests.bench import meter, sampler
from tests.bench.measure import Measured
from workers.runtime.process.settings import Settings, without_settings


class Used(NamedTuple):
    """What a worker used between two samples: so many records, CPU seconds and seconds; most MB of memory."""

    records: float
    cpu: float
    seconds: float
    peak_mb: float

    @property
    def per_cpu_second(self) -> float:
        """Records per CPU-second."""
        return self.records / self.cpu


class Metered(Measured):
    """The process of a worker of the fleet, or of the reference job, with a meter in it.

    It began at `began`, in `time.perf_counter()`. When it is `profiled`, the file `profile` is written
    twice a second. Close it at the end.
    """

    process: "subprocess.Popen[bytes]"  # which this class has started itself

    def __init__(self, settings: Settings, name: str, profiled: bool = False) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="kairos-bench-")
        self.folder = Path(self._folder.name)
        self._samples = meter.Samples(self.folder / "samples")
        port = free_ports(1)[0]
        own = {"KAIROS_METRICS_PORT": str(port), "KAIROS_LOG_LEVEL": "WARNING"}
        own |= {meter.FILE: str(self.folder / "samples")}
        self.profile = self.folder / "profile"
        if profiled:
            own[sampler.FILE] = str(self.profile)
        self.began = time.perf_counter()
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.worker", name],
                env=without_settings(os.environ) | settings.environment() | own,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        super().__init__(process, port)

    @property
    def samples(self) -> list[meter.Sample]:
        """The meter's samples so far."""
        return self._samples.read()

    def until(self, done: Callable[[meter.Sample], bool], seconds: float) -> meter.Sample:
        """Wait for a sample, and give it; RuntimeError when the worker ends before or the time is over."""
        checked = 0

        def has_sample() -> bool:
            nonlocal checked
            samples = self.samples
            while checked < len(samples) and not done(samples[checked]):
                checked += 1
            return checked < len(samples)

        try:
            self.wait(has_sample, seconds)
        except RuntimeError as error:
            raise RuntimeError(f"{error}; it said: {self.log_text()[-2_000:]}") from None
        return self.samples[checked]

    def work(self, count: float, seconds: float) -> Used:
        """Wait until so many records are read; the usage for those after the first round.

        So neither imports nor the start are in it, and both ends are where the worker counts its records.
        """
        first = self.until(lambda sample: sample.records > 0, seconds)
        last = self.until(lambda sample: sample.records >= count, seconds)
        peak = max(sample.rss_mb for sample in self.samples)
        return Used(last.records - first.records, last.cpu - first.cpu, last.at - first.at, peak)

    def log_text(self) -> str:
        """The worker's log."""
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, seconds: float = 20) -> int:
        """Ask the worker to stop, end it when it does not; its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End the worker by SIGKILL; its exit code."""
        self.process.kill()
        return self.process.wait()

    def close(self) -> None:
        """End the worker if it runs, and delete its log."""
        if self.process.poll() is None:
            self.stop()
        if self.process.stdin:
            self.process.stdin.close()
        self._samples.close()
        self._folder.cleanup()


@contextmanager
def metered(settings: Settings, name: str, profiled: bool = False) -> Iterator[Metered]:
    """A worker that is stopped at the end."""
    running = Metered(settings, name, profiled)
    try:
        yield running
    finally:
        running.close()
