"""`kairos verify`: compares what a random sample of people or jobs has with what it comes from."""

import signal
import threading
from collections.abc import Callable
from functools import partial
from random import Random

import click

from workers.commands.help import KAFKA, MONGO, REDIS, needs
from workers.commands.verify_people import compare_people
from workers.commands.verify_sample import SampleComparison, count, show
from workers.commands.verify_trends import compare_trends
from workers.people.policy import load_policy
from workers.recommend.policy import load_feed_policy
from workers.runtime.metrics.endpoints import serve_endpoints
from workers.runtime.metrics.probes import Probes
from workers.runtime.metrics.verification import REGISTRY
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, load

PEOPLE, JOBS = "people", "jobs"


@click.command(
    epilog=needs(
        f"{REDIS}, {KAFKA}, {MONGO}; with --jobs only Kafka",
        "kairos verify --sample 500 --tolerance 0.01",
        "kairos verify --jobs",
    )
)
@click.option("--jobs", "of_jobs", is_flag=True, help="Compare trends of jobs, not profiles of people.")
@click.option(
    "--sample", "size", type=click.IntRange(1), default=100, show_default=True, help="How many, of all."
)
@click.option("--seed", type=int, help="Choose the same ones again.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="The share that may differ.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    help="Seconds in which a change may get there; until then it is looked at again.",
)
@click.option("--interval", type=click.FloatRange(1), help="Go on, with a new sample every so many seconds.")
def verify(
    of_jobs: bool, size: int, seed: int | None, tolerance: float, patience: float, interval: float | None
) -> None:
    """Compare live profiles with the documents they come from, or trends with signals, field by field.

    Takes people at random from the read model, reads their documents again from the sources, computes their
    profiles at once, as of the live profile's own time, and compares. Nothing is written anywhere.
    Exit code 1 when more differ than --tolerance allows.

    With --jobs it takes jobs that have a trend, runs all their signals again, in memory, and compares up to
    rounding (a millionth). Signals are deleted after 100 days, and the half-life does not make older ones
    negligible: a job that has known older ones cannot be compared, and is counted as such. After a change of
    trend_half_life_days the trends of before differ, until `kairos rebuild jobs`.

    With --interval it runs until a signal, and serves /metrics (KAIROS_METRICS_PORT): kairos_verify_….
    The sources need an index on the user ids; addresses are searched for without one.
    """
    settings = load()
    stop = threading.Event()
    subject, random = JOBS if of_jobs else PEOPLE, Random(seed)
    compare: Callable[..., SampleComparison] = (
        partial(compare_trends, settings, load_feed_policy(settings.kairos_policy))
        if of_jobs
        else partial(compare_people, settings, load_policy(settings.kairos_policy))
    )
    if interval is None:
        comparison = compare(random, size, patience, stop)
        show(subject, comparison)
        if comparison.share > tolerance:
            raise SystemExit(1)
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"metrics: {serve_findings(settings)}/metrics")
    while not stop.is_set():
        comparison = compare(random, size, patience, stop)
        count(subject, comparison, now_ms())
        show(subject, comparison)
        stop.wait(interval)


def serve_findings(settings: Settings) -> str:
    """Serve the metrics of what is found, and nothing of a worker; their address."""
    probes = Probes("verify")
    probes.ready()
    return serve_endpoints(settings.kairos_metrics_host, settings.kairos_metrics_port, probes, REGISTRY)
