"""The metrics of the document: what each means."""

from datetime import UTC, datetime

import pytest

from tests.unit.mail.engine.prospects import AT, SARAH, TEMPLATE, engine, message, reported
from workers.mail.engine import (
    FeedbackLoop,
    PersonalizationError,
    context_relevance,
    feedback_impact,
    strategy_effectiveness,
    success_rate,
    variation_performance,
)
from workers.recommend.variations.proportions import newcombe, wilson

SENT, CLICK = "2026-12-01T00:00:00Z", "2026-12-01T08:00:00Z"
LATER = datetime(2026, 12, 9, tzinfo=UTC)


async def loop_of(**groups: tuple[int, int]) -> FeedbackLoop:
    """A loop with so many clicks of so many messages, by the reason of their choice."""
    loop = FeedbackLoop()
    for reason, (clicks, count) in groups.items():
        for number in range(count):
            each = message(f"{reason}:{number}", reason, "casual" if reason == "drawn" else "as_written")
            await reported(loop, (each, "sent", SENT))
            if number < clicks:
                await reported(loop, (each, "clicked", CLICK))
    return loop


async def test_p10_the_success_rate_is_the_share_of_calls_without_fallback() -> None:
    """P10: an error is no success."""
    result = await engine().personalize_message(SARAH, TEMPLATE)

    assert success_rate([]) == 0.0
    assert success_rate([result, PersonalizationError(), result, result]) == 0.75


async def test_p10_the_performance_of_a_variation_is_clicks_per_delivered_mail() -> None:
    """P10: with Wilson's interval."""
    loop = await loop_of(drawn=(15, 148), control=(4, 40))

    assert variation_performance(loop.records, LATER) == {
        "tone:as_written": wilson(4, 40),
        "tone:casual": pytest.approx((15 / 148, 0.0624, 0.1605), abs=5e-5),
    }


async def test_p10_the_effect_of_the_strategy_is_its_lift_over_the_control_group() -> None:
    """P10: with Newcombe's interval."""
    loop = await loop_of(drawn=(56, 70), control=(48, 80))

    lift = strategy_effectiveness(loop.records, LATER)
    assert lift == newcombe(wilson(56, 70), wilson(48, 80))
    assert lift == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


async def test_p10_the_relevance_of_the_context_is_the_share_of_it_that_was_used() -> None:
    """P10: a field is used when it spoke for an arm that is in the message."""
    results = [
        await engine().personalize_message(SARAH, TEMPLATE, decision_id=f"sarah:{each}", at=AT)
        for each in range(200)
    ]

    assert len({result.context_relevance for result in results}) > 2
    for result in results:
        fields = {name for arm in result.variation.values() for name in result.strategy.reads.get(arm, ())}
        count = sum(value is not None for part in result.context.values() for value in part.values())
        assert result.context_relevance == pytest.approx(len(fields) / count)
    assert context_relevance(results) == pytest.approx(sum(r.context_relevance for r in results) / 200)
    assert context_relevance([]) == 0.0


@pytest.mark.parametrize(
    ("after", "impact"),
    [
        ({"tone": {"a": 0.5, "b": 0.5}}, 0.0),
        ({"tone": {"a": 0.9, "b": 0.1}}, 0.4),
        ({"tone": {"c": 1.0}}, 1.0),
        ({"tone": {"a": 0.5, "b": 0.5}, "length": {"x": 1.0}}, 0.0),
        ({}, 0.0),
    ],
)
def test_p10_the_impact_of_feedback_is_how_far_the_probabilities_moved(
    after: dict[str, dict[str, float]], impact: float
) -> None:
    """P10: from 0 to 1."""
    assert feedback_impact({"tone": {"a": 0.5, "b": 0.5}}, after) == pytest.approx(impact)


async def test_p9_p10_the_engine_has_them_for_monitoring() -> None:
    """P9, P10: of its own calls and of its feedback."""
    made = engine()
    result = await made.personalize_message(SARAH, TEMPLATE)
    with pytest.raises(PersonalizationError):
        await made.personalize_message(None, TEMPLATE)
    await made.feedback.update_model(result, {"outcome": "clicked", "at": CLICK})
    metrics = made.metrics()

    assert metrics["personalization_success_rate"] == 0.5
    assert metrics["variation_performance"] == {arm: wilson(1, 1) for arm in result.variation.values()}
    assert set(metrics) == {
        "personalization_success_rate",
        "variation_performance",
        "strategy_effectiveness",
        "context_relevance",
    }
