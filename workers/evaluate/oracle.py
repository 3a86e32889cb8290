"""The best that can be known in a generated world: its own probabilities of the next view."""

import numpy as np

from workers.evaluate.arrays import IntArray
from workers.evaluate.choice import Choices
from workers.evaluate.generator import World
from workers.evaluate.recording import Act
from workers.evaluate.rivals import best_first


class Oracle:
    """Ranks by the truth of the world: tastes, lists, positions, returns (choice.py)."""

    name = "oracle"

    def __init__(self, world: World, seed: int = 0) -> None:
        self._choices = Choices(world.parameters, world.jobs, world.people)
        self._ties = np.random.default_rng(seed)

    def learn(self, act: Act) -> None:
        """Take part in what the generator remembers."""
        if act.kind == "viewed":
            self._choices.observe_view(act.person, act.job, act.at)
        elif act.kind != "saved":
            self._choices.decide(act.person, act.job)

    def rank(self, person: int, now: int, candidates: IntArray) -> IntArray:
        """The most probable first."""
        return best_first(candidates, self._choices.probabilities(person, now)[candidates], self._ties)
