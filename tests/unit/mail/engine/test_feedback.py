"""The sixth step: the feedback loop."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from schemas.mail import Engagement
from tests.unit.mail.engine.prospects import AT, SARAH, TEMPLATE, engine, message, reported
from workers.mail.engine import FeedbackError, FeedbackLoop
from workers.recommend.variations.choice import ArmScore

SENT, CLICK = "2026-12-01T00:00:00Z", "2026-12-01T08:00:00Z"
CLOSED, LATE = "2026-12-04T00:00:00Z", "2026-12-05T00:00:00Z"


async def test_p1_it_tracks_how_messages_do() -> None:
    """P1: what was sent, clicked and failed, by message."""
    first, second = message("a:1"), message("b:1")
    loop = await reported(
        FeedbackLoop(), (first, "sent", SENT), (first, "clicked", CLICK), (second, "bounced", SENT)
    )

    assert [(each.is_delivered, each.is_clicked) for each in loop.records] == [(True, True), (False, False)]
    assert loop.until == datetime(2026, 12, 1, 8, tzinfo=UTC)


async def test_p1_it_updates_the_model() -> None:
    """P1: a click and a window without one are evidence of their arms."""
    clicked, ignored = message("a:1"), message("b:1", arm="friendly")
    loop = await reported(
        FeedbackLoop(), (clicked, "sent", SENT), (clicked, "clicked", CLICK), (ignored, "sent", SENT)
    )
    early = dict(loop.scores("s"))
    await reported(loop, (message("c:1"), "opened", CLOSED))

    assert early == {"tone:casual": ArmScore(1, 0, 1)}
    assert loop.scores("s") == early | {"tone:friendly": ArmScore(0, 1, 1)}
    assert loop.scores("another") == {}


async def test_p1_what_was_learnt_improves_the_next_messages() -> None:
    """P1: readers who click friendly mails alone get mostly these."""
    made = engine()
    before = await made.personalize_message(SARAH, TEMPLATE, decision_id="sarah:before", at=AT)
    for number in range(400):
        result = await made.personalize_message(SARAH, TEMPLATE, decision_id=f"sarah:{number}", at=AT)
        await made.feedback.update_model(result, {"outcome": "sent", "at": "2026-12-01"})
        if result.variation["tone"] == "tone:friendly":
            await made.feedback.update_model(result, {"outcome": "clicked", "at": "2026-12-02"})
    await made.feedback.update_model(result, {"outcome": "opened", "at": "2026-12-20"})
    after = await made.personalize_message(SARAH, TEMPLATE, decision_id="sarah:400", at=AT)

    assert after.probabilities["tone"]["tone:friendly"] > 0.7
    assert before.message.segment == after.message.segment == "email:en:known"
    assert 0.1 < made.feedback_impact(before, SARAH, TEMPLATE) < 0.9


async def test_of_more_messages_than_it_keeps_the_oldest_leave() -> None:
    """With what they say; a report of one that has left is a first one."""
    loop = FeedbackLoop(most=2)
    sent = [message(f"{name}:1") for name in "abc"]
    await reported(loop, *((each, "sent", SENT) for each in sent), (sent[1], "clicked", CLICK))

    assert [each.message.decision_id for each in loop.records] == ["b:1", "c:1"]
    assert loop.scores("s") == {"tone:casual": ArmScore(1, 0, 1)}
    await reported(loop, (sent[0], "clicked", CLICK))
    assert [each.message.decision_id for each in loop.records] == ["c:1", "a:1"]


async def test_p6_the_same_report_twice_counts_once() -> None:
    """P6: by the result, by its message, and as an Engagement."""
    result = await engine().personalize_message(SARAH, TEMPLATE, decision_id="sarah:1")
    clicked = {"outcome": "clicked", "at": CLICK, "id": "e1"}
    same = Engagement(
        decision_id="sarah:1", person="sarah", outcome="clicked", at=datetime(2026, 12, 1, 8, tzinfo=UTC)
    )
    loop = FeedbackLoop()
    for each, data in ((result, clicked), (result.message, clicked), (result, same)):
        await loop.update_model(each, data)

    assert set(loop.scores(result.message.segment).values()) == {ArmScore(1, 0, 1)}


REPORTS = (("sent", SENT), ("clicked", CLICK), ("opened", SENT), ("clicked", LATE), ("sent", CLICK))


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
async def test_p6_reports_may_come_in_any_order(order: tuple[int, ...]) -> None:
    """P6: the end is the same."""
    loop = await reported(FeedbackLoop(), *((message(), *REPORTS[place]) for place in order))

    assert loop.scores("s") == {"tone:casual": ArmScore(1, 0, 1)}
    (record,) = loop.records
    assert (record.sent_at, record.clicked_at) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2026, 12, 1, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"outcome": "opened", "at": CLICK}, "an opening says nothing"),
        ({"outcome": "clicked", "at": CLICK, "signals": {"automated": True}}, "a scanner"),
        ({"outcome": "clicked", "at": CLICK, "signals": {"bot_score": 0.9}}, "likely a scanner"),
        ({"outcome": "clicked", "at": LATE}, "after the window"),
    ],
)
async def test_p6_what_is_no_click_of_a_person_in_time_is_none(data: dict[str, Any], why: str) -> None:
    """P6: the window closes without one."""
    loop = await reported(FeedbackLoop(), (message(), "sent", SENT))
    await loop.update_model(message(), data)
    await reported(loop, (message("b:1"), "opened", LATE))

    assert loop.scores("s") == {"tone:casual": ArmScore(0, 1, 1)}, why


@pytest.mark.parametrize("reason", ["control", "hold-out"])
async def test_p6_nothing_is_learnt_of_those_outside(reason: str) -> None:
    """P6: the groups with which the engine is compared."""
    loop = await reported(
        FeedbackLoop(), (message(reason=reason), "sent", SENT), (message("b:1"), "opened", LATE)
    )

    assert loop.scores("s") == {}


async def test_p6_a_message_that_was_not_delivered_is_no_evidence() -> None:
    """P6: nobody could click it."""
    loop = await reported(FeedbackLoop(), (message(), "sent", SENT), (message(), "bounced", CLICK))
    await reported(loop, (message("b:1"), "opened", LATE))

    assert loop.scores("s") == {}


@pytest.mark.parametrize(
    ("given", "data", "told"),
    [
        (message(), None, "a mapping with outcome and at"),
        (message(), {}, "outcome must be one of"),
        (message(), {"outcome": ["sent"], "at": SENT}, "outcome must be one of"),
        (message(), {"outcome": "danced", "at": SENT}, "outcome must be one of"),
        (message(), {"outcome": "sent"}, "at must be a time"),
        (message(), {"outcome": "sent", "at": "soon"}, "at must be a time"),
        (message(), {"outcome": "sent", "at": 10**400}, "at must be a time"),
        ("a text", {"outcome": "sent", "at": SENT}, "what personalize_message returned"),
    ],
)
async def test_p7_what_is_no_report_is_refused(given: Any, data: Any, told: str) -> None:
    """P6, P7: and changes nothing."""
    loop = FeedbackLoop()
    with pytest.raises(FeedbackError, match=told):
        await loop.update_model(given, data)

    assert loop.records == ()


async def test_p13_the_end_of_the_calendar_is_a_time() -> None:
    """P13."""
    loop = await reported(FeedbackLoop(), (message(), "sent", "9999-12-31T23:59:59Z"))

    assert loop.scores("s") == {}
