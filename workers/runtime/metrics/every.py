"""All metrics of the fleet. Labels are names of ours, never ids of people."""

from types import ModuleType

from prometheus_client.metrics import MetricWrapperBase

from workers.runtime.metrics import (
    decisions,
    http,
    jobs,
    mails,
    models,
    processes,
    records,
    rounds,
    sources,
    verification,
)

SUBJECTS = (processes, records, rounds, sources, decisions, jobs, mails, models, http, verification)


def metrics_of(subject: ModuleType) -> tuple[MetricWrapperBase, ...]:
    """The metrics of a subject, in their order."""
    return tuple(metric for metric in vars(subject).values() if isinstance(metric, MetricWrapperBase))


METRICS = tuple(metric for subject in SUBJECTS for metric in metrics_of(subject))
