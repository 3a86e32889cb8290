"""Texts that were asked for ahead of the mails that need them, and what they have cost. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from workers.writing.batch.lines import LineOutcome
from workers.writing.drafts import GateRefusedError
from workers.writing.errors import WritingError
from workers.writing.model_answers import Usage
from workers.writing.pace.prices import batch_cost, cost
from workers.writing.tasks import T, TextTask


class Spent(NamedTuple):
    """What a call has cost."""

    usage: Usage
    micro_dollars: int


def spent_live(model: str, usage: Usage) -> Spent:
    """What a live call has cost."""
    return Spent(usage, cost(model, *usage))


@dataclass(frozen=True)
class AheadText:
    """A text that was let through, ready to be kept, or why there is none; and what was spent for it."""

    text: bytes | None = None
    error: WritingError | None = None
    spent: tuple[Spent, ...] = ()

    @property
    def refused(self) -> str | None:
        """What a model has to do otherwise, if the gate has refused its text."""
        return self.error.rule if isinstance(self.error, GateRefusedError) else None


NOTHING = AheadText()


class TextsAhead:
    """Texts by their keys. Each is taken once: who takes it bears the cost."""

    def __init__(self) -> None:
        self._texts: dict[str, AheadText] = {}

    def put(self, key: str, text: AheadText) -> None:
        """A text came, or not."""
        self._texts[key] = text

    def take(self, key: str) -> AheadText:
        """What there is for a key, once; NOTHING afterwards, and for any other."""
        return self._texts.pop(key, NOTHING)


def ahead_text(task: TextTask[T], model: str, outcome: LineOutcome) -> AheadText:
    """What a line of a batch has brought for a text, at half the price."""
    spent = (Spent(outcome.usage, batch_cost(model, *outcome.usage)),)
    if outcome.text is None:
        return AheadText(None, outcome.error, spent)
    try:
        return AheadText(task.kept(task.read(outcome.text)), None, spent)
    except WritingError as error:
        return AheadText(None, error, spent)
