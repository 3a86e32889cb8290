"""The worker `people`: its stage, under the policy that the settings name."""

import threading
from dataclasses import replace

from workers.people.decision.deciding import Launch
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.counted import measuring
from workers.runtime.metrics.decisions import DECISION_SECONDS, DECISIONS
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner

MEASURE = measuring(DECISIONS, DECISION_SECONDS)


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used."""
    launch = Launch(
        is_live=settings.kairos_sending == "live", is_ramped=bool(settings.daily_limits), is_paced=True
    )
    row = replace(stage(load_policy(settings.kairos_policy), launch), measure=MEASURE)
    Runner("people", (row,), settings).run()
