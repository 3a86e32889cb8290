"""The most expensive functions of `people` and the reference job by CPU time, in memory and on Kafka."""

from collections.abc import Iterator, Sequence
from typing import Any

from deploy.embedded import Services
from tests.bench import reference, sampler
from tests.bench.in_memory import loaded, raw, replay
from tests.bench.load import load
from tests.bench.measure import Row, create, settings_of
from tests.bench.metered import metered
from tests.bench.people_bench import inbox
from topics.plan import Cluster, apply
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import Settings
from workers.runtime.stage import Stage

SHOWN = 15


def run(services: Services, quick: bool) -> list[Row]:
    """Profile both stages both ways."""
    facts, events = (20_000, 60_000) if quick else (200_000, 600_000)
    settings = settings_of(services.environment(), "bench-profile-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    create(settings, (reference.INPUT, reference.OUTPUT))
    inputs = list(inbox(facts // 10, facts))
    rows = [*profile(settings, "people", stage(load_policy(settings.kairos_policy)), inputs)]
    inputs = list(raw(reference.events(events)))
    return [*rows, *profile(settings, reference.NAME, reference.STAGE, inputs)]


def profile(
    settings: Settings, name: str, row: Stage[Any], inputs: Sequence[ConsumerRecord]
) -> Iterator[Row]:
    """The most expensive functions of a stage over some records."""
    profiler = sampler.Sampler()
    replay(row, inputs)
    yield from most_expensive(f"{name} in memory", profiler.stop(), len(inputs))
    load(settings, loaded(inputs))
    with metered(settings, name, profiled=True) as process:
        process.work(len(inputs), 300)
        process.wait(process.profile.exists, 10)
        yield from most_expensive(f"{name} on Kafka", sampler.load(process.profile), len(inputs))


def most_expensive(title: str, costs: Sequence[sampler.Cost], records: int) -> Iterator[Row]:
    """A row per function, those with the most time of their own first."""
    total = sum(cost.own for cost in costs)
    yield f"profile of {title}", f"{total:.1f} s", f"CPU of {records:,} records"
    for number, cost in enumerate(costs[:SHOWN], 1):
        share = f"{cost.own / total:.1%}, {cost.whole / total:.1%} with callees"
        yield f"{title}, {number}", share, cost.function
