"""Recovery: how long a worker takes from its start until a million keys are ready."""

import os
import time
from collections.abc import Iterator

from tests.bench.measure import Row, create, preload, settings_of, worker
from workers.runtime.head import NEVER, NO_TOPIC, pack
from workers.wire.records import partition_of

VALUE_BYTES = 570


def run(environment: dict[str, str], quick: bool) -> list[Row]:
    """Preload a changelog, start the worker, wait until it says that all keys are there."""
    count = 100_000 if quick else 1_000_000
    settings = settings_of(environment, "bench-recovery-")
    create(settings, ("ref-events", "ref-profiles", "dead-letters"))
    create(settings, ("reference-reference-changelog",), {"cleanup.policy": "compact"})
    preload(settings, changelog(count, settings.kairos_partitions))
    began = time.perf_counter()
    with worker(settings, "tests.bench.reference") as process:
        process.wait(lambda: process.metric("kairos_keys") >= count, 300)
        seconds, cpu, rss = time.perf_counter() - began, process.cpu(), process.rss_mb()
    how = f"{count:,} keys of {VALUE_BYTES} B, 4 partitions; from the start of the process until ready"
    return [
        ("recovery, seconds until ready", f"{seconds:.1f} s", how),
        ("recovery, CPU", f"{cpu:.1f} s", "of the worker, imports included"),
        ("recovery, memory", f"{rss:.0f} MB", "resident, when ready"),
    ]


def changelog(count: int, partitions: int) -> Iterator[tuple[str, bytes, bytes, tuple[()], int]]:
    """Stored states with random bodies, in the partition of their key."""
    body = os.urandom(VALUE_BYTES)
    for number in range(count):
        key = f"user-{number:08d}".encode()
        value = pack(NO_TOPIC, 0, NEVER, body)[:VALUE_BYTES]
        yield "reference-reference-changelog", key, value, (), partition_of(key, partitions)
