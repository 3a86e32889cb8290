"""The reference job where one record in a hundred cannot be decoded, beside the same without.

Both workers of a pair run at the same time, so that other load of the machine affects both alike.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from deploy.embedded import Services
from tests.bench.job import Job, encode
from tests.bench.measure import Row, settings_of
from tests.bench.metered import metered
from tests.bench.reference import NAME, Event, events
from workers.runtime.kafka.reader import reading
from workers.runtime.process.settings import Settings

EVERY, BROKEN = 100, b'{"event_id": "cut off'
Values = list[tuple[str, bytes]]


def run(services: Services, quick: bool) -> list[Row]:
    """Run pairs, started in both orders; raises WrongState, or RuntimeError for a missing dead letter."""
    count, pairs = (40_000, 2) if quick else (400_000, 6)
    input_events = list(events(count))
    bad, good = [], []
    for number in range(pairs):
        poisoned, pure = (
            settings_of(services.environment(), f"bench-{name}-{number}-") for name in ("poison", "pure")
        )
        rates = measure([(poisoned, True), (pure, False)][:: -1 if number % 2 else 1], input_events)
        bad.append(rates[True])
        good.append(rates[False])
    ratios = [with_poison / without for with_poison, without in zip(bad, good, strict=True)]
    each = ", ".join(f"{ratio:.3f}" for ratio in ratios)
    how = f"{count:,} records a run, {pairs} pairs of two workers at once: {each}"
    return [
        ("1 % poison, of the records per CPU-second without", f"{median(ratios):.1%}", how),
        ("1 % poison, records per CPU-second", f"{median(bad):,.0f}", "median; dead letters counted"),
        ("no poison, records per CPU-second", f"{median(good):,.0f}", "median"),
    ]


def measure(both: list[tuple[Settings, bool]], input_events: list[Event]) -> dict[bool, float]:
    """Records per CPU-second with poison and without, after states, outputs and dead letters were right."""
    jobs = {poisoned: Job(settings) for settings, poisoned in both}
    values = {poisoned: list(mixed(job, input_events, poisoned)) for poisoned, job in jobs.items()}
    for poisoned, job in jobs.items():
        job.load_values(values[poisoned])
    with ExitStack() as stack:
        running = {poisoned: stack.enter_context(metered(settings, NAME)) for settings, poisoned in both}
        used = {poisoned: worker.work(len(values[poisoned]), 300) for poisoned, worker in running.items()}
    for poisoned, job in jobs.items():
        job.check()
        check_letters(job.settings, values[poisoned])
    return {poisoned: usage.per_cpu_second for poisoned, usage in used.items()}


def check_letters(settings: Settings, values: Values) -> None:
    """Raise RuntimeError unless every broken record, and nothing else, is a dead letter."""
    with reading(settings) as reader:
        dead = [raw.value for raw in reader.read("dead-letters")]
    broken = sum(value is BROKEN for _, value in values)
    if dead != [BROKEN] * broken:
        raise RuntimeError(f"{len(dead)} dead letters, {broken} broken records")


def mixed(job: Job, input_events: list[Event], poisoned: bool) -> Iterator[tuple[str, bytes]]:
    """The records, every hundredth of them broken if `poisoned`; the others are folded."""
    for number, event in enumerate(input_events, 1):
        if poisoned and number % EVERY == 0:
            yield event.user_id, BROKEN
        else:
            yield from ((folded.user_id, encode(folded)) for folded in job.folded([event]))
