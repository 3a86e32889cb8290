"""The worker `people`: its stage, under the policy that the settings name."""

import threading

from workers.people.decision.deciding import Launch
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used."""
    launch = Launch(
        is_live=settings.kairos_sending == "live", is_ramped=bool(settings.daily_limits), is_paced=True
    )
    Runner("people", (stage(load_policy(settings.kairos_policy), launch),), settings).run()
