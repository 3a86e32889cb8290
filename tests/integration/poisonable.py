"""`python -m tests.integration.poisonable people`: a worker whose step raises for users of a certain name."""

import dataclasses
import sys
from collections.abc import Sequence

import mode.loop

from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.runtime.process import logs, settings
from workers.runtime.runner.runner import Runner
from workers.runtime.stage import Action, Stage, StepMessage

TRIGGER = "raise on this"


def poisonable(sound: Stage[PersonState]) -> Stage[PersonState]:
    """The stage, except that a user of a certain name makes its step raise."""

    def step(state: PersonState | None, message: StepMessage) -> tuple[PersonState | None, Sequence[Action]]:
        value = getattr(getattr(message, "value", None), "value", None)
        if getattr(value, "name", None) == TRIGGER:
            raise RuntimeError("the step failed")
        return sound.step(state, message)

    return dataclasses.replace(sound, step=step)


def main() -> None:
    """Run it as `people`, until a signal."""
    loaded = settings.load()
    logs.setup("people", loaded.kairos_log_level)
    mode.loop.use("uvloop")
    Runner("people", [poisonable(stage(load_policy(loaded.kairos_policy)))], loaded).run()


if __name__ == "__main__":
    assert sys.argv[1:] == ["people"]
    main()
