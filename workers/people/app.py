"""The worker `people`: its stage, under the policy that the settings name."""

import threading
from dataclasses import replace

from workers.people.decision.deciding import Launch
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.metrics.decisions import DECISION_SECONDS, DECISIONS
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner
from workers.runtime.stage import Measured


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used."""
    launch = Launch(
        is_live=settings.kairos_sending == "live", is_ramped=bool(settings.daily_limits), is_paced=True
    )
    row = replace(stage(load_policy(settings.kairos_policy), launch), measure=measure)
    Runner("people", (row,), settings).run()


def measure(measured: Measured, now: int) -> None:
    """Count a decision that is acknowledged, and how long it took from the fact on that has brought it."""
    DECISIONS.labels(*measured.what).inc()
    if measured.since is not None:
        DECISION_SECONDS.observe(max(0, now - measured.since) / 1000)
