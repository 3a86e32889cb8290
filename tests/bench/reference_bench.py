"""The reference job on the runtime: records per CPU-second, states and outputs compared with a plain fold."""

from deploy.embedded import Services
from tests.bench.job import Job
from tests.bench.measure import Figures, Row, settings_of
from tests.bench.metered import metered
from tests.bench.reference import NAME, events


def run(services: Services, quick: bool) -> list[Row]:
    """Load the events, start the worker, wait until all of them are processed; raises WrongState."""
    count = 200_000 if quick else 1_200_000
    settings = settings_of(services.environment(), "bench-reference-")
    job = Job(settings)
    job.load(events(count))
    with metered(settings, NAME) as process:
        used = process.work(count, 300)
    job.check()
    how = f"{count:,} events, {len(job.expected):,} users, 4 partitions, one process; without its start"
    return [
        Figures(
            "reference job",
            f"{used.per_cpu_second:,.0f} records per CPU-second",
            how,
            {"records/CPU-s": used.per_cpu_second, "memory MB": used.peak_mb},
        ),
        ("reference job, records per second", f"{used.records / used.seconds:,.0f}", "wall; both cores"),
        ("reference job, memory", f"{used.peak_mb:.0f} MB", "resident, the most"),
        ("reference job, states and outputs", "right", "all equal a plain fold over the same events"),
    ]
