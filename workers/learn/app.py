"""The worker `learn`: its three stages under the rules of learning, and its metrics."""

import threading
from typing import Any

from schemas.learning import VariationOutcome
from workers.learn.report import group_of
from workers.learn.stage import stages
from workers.recommend.variations.policy import load_learning_policy
from workers.runtime.counted import counted
from workers.runtime.metrics.mails import VARIATION_OUTCOMES
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner

OTHER = "other"
GATHER_MS = 200  # more outcomes are gathered for a round: nobody waits for a score


class OutcomeCount:
    """Counts outcomes by type, arm and group, of which it knows the first so many; the rest are `other`.

    Names come from records, and each makes a row of the metrics.
    """

    def __init__(self, most_names: int = 200) -> None:
        self._most, self._names = most_names, set[str]()

    def note(self, value: Any) -> None:
        """Count a value if it is an outcome."""
        if isinstance(value, VariationOutcome):
            variation = value.variation
            names = map(self._known, (variation.type, variation.arm, group_of(value)))
            ended, said = (
                "clicked" if value.clicked else "ignored",
                "retracted" if value.retracted else "said",
            )
            VARIATION_OUTCOMES.labels(*names, ended, said).inc()

    def _known(self, name: str) -> str:
        if len(self._names) < self._most:
            self._names.add(name)
        return name if name in self._names else OTHER


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used.

    Raises FeedPolicyError for rules that cannot be used.
    """
    count, rules = OutcomeCount(), load_learning_policy(settings.kairos_policy).evidence
    counting = tuple(counted(each, count.note) for each in stages(rules))
    Runner("learn", counting, settings, gather_ms=GATHER_MS).run()
