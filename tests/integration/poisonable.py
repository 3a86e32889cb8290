"""`python -m tests.integration.poisonable people|jobs`: a worker whose step raises for a certain name."""

import dataclasses
import sys
from collections.abc import Sequence
from typing import Any

import mode.loop

from workers.jobs.stage import stages
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.recommend.policy import load_feed_policy
from workers.runtime.process import logs, settings
from workers.runtime.runner.runner import Runner
from workers.runtime.stage import Action, Stage, StepMessage

TRIGGER = "raise on this"


def poisonable(sound: Stage[Any]) -> Stage[Any]:
    """The stage, except that a user of a certain name, or a signal of such a person, makes its step raise."""

    def step(state: Any, message: StepMessage) -> tuple[Any, Sequence[Action]]:
        value = getattr(message, "value", None)
        if TRIGGER in (getattr(value, "person", None), getattr(getattr(value, "value", None), "name", None)):
            raise RuntimeError("the step failed")
        return sound.step(state, message)

    return dataclasses.replace(sound, step=step)


def main(worker: str) -> None:
    """Run it as a worker of this name, until a signal."""
    loaded = settings.load()
    logs.setup(worker, loaded.kairos_log_level)
    mode.loop.use("uvloop")
    sound: Sequence[Stage[Any]] = (
        [stage(load_policy(loaded.kairos_policy))]
        if worker == "people"
        else stages(load_feed_policy(loaded.kairos_policy))
    )
    Runner(worker, [*map(poisonable, sound)], loaded).run()


if __name__ == "__main__":
    assert sys.argv[1:] in (["people"], ["jobs"])
    main(sys.argv[1])
