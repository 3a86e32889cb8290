"""Recovery: how long a worker takes from its start until a million keys are ready."""

import os
from collections.abc import Iterator

from deploy.embedded import Services
from tests.bench.load import Loaded, load
from tests.bench.measure import Row, create, settings_of
from tests.bench.metered import metered
from tests.bench.reference import CHANGELOG, INPUT, NAME, OUTPUT
from workers.runtime.head import NEVER, NO_TOPIC, pack
from workers.wire.records import partition_of

VALUE_BYTES = 570


def run(services: Services, quick: bool) -> list[Row]:
    """Preload a changelog, start the worker, wait until it says that all keys are there."""
    count = 100_000 if quick else 1_000_000
    settings = settings_of(services.environment(), "bench-recovery-")
    create(settings, (INPUT, OUTPUT, "dead-letters"))
    create(settings, (CHANGELOG,), {"cleanup.policy": "compact"})
    load(settings, changelog(count, settings.kairos_partitions))
    with metered(settings, NAME) as process:
        ready = process.until(lambda sample: sample.keys >= count, 300)
        seconds, cpu, rss = ready.at - process.began, ready.cpu, ready.rss_mb
    how = f"{count:,} keys of {VALUE_BYTES} B, 4 partitions; from the start of the process until ready"
    return [
        ("recovery, seconds until ready", f"{seconds:.1f} s", how),
        ("recovery, CPU", f"{cpu:.1f} s", "of the worker, imports included"),
        ("recovery, memory", f"{rss:.0f} MB", "resident, when ready"),
    ]


def changelog(count: int, partitions: int) -> Iterator[Loaded]:
    """Stored states with random bodies, in the partition of their key."""
    body = os.urandom(VALUE_BYTES)
    for number in range(count):
        key = f"user-{number:08d}".encode()
        value = pack(NO_TOPIC, 0, NEVER, body)[:VALUE_BYTES]
        yield Loaded(CHANGELOG, key, value, (), partition_of(key, partitions))
