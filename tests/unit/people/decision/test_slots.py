"""Slots: the outcomes of a decision to send, and the decisions that follow."""

import pytest

from schemas.mail import Outcome
from tests.world import DAY_MS, HOUR_MS, SARAH, World, at, sample, sent_on
from workers.people.policy import Policy


def with_slot(*reports: tuple[float, Outcome]) -> World:
    """The sample, decided on 2024-02-10; then outcomes, each a number of hours after that."""
    world = sample()
    world.settle()
    start = world.now
    for hours, outcome in reports:
        world.now = start + int(hours * HOUR_MS)
        world.report("user_001:1", outcome)
        world.settle()
    return world


def test_no_other_decision_is_made_while_a_slot_is_open() -> None:
    """Neither new facts nor `written` nor a missing source make one before its time is over."""
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
    assert [(decision.id, decision.reason, decision.until) for decision in world.decisions()] == [
        ("user_001:1", None, None),
        ("user_001:wait", "cooldown", at("2024-02-17T02:00:00")),
        ("user_001:2", None, None),
    ]


@pytest.mark.parametrize("outcome", ["failed", "bounced"])
def test_a_failure_releases_the_slot_and_is_retried_later(outcome: Outcome) -> None:
    """It starts no cooldown; the next mail follows after `retry_hours`, so that failures do not loop."""
    world = with_slot((1, outcome))
    world.settle("2024-02-11T00:59:59")
    world.settle("2024-02-11T01:00:00")
    assert [(decision.id, decision.reason) for decision in world.decisions()] == [
        ("user_001:1", None),
        ("user_001:wait", "slot"),
        ("user_001:2", None),
    ]


def test_a_slot_without_any_outcome_is_released_an_hour_after_its_time() -> None:
    """The next slot follows by a timer."""
    world = with_slot()
    world.settle("2024-02-11T00:59:59")
    assert len(world.decisions()) == 1
    world.settle("2024-02-11T01:00:00")
    assert [decision.id for decision in world.decisions()] == ["user_001:1", "user_001:2"]


def test_a_written_mail_without_an_outcome_is_assumed_to_be_sent() -> None:
    """Its slot is released, and it counts as sent in the last moment in which it could be."""
    world = with_slot((3, "written"))
    world.settle("2024-02-11T01:00:00")
    waiting = world.decisions()[-1]
    profile = world.profile()
    assert (waiting.reason, waiting.until) == ("cooldown", at("2024-02-18"))
    assert profile is not None
    assert (profile.can_send_new_message, profile.total_messages_sent) == (False, 1)
    world.report("user_001:1", "failed")
    world.settle("2024-02-12T01:00:00")
    assert world.decisions()[-1].id == "user_001:2"


@pytest.mark.parametrize("outcome", ["unsubscribed", "complained"])
def test_after_an_unsubscription_or_complaint_no_mail_is_sent(outcome: Outcome) -> None:
    """Whatever else changes."""
    world = with_slot((1, "sent"), (2, outcome))
    world.settle("2024-05-01")
    decision = world.decision()
    assert decision is not None
    assert (decision.reason, decision.until) == ("suppressed", None)


def test_a_late_outcome_of_an_old_slot_counts() -> None:
    """A mail that was sent after its slot was released starts the cooldown; the new slot stays open."""
    world = with_slot()
    world.settle("2024-02-11T01:00:00")
    world.report("user_001:1", "clicked")
    world.settle()
    profile = world.profile()
    assert profile is not None
    assert profile.last_contact_at == at("2024-02-11T01:00:00")
    assert [decision.id for decision in world.decisions()] == ["user_001:1", "user_001:2"]


def test_a_mail_that_is_also_a_message_of_the_product_counts_once() -> None:
    """A sender stores the message under the id of the decision."""
    world = with_slot((1, "sent"))
    world.put("messages", sent_on("2024-02-10", "user_001:1"))
    world.settle()
    profile = world.profile()
    assert profile is not None
    assert profile.total_messages_sent == 2


def test_a_deleted_user_has_no_decision_and_waits_after_returning() -> None:
    """Decision and slot end with the user document; a user who returns at once waits as after a failure."""
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


def test_every_timer_that_fires_moves_to_a_later_time() -> None:
    """So that none fires forever; without any sender there is a slot every other day."""
    world = with_slot((1, "written"))
    people = world.fleet.replays[-1]
    for _ in range(60):
        world.now += DAY_MS
        world.settle()
        for state in people.states().values():
            time = people.stage.timer(state)
            assert time is None or time > world.now
    assert len(world.decisions()) == 29


def test_the_mail_of_a_decision_that_a_crash_left_unknown_counts() -> None:
    """It was said, its state was not stored, and the worker came back with a policy that waits."""
    world = World(policy=Policy.model_validate({"quiet_hours": {"start": "00:00", "end": "08:00"}}))
    world.put("users", SARAH)
    world.settle()
    world.report("user_001:1", "written", valid_until="2024-02-11", campaign="job-digest")
    for now in ("2024-02-10T08:00:00", "2024-02-11T08:00:00", "2024-02-18T08:00:00"):
        world.settle(now)
    assert [(decision.id, decision.reason, decision.until) for decision in world.decisions()] == [
        ("user_001:wait", "hours", at("2024-02-10T08:00:00")),
        ("user_001:wait", "slot", at("2024-02-11T08:00:00")),
        ("user_001:wait", "cooldown", at("2024-02-18T08:00:00")),
        ("user_001:2", None, None),
    ]


def test_the_mail_that_was_written_counts_not_the_decision_that_was_made_again() -> None:
    """It holds for longer than the slot says, and so for longer it may be sent."""
    world = sample()
    world.settle()
    world.report("user_001:1", "written", valid_until="2024-02-12", campaign="event-invite")
    world.settle("2024-02-12T01:00:00")
    assert world.decisions()[-1].until == at("2024-02-19")


def test_no_report_holds_a_slot_for_longer_than_a_policy_can() -> None:
    """Whoever writes to the topic may say anything."""
    world = sample()
    world.settle()
    world.report("user_001:1", "written", valid_until="2999-01-01", campaign="event-invite")
    world.settle("2024-03-20")
    assert world.decisions()[-1].id == "user_001:2"


def test_the_outcome_of_a_decision_far_from_the_last_one_takes_no_number() -> None:
    """A crash leaves one decision unknown at most; what else is reported is nonsense."""
    world = with_slot((1, "sent"))
    world.report("user_001:7", "written", valid_until="2024-02-11", campaign="job-digest")
    world.settle("2024-02-17T02:00:00")
    assert world.decisions()[-1].id == "user_001:2"
