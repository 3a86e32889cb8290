"""The reference job where one record in a hundred cannot be decoded, against the same without, in pairs."""

from collections.abc import Iterator
from itertools import cycle
from statistics import median

from deploy.embedded import Services
from tests.bench.job import Job, encode
from tests.bench.measure import Row, settings_of
from tests.bench.metered import metered
from tests.bench.reference import NAME, Event, events
from workers.process.settings import Settings
from workers.wire.reading import reading

EVERY, BROKEN = 100, b'{"event_id": "cut off'
Values = list[tuple[str, bytes]]


def run(services: Services, quick: bool) -> list[Row]:
    """Run pairs in both orders; raises WrongState, or RuntimeError when a dead letter is missing."""
    count, pairs = (40_000, 2) if quick else (200_000, 4)
    made = list(events(count))
    found: dict[bool, list[float]] = {True: [], False: []}
    for number, poisoned in zip(range(2 * pairs), cycle((False, True, True, False))):
        settings = settings_of(services.environment(), f"bench-poison-{number}-")
        found[poisoned].append(measure(settings, made, poisoned))
    ratios = [bad / good for bad, good in zip(found[True], found[False], strict=True)]
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    how = f"{count:,} records a run, {pairs} pairs in both orders: {each}"
    return [
        ("1 % poison, of the records per CPU-second without", f"{median(ratios):.1%}", how),
        ("1 % poison, records per CPU-second", f"{median(found[True]):,.0f}", "median; dead letters counted"),
        ("no poison, records per CPU-second", f"{median(found[False]):,.0f}", "median"),
    ]


def measure(settings: Settings, made: list[Event], poisoned: bool) -> float:
    """Records per CPU-second of one run, after its states, outputs and dead letters were found right."""
    job = Job(settings)
    values = [*mixed(job, made)] if poisoned else [(e.user_id, encode(e)) for e in job.folded(made)]
    job.load_values(values)
    with metered(settings, NAME) as process:
        used = process.work(len(values), 300)
    job.check()
    with reading(settings) as reader:
        dead = [raw.value for raw in reader.read("dead-letters")]
    broken = sum(value is BROKEN for _, value in values)
    if dead != [BROKEN] * broken:
        raise RuntimeError(f"{len(dead)} dead letters, {broken} broken records")
    return used.per_cpu_second


def mixed(job: Job, made: list[Event]) -> Iterator[tuple[str, bytes]]:
    """The records, of which every hundredth is broken; the others are folded."""
    for number, event in enumerate(made, 1):
        if number % EVERY == 0:
            yield event.user_id, BROKEN
        else:
            yield from ((kept.user_id, encode(kept)) for kept in job.folded([event]))
