"""Many people: the cost of a fact by their number, and how soon all profiles are ready after a restart."""

import gc
import random
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median

from deploy.embedded import Services
from schemas.facts import FACT
from tests.bench.load import Loaded, load
from tests.bench.measure import Row, create, settings_of
from tests.bench.metered import Metered, metered
from tests.bench.people_bench import BASE_MS, CHANGELOG, inbox, random_fact
from topics.plan import Cluster, apply
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.people.state_formats import PersonCodec
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS, pack, unpack
from workers.runtime.kafka.records import ConsumerRecord, partition_of
from workers.runtime.stage import Stage

MODELS, FACTS_EACH = 2_000, 10  # people whose states all others copy, and the facts of each
BATCH, BATCHES, TIMES = 1_000, 10, 5  # every fact of a batch concerns another person
FIRST_OFFSET, PATIENT_SECONDS = 10**9, 600.0


def run(services: Services, quick: bool) -> list[Row]:
    """Feed facts to ever more people in memory; then restart a worker with the most of them."""
    sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    settings = settings_of(services.environment(), "bench-crowd-")
    row = stage(load_policy(settings.kairos_policy))
    models = list(stored(row).values())
    costs = [cost(row, dict(crowd(models, size))) for size in sizes]
    rows: list[Row] = [
        (f"people, a fact among {size:,}", f"{seconds * 1e6:.0f} µs", f"CPU, median of {TIMES}; {spread}")
        for size, (seconds, spread) in zip(sizes, costs, strict=True)
    ]
    rows.append(("people, the most to the fewest", f"{costs[-1][0] / costs[0][0]:.2f}×", "cost per fact"))

    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    create(settings, (CHANGELOG,), {"cleanup.policy": "compact"})
    records = changelog(models, sizes[-1], settings.kairos_partitions)
    load(settings, records, "zstd")
    ends: tuple[tuple[str, Callable[[Metered], int]], ...] = (
        ("first start", Metered.stop),
        ("after a clean stop", Metered.stop),
    )
    for name, end in ends:
        with metered(settings, "people") as worker:
            ready = worker.until(lambda sample: sample.keys >= sizes[-1], PATIENT_SECONDS)
            figure = f"{ready.at - worker.began:.1f} s"
            how = f"from process start; CPU {ready.cpu:.1f} s, imports included; {ready.rss_mb:.0f} MB"
            rows.append((f"{sizes[-1]:,} profiles ready, {name}", figure, how))
            end(worker)
    return rows


def stored(row: Stage[PersonState]) -> Mapping[bytes, bytes]:
    """The stored states of MODELS people with FACTS_EACH facts each."""
    runner = Replay(row)
    runner.feed(inbox(MODELS, MODELS * FACTS_EACH))
    return {key: value for key, value in runner.stored().items() if key not in RESERVED_KEYS}


def crowd(models: list[bytes], size: int) -> Iterator[tuple[bytes, bytes]]:
    """So many people's keys and stored states, each a copy of one of the models."""
    codec = PersonCodec()
    for number in range(size):
        (topic, offset, timer), body = unpack(models[number % len(models)])
        state = codec.decode(body)
        state.stored.id = f"user-{number:08d}"
        yield state.stored.id.encode(), pack(topic, offset, timer, codec.encode(state))


def changelog(models: list[bytes], size: int, partitions: int) -> Iterator[Loaded]:
    """The same as records of the worker's changelog."""
    for key, value in crowd(models, size):
        yield Loaded(CHANGELOG, key, value, (), partition_of(key, partitions))


def cost(row: Stage[PersonState], store: dict[bytes, bytes]) -> tuple[float, str]:
    """CPU seconds per fact: the median of several turns, and the least and most as text.

    Every batch finds the states as they were stored: among few people they would grow with every batch.
    """
    people = [key.decode() for key in store]
    engine = Engine(row, "bench", 0, store=store)
    dice = random.Random(7)
    gc.freeze()
    gc.disable()
    costs = []
    for turn in range(TIMES):
        cpu = 0.0
        for number in range(BATCHES):
            batch = facts(people, dice, turn * BATCHES + number)
            before = {raw.key: store[raw.key] for raw in batch if raw.key}
            began = time.thread_time()
            process(engine, [("inbox", batch)])
            cpu += time.thread_time() - began
            for key, value in before.items():
                engine.put(key, value)
                engine.rearm(key)
        costs.append(cpu / (BATCHES * BATCH))
        gc.collect()
    gc.enable()
    gc.unfreeze()
    return median(costs), f"{min(costs) * 1e6:.0f} to {max(costs) * 1e6:.0f} µs"


def facts(people: list[str], dice: random.Random, number: int) -> list[ConsumerRecord]:
    """A batch of facts, each of another person."""
    records = []
    for index, person in enumerate(dice.sample(people, BATCH)):
        offset = FIRST_OFFSET + number * BATCH + index
        kind, value = random_fact(offset, person, dice)
        body = {"kind": kind, "id": f"{kind}/{offset}", "version": [1, offset], "at": BASE_MS, "value": value}
        data = FACT.dump_json(FACT.validate_python(body))
        records.append(ConsumerRecord("inbox", 0, offset, person.encode(), data, BASE_MS))
    return records
