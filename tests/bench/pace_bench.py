"""The reference job at 1,000 records per second: from an event to the output that holds it, and the CPU."""

import os
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.embedded import Services
from tests.bench.job import Job
from tests.bench.measure import Row, settings_of
from tests.bench.metered import Metered, metered
from tests.bench.reference import NAME, OUTPUT, StateCodec, events
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, without_settings

RATE, PATIENT_SECONDS = 1_000, 30
APPENDED = {"message.timestamp.type": "LogAppendTime"}


class Arrival(NamedTuple):
    """When the output that holds an event was read here, and when the broker had it (whole milliseconds)."""

    read: float
    appended: float


class Plan(NamedTuple):
    """How many events are loaded at once, then sent at the rate, not measured and measured."""

    bulk: int
    warm: int
    measured: int

    @property
    def paced(self) -> int:
        """How many are sent at the rate."""
        return self.warm + self.measured


def run(services: Services, quick: bool) -> list[Row]:
    """Warm the job up, send events at the rate, read its outputs as another program would."""
    plan = Plan(20_000, 3 * RATE, 8 * RATE) if quick else Plan(200_000, 10 * RATE, 40 * RATE)
    settings = settings_of(services.environment(), "bench-pace-")
    job = Job(settings, APPENDED)
    input_events = events(plan.bulk + plan.paced)
    job.load(islice(input_events, plan.bulk))
    with metered(settings, NAME) as process:
        process.until(lambda sample: sample.records >= plan.bulk, 120)
        turns = [(event.user_id, job.expected[event.user_id].count) for event in job.folded(input_events)]
        with pacer(settings, plan) as times:
            arrivals = uvloop.run(arrive(settings, turns))
            sent = times()
        busy = share(process, sent[plan.warm], sent[-1])
    job.check()
    measured_arrivals = [arrivals[turn] for turn in turns[plan.warm :]]
    rate = plan.measured / (sent[-1] - sent[plan.warm])
    how = f"{plan.measured:,} events at {rate:,.0f}/s, after {plan.warm:,} like them"
    until_read = [arrival.read - at for arrival, at in zip(measured_arrivals, sent[plan.warm :], strict=True)]
    until_appended = [
        arrival.appended - at for arrival, at in zip(measured_arrivals, sent[plan.warm :], strict=True)
    ]
    return [
        ("reference job, event to output", spread(until_read), f"read by another process; {how}"),
        (
            "reference job, event to output, median second",
            typical(until_read),
            "of each second's p50 and p99",
        ),
        ("reference job, event to broker", spread(until_appended), "until the output is in the broker's log"),
        ("reference job, CPU of a core", f"{busy:.1%}", f"user and system, at {rate:,.0f}/s"),
    ]


@contextmanager
def pacer(settings: Settings, plan: Plan) -> "Iterator[Times]":
    """Run the process that sends; gives a callable that waits for its end and returns the times."""
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as folder:
        file = Path(folder) / "sent"
        command = [sys.executable, "-m", "tests.bench.pacer", str(plan.bulk + plan.paced), str(plan.bulk)]
        process = subprocess.Popen(
            [*command, str(RATE), str(file)], env=without_settings(os.environ) | settings.environment()
        )
        try:
            yield Times(process, file)
        finally:
            process.kill()
            process.wait()


class Times:
    """When events were sent, known once the process that sent them has ended."""

    def __init__(self, process: "subprocess.Popen[bytes]", file: Path) -> None:
        self._process, self._file = process, file

    def __call__(self) -> list[float]:
        """The time of each event; raises RuntimeError when not all were sent."""
        if code := self._process.wait(PATIENT_SECONDS):
            raise RuntimeError(f"the pacer ended with {code}")
        return list(array("d", self._file.read_bytes()))


async def arrive(settings: Settings, turns: list[tuple[str, int]]) -> dict[tuple[str, int], Arrival]:
    """Read outputs until every event, named by user and turn, is in one; raises RuntimeError.

    An output holds all events of its user up to its count, so the first one that reaches a turn is meant.
    """
    waiting_turns: dict[str, list[int]] = {}
    for user, turn in reversed(turns):
        waiting_turns.setdefault(user, []).append(turn)
    arrivals: dict[tuple[str, int], Arrival] = {}
    clock_offset = time.perf_counter() - now_ms() / 1000
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.brokers, check_crcs=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(settings.name(OUTPUT), n) for n in range(settings.kairos_partitions)])
        await consumer.seek_to_end()
        deadline = time.perf_counter() + len(turns) / RATE + PATIENT_SECONDS
        while len(arrivals) < len(turns):
            if time.perf_counter() > deadline:
                raise RuntimeError(f"{len(turns) - len(arrivals)} events are in no output")
            batches = await consumer.getmany(timeout_ms=1_000)
            at = time.perf_counter()
            for record in (record for batch in batches.values() for record in batch):
                state = StateCodec.decode(record.value)
                waiting = waiting_turns.get(state.user_id, [])
                while waiting and waiting[-1] <= state.count:
                    arrivals[state.user_id, waiting.pop()] = Arrival(
                        at, record.timestamp / 1000 + clock_offset
                    )
    finally:
        await consumer.stop()
    return arrivals


def share(process: Metered, begin: float, end: float) -> float:
    """CPU of a core that a worker used between two times."""
    samples = [sample for sample in process.samples if begin <= sample.at <= end]
    return (samples[-1].cpu - samples[0].cpu) / (samples[-1].at - samples[0].at)


def typical(seconds: list[float]) -> str:
    """The median of each second's p50 and p99, which a busy machine disturbs less."""
    parts = [percentiles(seconds[at : at + RATE]) for at in range(0, len(seconds), RATE)]
    return formatted(median(p50 for p50, _ in parts), median(p99 for _, p99 in parts))


def spread(seconds: list[float]) -> str:
    """Median and 99th percentile."""
    return formatted(*percentiles(seconds))


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """Median and 99th percentile, in seconds."""
    waits = sorted(seconds)
    return waits[len(waits) // 2], waits[len(waits) * 99 // 100]


def formatted(p50: float, p99: float) -> str:
    """Both in milliseconds."""
    return f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"
