"""The worker `jobs`: its two stages, under the policy that the settings name, and its metrics."""

import threading
from typing import Any

from schemas.jobs import JobSignal
from workers.jobs.signals import bounded_seconds
from workers.jobs.stage import stages
from workers.product.sources import load_sources
from workers.recommend.policy import load_feed_policy
from workers.runtime.counted import counted
from workers.runtime.metrics.jobs import JOB_SECONDS, JOB_SIGNALS
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used."""
    policy = load_feed_policy(settings.kairos_policy)
    changes = load_sources(settings.kairos_sources, settings.mongo_uuid_representation).changes.get("jobs")
    Runner("jobs", tuple(counted(each, count) for each in stages(policy, changes)), settings).run()


def count(value: Any) -> None:
    """Count a signal."""
    if isinstance(value, JobSignal):
        said = "retracted" if value.retracted else "said"
        JOB_SIGNALS.labels(value.kind, said).inc()
        JOB_SECONDS.labels(said).inc(bounded_seconds(value))
