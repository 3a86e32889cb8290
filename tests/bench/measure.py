"""Shared by the benches: a worker as a process, its CPU time and its metrics, topics to write and read."""

import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import psutil
from kafka.admin import KafkaAdminClient
from prometheus_client.parser import text_string_to_metric_families

from workers.runtime.engine.state_header import RESERVED_KEYS
from workers.runtime.kafka.reader import reading
from workers.runtime.process.settings import Settings, load


class Figures(NamedTuple):
    """A row with its figures as numbers, by their names: what `tests.bench.compare` puts side by side."""

    measured: str
    figure: str
    how: str
    values: Mapping[str, float]


Row = tuple[str, str, str] | Figures  # what was measured, the figure, how


class Observed(Protocol):
    """A process of which one can tell whether it still runs."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...


@dataclass
class Measured:
    """A worker's process under measurement."""

    process: Observed
    port: int

    def cpu(self) -> float:
        """CPU seconds used so far, user and system."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def rss_mb(self) -> float:
        """Resident memory in MB."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels; 0 while the worker does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            return 0.0
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return sum(sample.value for sample in samples if sample.name == name)

    def wait(self, done: Callable[[], bool], seconds: float) -> None:
        """Wait until something holds; raises RuntimeError when the worker ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not done():
            if (code := self.process.poll()) is not None:
                raise RuntimeError(f"the worker ended with {code}")
            if time.monotonic() > deadline:
                raise RuntimeError("the worker did not get there in time")
            time.sleep(0.05)


def settings_of(environment: dict[str, str], prefix: str) -> Settings:
    """Settings for one bench: its own prefix on the embedded services."""
    return load(environment | {"KAIROS_PREFIX": prefix})


def create(settings: Settings, names: Iterable[str], configs: dict[str, str] | None = None) -> None:
    """Create topics that are not in the catalogue, with the fleet's partitions."""
    admin = KafkaAdminClient(bootstrap_servers=settings.brokers)
    rows = {
        settings.name(name): {
            "num_partitions": settings.kairos_partitions,
            "replication_factor": 1,
            "configs": configs or {},
        }
        for name in names
    }
    admin.create_topics(rows)
    admin.close()


def latest(settings: Settings, topic: str) -> dict[bytes, bytes]:
    """The last value of every key of a topic, as of now."""
    with reading(settings) as reader:
        values = {raw.key or b"": raw.value for raw in reader.read(topic)}
    return {key: value for key, value in values.items() if value is not None and key not in RESERVED_KEYS}
