"""Senders with wrong clocks report that they have sent: nobody gets a second mail."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.decision import SendDecision
from schemas.documents import User
from schemas.profile import EnrichedProfile
from tests.integration.processes import until
from tests.integration.test_waiting_for_sources import decisions, put, user
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
CLOCKS = (0, 1, 3, 3600, 9 * 3600, -9 * 3600, 365 * 86_400, -730 * 86_400)  # seconds ahead of ours
CLAIMS = ("0001-01-01T00:00:00Z", "9999-12-31T00:00:00", None, 1.7e15)
PEOPLE = tuple(f"p{number}" for number in range(len(CLOCKS) + len(CLAIMS)))


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def claims() -> list[object]:
    """What each sender says that the time is, in order of PEOPLE."""
    now = datetime.fromtimestamp(now_ms() / 1000, UTC).replace(tzinfo=None, microsecond=0)
    return [*((now + timedelta(seconds=seconds)).isoformat() for seconds in CLOCKS), *CLAIMS]


def report(wire: Wire, slot: int) -> None:
    """Every sender reports the mail of a slot as sent, without our headers."""
    for person, at in zip(PEOPLE, claims(), strict=True):
        value = {"decision_id": f"{person}:{slot}", "person": person, "outcome": "sent", "at": at}
        wire.send("engagements", person.encode(), json.dumps(value).encode(), [], now_ms())


def have_last(wire: Wire, expected: tuple[str, str | None]) -> bool:
    """Write a watermark; whether everybody's last decision is the expected one."""
    wire.watermark(now_ms())
    return all(decisions(wire, person)[-1:] == [expected] for person in PEOPLE)


def test_nobody_gets_a_second_mail_whatever_the_time_of_a_report(wire: Wire, tmp_path: Path) -> None:
    """One decision to send each, then to wait; the profile says that there was a contact."""
    with workers(["route", "people"], wire.settings, tmp_path):
        for person in PEOPLE:
            document: User = user(person)
            put(wire, "users", document)
        until(lambda: have_last(wire, ("send", None)))
        report(wire, 1)
        until(lambda: have_last(wire, ("wait", "cooldown")))
        report(wire, 1)
        put(wire, "users", user("last"))
        until(lambda: have_last(wire, ("wait", "cooldown")) and bool(decisions(wire, "last")))
    for person in PEOPLE:
        assert decisions(wire, person).count(("send", None)) == 1
        profile = EnrichedProfile.loads(wire.latest("enriched-profiles")[person])
        assert (profile.can_send_new_message, profile.total_messages_sent) == (False, 1)
    assert wire.records("dead-letters") == []


SENDERS = tuple(f"s{number}" for number in range(10))
ROUNDS = 6
FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def any_time(draw: random.Random) -> object:
    """A time between the years 1 and 9999 as a sender writes it: without a zone, with one, or as a number."""
    anywhere = FIRST + timedelta(seconds=draw.randrange(int((LAST - FIRST).total_seconds())))
    near = datetime.fromtimestamp(now_ms() // 1000, UTC) + timedelta(seconds=draw.randrange(-(10**6), 10**6))
    at = draw.choice([FIRST, LAST, anywhere, near, near])
    zone = draw.choice(["", "Z", "+09:00", "-11:30"])
    return draw.choice([at.replace(tzinfo=None).isoformat() + zone, at.timestamp() * 1000])


def say(wire: Wire, draw: random.Random, person: str, number: int) -> None:
    """One sender tells of its mail: as an outcome, as a message of the product, or corrects the message."""
    at, id_ = any_time(draw), f"m-{person}-{draw.randrange(3)}"
    if draw.random() < 0.5:
        outcome = draw.choice(["sent", "sent", "clicked"])
        value = {"decision_id": f"{person}:1", "person": person, "outcome": outcome, "at": at}
        wire.send("engagements", person.encode(), json.dumps(value).encode(), [], now_ms())
    else:
        message = {
            "id": id_,
            "user_id": person,
            "status": "sent",
            "content": str(number),
            draw.choice(["sent_date", "created_date"]): at,
        }
        wire.put("messages", id_, json.dumps(message).encode(), now_ms())


def test_messages_and_outcomes_at_any_time_in_any_order_bring_no_second_mail(
    wire: Wire, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Ten senders with wrong clocks, between the years 1 and 9999."""
    draw = random.Random(pytestconfig.getoption("--seed") or 12)
    with workers(["route", "people"], wire.settings, tmp_path):
        for person in SENDERS:
            put(wire, "users", user(person))
        until(lambda: has_sent(wire))
        for number in range(ROUNDS):
            for person in draw.sample(SENDERS, len(SENDERS)):
                say(wire, draw, person, number)
            wire.watermark(now_ms())
            wire.producer.flush()
        put(wire, "users", user(f"last-{number}"))
        until(lambda: has_decision(wire, f"last-{number}"))
    for person in SENDERS:
        assert sends_of(wire, person) == [f"{person}:1"], person


def sends_of(wire: Wire, person: str) -> list[str]:
    """The ids of all decisions to write to somebody."""
    values = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    return [each.id for each in values if each.person == person and each.verdict != "wait"]


def has_sent(wire: Wire) -> bool:
    """Write a watermark; whether everybody has a decision to send."""
    wire.watermark(now_ms())
    return all(sends_of(wire, person) for person in SENDERS)


def has_decision(wire: Wire, person: str) -> bool:
    """Write a watermark; whether there is a decision about somebody, and so on everything before it."""
    wire.watermark(now_ms())
    return bool(decisions(wire, person))
