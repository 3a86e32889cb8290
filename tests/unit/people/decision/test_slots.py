"""Slots: what becomes of a decision to send, and what follows."""

import pytest

from schemas.mail import Outcome
from tests.world import DAY_MS, HOUR_MS, SARAH, World, at, sample, sent_on


def with_slot(*reports: tuple[float, Outcome]) -> World:
    """The sample, sent on 2024-02-10; then outcomes, each some hours after that."""
    world = sample()
    world.settle()
    start = world.now
    for hours, outcome in reports:
        world.now = start + int(hours * HOUR_MS)
        world.report("user_001:1", outcome)
        world.settle()
    return world


def test_a_decision_stands_while_its_slot_has_no_outcome() -> None:
    """New facts, `written` or a missing source make no other decision before its time is over."""
    world = with_slot((1, "written"))
    world.put("users", SARAH.model_copy(update={"age": 33}))
    world.wait_for("orders")
    world.settle("2024-02-11T00:59:59")
    assert len(world.decisions()) == 1


def test_sent_closes_the_slot_and_starts_the_cooldown() -> None:
    """The cooldown counts from the time of the outcome; after it comes slot 2."""
    world = with_slot((1, "written"), (2, "sent"))
    profile = world.profile()
    assert profile is not None
    assert (profile.total_messages_sent, profile.can_send_new_message) == (2, False)
    world.settle("2024-02-17T02:00:00")
    assert [(one.id, one.reason, one.until) for one in world.decisions()] == [
        ("user_001:1", None, None),
        ("user_001:wait", "cooldown", at("2024-02-17T02:00:00")),
        ("user_001:2", None, None),
    ]


@pytest.mark.parametrize("outcome", ["failed", "bounced"])
def test_a_failure_frees_the_slot_and_is_tried_again_later(outcome: Outcome) -> None:
    """It starts no cooldown; the next mail follows after `retry_hours`, so that failures make no loop."""
    world = with_slot((1, outcome))
    world.settle("2024-02-11T00:59:59")
    world.settle("2024-02-11T01:00:00")
    assert [(one.id, one.reason) for one in world.decisions()] == [
        ("user_001:1", None),
        ("user_001:wait", "slot"),
        ("user_001:2", None),
    ]


def test_a_slot_nobody_worked_on_is_freed_an_hour_after_its_time() -> None:
    """Nothing was heard of the decision at all: the next slot follows by itself."""
    world = with_slot()
    world.settle("2024-02-11T00:59:59")
    assert len(world.decisions()) == 1
    world.settle("2024-02-11T01:00:00")
    assert [one.id for one in world.decisions()] == ["user_001:1", "user_001:2"]


def test_a_written_mail_without_an_outcome_may_have_been_sent() -> None:
    """Its slot is freed, and it counts for the cooldown from the time it was written, until it fails."""
    world = with_slot((3, "written"))
    world.settle("2024-02-11T01:00:00")
    waiting = world.decisions()[-1]
    profile = world.profile()
    assert (waiting.reason, waiting.until) == ("cooldown", at("2024-02-17T03:00:00"))
    assert profile is not None
    assert (profile.can_send_new_message, profile.total_messages_sent) == (False, 1)
    world.report("user_001:1", "failed")
    world.settle("2024-02-12T01:00:00")
    assert world.decisions()[-1].id == "user_001:2"


@pytest.mark.parametrize("outcome", ["unsubscribed", "complained"])
def test_who_wants_no_mail_gets_none(outcome: Outcome) -> None:
    """For good, and whatever else changes."""
    world = with_slot((1, "sent"), (2, outcome))
    world.settle("2024-05-01")
    decision = world.decision()
    assert decision is not None
    assert (decision.reason, decision.until) == ("suppressed", None)


def test_a_late_outcome_of_an_old_slot_counts() -> None:
    """A mail reported sent after its slot was freed starts the cooldown, and leaves the new slot alone."""
    world = with_slot()
    world.settle("2024-02-11T01:00:00")
    world.report("user_001:1", "clicked")
    world.settle()
    profile = world.profile()
    assert profile is not None
    assert profile.last_contact_at == at("2024-02-11T01:00:00")
    assert [one.id for one in world.decisions()] == ["user_001:1", "user_001:2"]


def test_a_mail_whose_message_record_comes_back_counts_once() -> None:
    """A sender writes the message under the decision's id: that is the same mail."""
    world = with_slot((1, "sent"))
    world.put("messages", sent_on("2024-02-10", "user_001:1"))
    world.settle()
    profile = world.profile()
    assert profile is not None
    assert profile.total_messages_sent == 2


def test_a_person_who_leaves_takes_the_decision_along_and_finds_the_slot_again() -> None:
    """No decision or slot outlives the user document; one who returns at once waits as after a failure."""
    world = with_slot()
    world.delete("users", "user_001")
    world.settle()
    assert (world.decision(), world.profile()) == (None, None)
    world.put("users", SARAH)
    world.settle()
    returned = world.decision()
    assert returned is not None
    assert (returned.reason, returned.until) == ("slot", at("2024-02-11"))
    world.settle("2024-02-11")
    assert world.decisions()[-1].id == "user_001:2"


def test_no_timer_fires_for_ever() -> None:
    """After every tick the next timer is later; with nobody at work, a slot comes every other day."""
    world = with_slot((1, "written"))
    people = world.fleet.replays[-1]
    for _ in range(60):
        world.now += DAY_MS
        world.settle()
        for state in people.states().values():
            time = people.stage.timer(state)
            assert time is None or time > world.now
    assert len(world.decisions()) == 29
