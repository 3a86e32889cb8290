"""A mail of ours that is a message of the product, too: its record names the decision, and both are one."""

from typing import Any

from schemas.documents import Message
from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.people.decision.test_slots import with_slot
from tests.unit.people.person_facts import START, fact, stored_person_of
from tests.world import DAY_MS, HOUR_MS, World, at
from workers.people import bounds
from workers.people.decision.slots import apply_engagement
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.profile.contacts import contact_times, queued_messages

USER = fact("user", 0, {"email": "ann@x.jp"}, 1)


def record(world: World, status: str, **fields: Any) -> None:
    """Capture the record of the mail of the first decision."""
    named = {"user_id": "user_001", "decision_id": "user_001:1", "status": status}
    world.put("messages", Message.model_validate({"id": "rec1", **named, **fields}))
    world.settle()


def profile(world: World) -> EnrichedProfile:
    """The profile of the sample person."""
    found = world.profile()
    assert found is not None
    return found


def test_the_record_of_a_mail_is_queued_while_its_slot_is_open_and_counts_once_when_it_was_sent() -> None:
    """From written to sent, in the order of the fleet: the outcome first, the record behind it."""
    world = with_slot((1, "written"))
    before = profile(world)
    record(world, "queued")
    queued = profile(world)
    world.now += HOUR_MS
    world.report("user_001:1", "sent")
    world.settle()
    reported = profile(world)
    record(world, "sent", sent_date=from_epoch_ms(world.now))
    sent = profile(world)

    counts = [(each.queued_message_count, each.total_messages_sent) for each in (before, queued)]
    assert counts == [(1, 1), (2, 1)]  # the sample has one of each
    assert (reported.queued_message_count, reported.total_messages_sent) == (1, 2)
    same = ("queued_message_count", "total_messages_sent", "last_message_sent_date", "last_contact_at")
    assert [getattr(sent, name) for name in same] == [getattr(reported, name) for name in same]
    world.settle("2024-02-17T02:00:00")
    assert [(each.id, each.reason, each.until) for each in world.decisions()] == [
        ("user_001:1", None, None),
        ("user_001:wait", "cooldown", at("2024-02-17T02:00:00")),
        ("user_001:2", None, None),
    ]


def test_a_record_whose_mail_failed_is_no_message_that_is_queued_or_was_sent() -> None:
    """Whether it says so yet or not."""
    world = with_slot((1, "written"))
    record(world, "queued")
    world.report("user_001:1", "failed")
    world.settle()
    first = profile(world)
    record(world, "failed")

    for each in (first, profile(world)):
        assert (each.queued_message_count, each.total_messages_sent) == (1, 1)


def test_the_record_alone_tells_of_a_mail_whose_outcomes_are_not_known_any_more() -> None:
    """As after the inbox was read anew, without what is older than it holds."""
    sent = {"status": "sent", "decision_id": "a:1", "sent_date": from_epoch_ms(START - DAY_MS)}
    twice = [fact("message", number, sent, 2) for number in (1, 2)]  # two records of one mail, too
    stored = stored_person_of([USER, *twice])

    assert build_profile(stored, START, Policy()).total_messages_sent == 1
    assert contact_times(stored) == [START - DAY_MS]


def test_a_decision_of_somebody_else_is_any_other_text() -> None:
    """A product may have a field of that name: its messages count as they are."""
    other = {"status": "sent", "decision_id": "campaign-7", "sent_date": from_epoch_ms(START - DAY_MS)}
    queued = {"status": "queued", "decision_id": "campaign-8"}
    messages = [*(fact("message", number, other, 2) for number in (1, 2)), fact("message", 3, queued, 2)]
    stored = stored_person_of([USER, *messages])

    assert build_profile(stored, START, Policy()).total_messages_sent == 2
    assert queued_messages(stored, own=False) == 1


def test_a_mail_that_is_assumed_sent_and_its_record_are_one_contact() -> None:
    """At the later of both times."""
    stored = stored_person_of(
        [USER, fact("message", 1, {"status": "sent", "decision_id": "a:1", "sent_date": START / 1000}, 2)]
    )
    stored.contact.assumed_sent["a:1"] = START + 5

    assert contact_times(stored) == [START + 5]


def test_above_the_bounds_a_mail_and_its_record_are_counted_once() -> None:
    """The mail is evicted first: of them fewer are stored."""
    count = bounds.BOUNDS["message"].limit + 50
    stored = stored_person_of([USER])
    for number in range(count):
        at_ = from_epoch_ms(day_of(number, count))
        apply_engagement(stored, Engagement(decision_id=f"a:{number}", person="a", outcome="sent", at=at_))
        apply_fact(stored, record_of(number, count))

    assert build_profile(stored, START, Policy()).total_messages_sent == count


def day_of(number: int, count: int) -> int:
    """One mail a day, the last of them yesterday."""
    return START - (count - number) * DAY_MS


def record_of(number: int, count: int) -> Any:
    """The record of a mail."""
    sent = {"status": "sent", "sent_date": from_epoch_ms(day_of(number, count))}
    return fact("message", number, {**sent, "decision_id": f"a:{number}"}, 2)
