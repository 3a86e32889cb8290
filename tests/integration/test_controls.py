"""Suppressions, pauses and the ramp on real Kafka: what `route` makes of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.control import Watermark
from schemas.documents import User
from schemas.facts import FACT, Fact
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, OfSubject, Suppression, address_hash
from schemas.ramp import SendGrant, SendRequest
from tests.integration.processes import until
from tests.integration.wire import NEWEST, Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
NOON = 1_707_566_400_000
ADDRESS = "ann@example.com"
HASHED = f"address:{address_hash(ADDRESS)}"


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test, with a ramp of one person on the first day."""
    wire = Wire.create(services, kairos_daily_limits="1")
    yield wire
    wire.close()


def say(wire: Wire, topic: str, value: OfSubject) -> None:
    """Write a record as a program from outside does: without a version."""
    wire.send(topic, value.key.encode(), value.dumps(), [], now_ms())
    wire.producer.flush()


def suppression(subject: str) -> Suppression:
    return Suppression(subject=subject, at=from_epoch_ms(now_ms()))


def pause(subject: str, paused: bool = True) -> MailPause:
    return MailPause(subject=subject, paused=paused, at=from_epoch_ms(now_ms()), by="test")


def facts(wire: Wire, person: str) -> dict[str, Fact]:
    """The last fact of each id in the inbox of a person."""
    records = [record for record in wire.records("inbox") if record.key == person.encode()]
    return {fact.id: fact for fact in (FACT.validate_json(record.value or b"") for record in records)}


def paused(wire: Wire) -> list[list[str]]:
    """What the last watermark of each partition of the inbox says is paused, while time passes."""
    wire.watermark(now_ms())
    wire.producer.flush()
    last = {
        record.partition: Watermark.loads(record.value or b"").paused
        for record in wire.records("inbox", watermarks=True, newest=NEWEST)
        if is_watermark(record.headers)
    }
    return [last[partition] for partition in sorted(last)]


def test_a_suppressed_address_reaches_whoever_registers_with_it_later(wire: Wire, tmp_path: Path) -> None:
    """Also after a restart of `route`; a suppressed person is told of it, too."""
    with workers(["route"], wire.settings, tmp_path):
        say(wire, "suppressions", suppression(HASHED))
        say(wire, "suppressions", suppression("person:bob"))
        until(lambda: "suppressions/person:bob" in facts(wire, "bob"))
    with workers(["route"], wire.settings, tmp_path):
        wire.put("users", "ann", User(id="ann", email=ADDRESS.title()), now_ms())
        until(lambda: f"suppressions/{HASHED}" in facts(wire, "ann"))


def test_pauses_are_in_every_inbox_until_they_end_and_after_a_restart(wire: Wire, tmp_path: Path) -> None:
    """Those of a person are facts instead."""
    every = wire.settings.kairos_partitions
    with workers(["route"], wire.settings, tmp_path):
        until(lambda: paused(wire) == [[]] * every)
        for subject in ("all", "campaign:digest", "person:ann"):
            say(wire, "controls", pause(subject))
        until(lambda: paused(wire) == [["all", "campaign:digest"]] * every)
        until(lambda: "controls/person:ann" in facts(wire, "ann"))
    say(wire, "controls", pause("all", paused=False))
    with workers(["route"], wire.settings, tmp_path):
        until(lambda: paused(wire) == [["campaign:digest"]] * every)


def test_the_ramp_answers_into_the_inbox_and_remembers_after_a_restart(wire: Wire, tmp_path: Path) -> None:
    """One person on the first day, whichever partition they are in."""
    people = [f"p{number}" for number in range(8)]

    def granted() -> list[str]:
        answers = [facts(wire, person).get(f"grants/{person}") for person in people]
        values = [answer.value for answer in answers if answer is not None]
        return [value.person for value in values if isinstance(value, SendGrant) and value.granted]

    def ask(person: str) -> None:
        request = SendRequest(person=person, number=1, at=from_epoch_ms(NOON))
        wire.send("send-requests", person.encode(), request.dumps(), [], now_ms())
        wire.producer.flush()

    with workers(["route"], wire.settings, tmp_path):
        ask("p0")
        until(lambda: granted() == ["p0"])
    with workers(["route", "route"], wire.settings, tmp_path):
        for person in people:
            ask(person)
        until(lambda: all(facts(wire, person) for person in people))

    assert granted() == ["p0"]
