"""The metrics of the engine: what each means, as a function of what was made and what came of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from workers.mail.engine.errors import PersonalizationError
from workers.mail.engine.feedback import MessageRecord
from workers.mail.engine.results import PersonalizationResult
from workers.recommend.variations.proportions import BoundedShare, newcombe, wilson

EngineOutcome = PersonalizationResult | PersonalizationError
Shares = Mapping[str, Mapping[str, float]]  # the probability of each arm, by type


def success_rate(outcomes: Iterable[EngineOutcome]) -> float:
    """The share of calls that gave a message without the fallback; 0 without any call."""
    made = [isinstance(each, PersonalizationResult) and not each.fallback for each in outcomes]
    return sum(made) / len(made) if made else 0.0


def variation_performance(records: Iterable[MessageRecord], at: datetime) -> dict[str, BoundedShare]:
    """The share of clicks of each arm among the messages that were delivered and count at a time."""
    counts: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.is_closed(at):
            for arm in record.message.arms.values():
                clicks, count = counts.get(arm, (0, 0))
                counts[arm] = (clicks + record.is_clicked, count + 1)
    return {arm: wilson(*counts[arm]) for arm in sorted(counts)}


def strategy_effectiveness(records: Iterable[MessageRecord], at: datetime) -> BoundedShare:
    """The lift: clicks per message that was chosen, less those of the control group, with its interval."""
    closed = [record for record in records if record.is_closed(at)]
    chosen, control = (
        [record.is_clicked for record in closed if record.message.reason == reason]
        for reason in ("drawn", "control")
    )
    return newcombe(wilson(sum(chosen), len(chosen)), wilson(sum(control), len(control)))


def context_relevance(results: Iterable[PersonalizationResult]) -> float:
    """The mean share of the known fields of the context that spoke for what was chosen; 0 without any."""
    shares = [each.context_relevance for each in results]
    return sum(shares) / len(shares) if shares else 0.0


def feedback_impact(before: Shares, after: Shares) -> float:
    """How far the last evidence has moved the probabilities: the mean over the types, each from 0 to 1.

    0: nothing changed, 1: other arms altogether (the total variation distance).
    """
    distances = [
        sum(
            abs(after[name].get(arm, 0.0) - before[name].get(arm, 0.0))
            for arm in {*before[name], *after[name]}
        )
        / 2
        for name in sorted(before.keys() & after.keys())
    ]
    return sum(distances) / len(distances) if distances else 0.0


def engine_metrics(
    outcomes: Sequence[EngineOutcome], records: Sequence[MessageRecord], at: datetime
) -> dict[str, object]:
    """All metrics but the impact of feedback, which compares two times."""
    results = [each for each in outcomes if isinstance(each, PersonalizationResult)]
    return {
        "personalization_success_rate": success_rate(outcomes),
        "variation_performance": variation_performance(records, at),
        "strategy_effectiveness": strategy_effectiveness(records, at),
        "context_relevance": context_relevance(results),
    }
