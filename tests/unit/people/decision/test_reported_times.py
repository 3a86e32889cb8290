"""Contacts and slots under reports whose times cannot be true: see workers/people/reported_times.py."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.documents import Message
from schemas.fact_base import YEAR_3000
from schemas.mail import Engagement, Outcome
from schemas.model import from_epoch_ms
from tests.unit.people.person_facts import START, fact, stored_person_of
from tests.unit.people.test_stage import batch, values_of
from tests.unit.people.test_stage import fact as fact_
from tests.world import HOUR_MS, SARAH, World, at, profile_of, sample
from workers.people.decision.contact_memory import replace_impossible_times
from workers.people.decision.slots import reserve_slot
from workers.people.policy import Policy
from workers.people.profile.contacts import last_contact
from workers.people.reported_times import bounded, is_believable
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.people.state_formats import PersonCodec
from workers.runtime.engine.replay import Replay

FIRST = "user_001:1"
IMPOSSIBLE = ("2024-02-10T01:00:03", "2024-02-10T10:00:00", "2024-03-01", "9999-12-31T23:59:59", "0001-01-01")
NOW = at("2024-02-10T01:00:00")


def decided() -> World:
    """The sample an hour after its first decision, at 2024-02-10T00:00."""
    world = sample()
    world.settle()
    world.now += HOUR_MS
    return world


def report(world: World, outcome: Outcome, claimed: datetime, decision: str = FIRST) -> None:
    """An outcome at a claimed time, then a watermark."""
    engagement = Engagement(decision_id=decision, person="user_001", outcome=outcome, at=claimed)
    world.fleet.put("engagements", "user_001", engagement, at=world.now)
    world.settle()


def put_message(world: World, id_: str, status: str, sent_date: str) -> None:
    """A message of the product, then a watermark."""
    world.put("messages", Message(id=id_, user_id="user_001", status=status, sent_date=at(sent_date)))
    world.settle()


def mails(world: World) -> list[str]:
    """The ids of the decisions that are no waits."""
    return [decision.id for decision in world.decisions() if decision.verdict != "wait"]


@pytest.mark.parametrize("outcome", ["sent", "clicked"])
@pytest.mark.parametrize("claimed", IMPOSSIBLE)
def test_a_contact_at_an_impossible_time_counts_as_now(claimed: str, outcome: Outcome) -> None:
    """The slot is given back and the cooldown begins, for seven days and no longer."""
    world = decided()
    report(world, outcome, at(claimed))
    profile = profile_of(world)
    assert (profile.last_contact_at, profile.can_send_new_message) == (NOW, False)
    assert profile.days_since_last_message == 0
    world.settle("2024-02-17T00:59:59")
    assert mails(world) == [FIRST]
    world.settle("2024-02-17T01:00:00")
    assert mails(world) == [FIRST, "user_001:2"]


@pytest.mark.parametrize("claimed", ["2022-01-01", "1970-01-20", "2024-02-09T23:59:59"])
def test_a_contact_is_not_before_its_decision(claimed: str) -> None:
    """A slow clock, or seconds taken for milliseconds."""
    world = decided()
    report(world, "sent", at(claimed))
    assert profile_of(world).last_contact_at == at("2024-02-10")


@pytest.mark.parametrize(
    "claimed",
    [None, "", "soon", True, [], {}, 1e300, 1.7e15, -62135596800001, "0001-01-01T00:00:00+09:00",
     "9999-12-31T23:59:59-09:00", {"$date": {"$numberLong": "x"}}],
)  # fmt: skip
def test_a_report_at_no_time_counts_as_now(claimed: Any) -> None:
    """It is no dead letter: its slot would be released without a contact, and another mail would follow."""
    world = decided()
    raw = {"decision_id": FIRST, "person": "user_001", "outcome": "sent", "at": claimed}
    for body in (raw, {name: raw[name] for name in raw if name != "at"}):
        engagement = Engagement.loads(json.dumps(body).encode())
        report(world, engagement.outcome, engagement.at)
        assert profile_of(world).last_contact_at == NOW
    with pytest.raises(ValidationError, match="outcome"):
        Engagement.loads(json.dumps(raw | {"outcome": "?"}).encode())


@pytest.mark.parametrize("stamp", [-1, -YEAR_3000, YEAR_3000])
def test_a_report_in_a_record_at_no_time_counts_as_now(stamp: int) -> None:
    """Other facts of such a time are refused."""
    replay, sent = Replay(stage(Policy())), {"decision_id": "a:1", "person": "a", "outcome": "sent"}
    person = {"id": "a", "email": "ann@x.jp", "age": 34, "interests": ["tea"], "occupation": "Cook"}
    report_ = fact_("engagement", "engagements/a:1/sent", {**sent, "at": "2024-02-12"}, at=stamp)
    outputs = replay.feed(batch(fact_("user", "users/a", person), START, report_, START + 9 * HOUR_MS))
    assert values_of("dead-letters", outputs) == []
    (state,) = replay.states().values()
    assert (state.stored.contact.sent, state.stored.contact.number) == ({"a:1": START}, 1)


def test_a_late_report_is_not_before_its_decision_either() -> None:
    """The slot was released without a contact: when its decision was made is still known."""
    world = decided()
    world.settle("2024-02-11T01:00:00")
    assert mails(world) == [FIRST, "user_001:2"]
    report(world, "failed", at("2024-02-11T01:00:00"), "user_001:2")
    report(world, "sent", at("1970-01-20"))
    assert profile_of(world).last_contact_at == at("2024-02-10")
    world.settle("2024-02-16T23:59:59")
    assert mails(world) == [FIRST, "user_001:2"]


@pytest.mark.parametrize("claimed", ["1970-01-20", "0001-01-01", "9999-12-31"])
def test_a_failure_at_an_impossible_time_is_retried_after_retry_hours(claimed: str) -> None:
    """Neither at once, again and again, nor never."""
    world = decided()
    report(world, "failed", at(claimed))
    world.settle("2024-02-10T23:59:59")
    assert mails(world) == [FIRST]
    world.settle("2024-02-11T01:00:00")
    assert mails(world) == [FIRST, "user_001:2"]


@pytest.mark.parametrize("claimed", ["1970-01-20", "0001-01-01", "9999-12-31"])
def test_a_mail_that_was_written_at_an_impossible_time_is_assumed_to_be_sent(claimed: str) -> None:
    """At the end of the time in which its decision was valid."""
    world = decided()
    report(world, "written", at(claimed))
    world.settle("2024-02-11T01:00:00")
    assert profile_of(world).last_contact_at == at("2024-02-11")
    assert mails(world) == [FIRST]


def test_a_mail_of_which_it_is_heard_late_that_it_was_written_is_assumed_to_be_sent() -> None:
    """Its slot was released before; a mail that is known to have failed is not."""
    world = decided()
    world.settle("2024-02-11T01:00:00")
    report(world, "failed", at("2024-02-11T01:00:00"), "user_001:2")
    report(world, "written", at("2024-02-11T01:00:00"), "user_001:2")
    assert profile_of(world).last_contact_at == at("2024-01-25")
    report(world, "written", at("2024-02-10T02:00:00"))
    assert profile_of(world).last_contact_at == at("2024-02-10T02:00:00")


@pytest.mark.parametrize("outcome", ["sent", "failed", "bounced", "written"])
@pytest.mark.parametrize("claimed", ["2024-02-10T00:30:00", "1970-01-20", "0001-01-01", "9999-12-31"])
def test_no_later_report_makes_a_contact_earlier_or_undoes_it(outcome: Outcome, claimed: str) -> None:
    """A mail that was sent was sent, whatever is said of it later or again, in either order."""
    world = decided()
    report(world, "sent", NOW)
    world.now += HOUR_MS
    report(world, outcome, at(claimed))
    assert profile_of(world).last_contact_at == NOW
    assert (mails(world), last_reason(world)) == ([FIRST], "cooldown")


def last_reason(world: World) -> str | None:
    """The reason of the last decision."""
    decision = world.decision()
    return None if decision is None else decision.reason


@pytest.mark.parametrize(("status", "claimed"), [("queued", "2024-02-10"), ("sent", "2022-01-01")])
def test_a_message_under_the_id_of_a_decision_does_not_shorten_the_cooldown(
    status: str, claimed: str
) -> None:
    """Whether it comes before the outcome or after it."""
    for outcomes_first in (True, False):
        world = decided()
        steps = [lambda w: report(w, "sent", NOW), lambda w: put_message(w, FIRST, status, claimed)]
        for step in steps if outcomes_first else reversed(steps):
            step(world)
        assert profile_of(world).last_contact_at == NOW
        assert profile_of(world).total_messages_sent == 2
        assert (mails(world), last_reason(world)) == ([FIRST], "cooldown")


def test_a_message_under_the_id_of_a_decision_was_not_sent_before_it() -> None:
    """It is the decision's mail, though its sender reports no outcome."""
    world = decided()
    put_message(world, FIRST, "sent", "2022-01-01")
    world.settle("2024-02-16T23:59:59")
    assert (mails(world), last_reason(world)) == ([FIRST], "cooldown")


@pytest.mark.parametrize("status", ["queued", "sent", None])
def test_the_contact_of_a_message_stays_made(status: str | None) -> None:
    """Though its document is corrected to an earlier time or another status, or deleted."""
    world = World()
    world.put("users", SARAH)
    put_message(world, "m1", "sent", "2024-02-09")
    if status is None:
        world.delete("messages", "m1")
    else:
        put_message(world, "m1", status, "2022-01-01")
    world.settle("2024-02-15T23:59:59")
    assert (mails(world), last_reason(world)) == ([], "cooldown")
    world.settle("2024-02-16")
    assert mails(world) == [FIRST]


def test_a_contact_ahead_of_the_watermark_blocks() -> None:
    """The mail was sent, though not all sources have been read up to that time."""
    stored = stored_person_of([fact("user", 0, {"email": "ann@x.jp"}, 1)])
    stored.contact.sent["a:1"] = START + HOUR_MS
    assert last_contact(stored) == START + HOUR_MS


def test_contacts_in_the_year_9999_of_an_older_state_become_now() -> None:
    """So that the person is written to again, and no time overflows."""
    stored = stored_person_of([fact("user", 0, {"email": "ann@x.jp"}, 1)])
    stored.contact.sent = {"a:1": YEAR_3000 * 7, "a:2": START - HOUR_MS}
    stored.contact.failed_at = YEAR_3000
    replace_impossible_times(stored, START)
    assert stored.contact.sent == {"a:1": START, "a:2": START - HOUR_MS}
    assert stored.contact.failed_at == START


def test_released_decisions_are_stored_for_the_cooldown_only() -> None:
    """A later contact at their time would prevent nothing; states without the field are still read."""
    stored, policy = stored_person_of([]), Policy()
    stored.contact.released = {"a:1": (START - 8 * 24 * HOUR_MS, False), "a:2": (START - HOUR_MS, True)}
    reserve_slot(stored, START, policy.campaigns[0], policy, "UTC")
    assert [*stored.contact.released] == ["a:2"]
    codec = PersonCodec()
    assert codec.decode(codec.encode(PersonState(stored))).stored == stored


def test_what_can_be_true() -> None:
    """From 1900 to now, ends included."""
    day = int(timedelta(days=1).total_seconds() * 1000)
    assert [is_believable(time, START) for time in (START, START + 1, None)] == [True, False, False]
    assert from_epoch_ms(bounded(-70 * 365 * day, START)).year == 1900
    assert bounded(-71 * 365 * day, START) == START
