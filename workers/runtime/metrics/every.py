"""All metrics of the fleet. Labels are names of ours, never ids of people."""

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
METRICS: tuple[MetricWrapperBase, ...] = tuple(
    metric
    for subject in SUBJECTS
    for metric in vars(subject).values()
    if isinstance(metric, MetricWrapperBase)
)
