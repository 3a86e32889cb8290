"""Records per CPU-second through `kairos what-if`, and its memory over a short and a long inbox."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from deploy.embedded import Services
from schemas.control import Watermark
from tests.bench.in_memory import PARTITIONS, loaded
from tests.bench.load import load
from tests.bench.measure import Row, settings_of
from tests.bench.people_bench import inbox
from topics.plan import Cluster, apply
from workers.commands.recorded_inbox import in_batches
from workers.commands.what_if_run import WhatIf
from workers.people.policy import Policy, load_policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.garbage import collected_rarely
from workers.runtime.process.settings import Settings
from workers.runtime.stage import no_view

FACTS_A_MARK = 100  # facts between two watermarks of every partition
NEW = "cooldown_days = 14\n"


class Used(NamedTuple):
    """What a process has used: CPU seconds, user and system, and the most resident memory in MB."""

    cpu: float
    peak_mb: float


def run(services: Services, quick: bool) -> list[Row]:
    """The command on two inboxes of the same people, then the policies in memory, together and alone."""
    people, facts = (1_000, 10_000) if quick else (10_000, 100_000)
    used: list[Used] = []
    for times in (1, 4):
        settings = settings_of(services.environment(), f"bench-what-if-{times}-")
        apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
        load(settings, loaded(marked(people, facts * times)))
        used.append(command(settings, services))
    records = list(marked(people, facts))
    small, large = used
    how = f"{facts:,} and {4 * facts:,} facts of {people:,} people, a watermark each {FACTS_A_MARK} facts"
    return [
        ("what-if, facts per CPU-second, both policies and reading", f"{4 * facts / large.cpu:,.0f}", how),
        ("what-if in memory, both policies", f"{facts / both(records):,.0f}", "records only, no Kafka"),
        ("what-if in memory, one policy", f"{facts / alone(records):,.0f}", "decisions only"),
        (
            "what-if, memory over four times the inbox",
            f"{large.peak_mb / small.peak_mb - 1:+.0%}",
            f"{small.peak_mb:.0f} and {large.peak_mb:.0f} MB at most",
        ),
    ]


def marked(people: int, facts: int) -> Iterator[ConsumerRecord]:
    """The inbox of the bench of `people`, with watermarks between the facts."""
    offsets = [0] * PARTITIONS
    for number, record in enumerate(inbox(people, facts), 1):
        yield record._replace(offset=offsets[record.partition])
        offsets[record.partition] += 1
        if number % FACTS_A_MARK == 0 and number <= facts:
            at = record.timestamp
            mark, headers = Watermark(at=at, wall=at).dumps(), tuple(watermark_headers("/bench", at))
            for partition in range(PARTITIONS):
                yield ConsumerRecord("inbox", partition, offsets[partition], WATERMARK_KEY, mark, at, headers)
                offsets[partition] += 1


def command(settings: Settings, services: Services) -> Used:
    """What `kairos what-if` uses as a process; raises RuntimeError when it fails."""
    environment = os.environ | services.environment() | {"KAIROS_PREFIX": settings.kairos_prefix}
    with TemporaryDirectory() as folder:
        policy = Path(folder) / "new.toml"
        policy.write_text(NEW)
        arguments = [sys.executable, "-m", "workers", "what-if", "--policy", str(policy), "--json"]
        process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"what-if ended with {process.returncode}")
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def both(records: list[ConsumerRecord]) -> float:
    """CPU seconds of both policies over the records."""
    what_if = WhatIf(load_policy(Settings().kairos_policy), Policy(cooldown_days=14))
    began = time.process_time()
    with collected_rarely():
        for batch in in_batches(records, 10_000):
            what_if.feed(batch)
    return time.process_time() - began


def alone(records: list[ConsumerRecord]) -> float:
    """CPU seconds of one policy over the records."""
    runner = Replay(replace(stage(Policy()), view=no_view))
    began = time.process_time()
    with collected_rarely():
        for batch in in_batches(records, 10_000):
            for part in batch.values():
                runner.feed(part)
    return time.process_time() - began
