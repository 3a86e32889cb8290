"""An invitation on real Kafka: the worker `mail` with the events of the product, a profile, and a model."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.documents import Event
from schemas.mail import Email
from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.standins.served_model import served_model
from tests.world import EMAIL, SAMPLE_EVENTS, SARAH, World, profile_of
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect

pytestmark = pytest.mark.wire
DAY_MS = 86_400_000
MIKE = "mike.jones@email.com"
STRANGERS = ("Truffle", "Pasta", "Mario", "Vault", "Sarah", "Mike", EMAIL, MIKE)


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """A stand-in for the model in a thread: its address, and what it was asked."""
    with served_model() as served:
        yield served


@pytest.fixture
def wire(services: Addressed, model: tuple[str, list[str]]) -> Iterator[Wire]:
    """The profile of Sarah, and the events of the product: past ones, and those of the next weeks."""
    url = "https://example.com/events/{id}"
    wire = Wire.create(services, openai_api_key="not-a-key", openai_base_url=model[0], kairos_event_url=url)
    world = World()
    world.put("users", SARAH)
    for each in SAMPLE_EVENTS:
        world.put("events", each)
        wire.put("events", each.id, each, now_ms())
    with connect(wire.settings, 5.0) as redis:
        redis.set(wire.settings.name("profile:user_001"), profile_of(world).dumps())
    upcoming(wire, "best", 3, name="Truffle Supper", venue="The Vault", participants=[MIKE])
    upcoming(wire, "next", 4, name="Pasta Night")
    upcoming(wire, "full", 3, name="Full Night", venue="The Vault", capacity=1, participants=[MIKE])
    upcoming(wire, "hers", 3, name="Her Night", venue="The Vault", participants=[EMAIL, MIKE])
    upcoming(wire, "soon", 0, name="Tonight", venue="The Vault", participants=[MIKE])
    yield wire
    wire.close()


def upcoming(wire: Wire, id_: str, days: int, **fields: Any) -> None:
    """An event of a host whom Sarah likes, in some days and an hour."""
    at = now_ms()
    date = from_epoch_ms(at + days * DAY_MS + 3_600_000)
    event = Event.model_validate({"id": id_, "host": "Chef Mario", "date": date} | fields)
    wire.put("events", id_, event, at)


def decide(wire: Wire, person: str, number: int) -> None:
    """A decision to invite a person, valid for a day."""
    now = now_ms()
    decision = SendDecision.model_validate(
        SendDecision.EXAMPLES[0]
        | {"id": f"{person}:{number}", "person": person, "slot": number, "campaign": "event-invite"}
        | {"decided_at": now, "valid_until": now + DAY_MS, "address_hash": address_hash(EMAIL)}
    )
    wire.send("send-decisions", person.encode(), decision.dumps(), [], now)
    wire.producer.flush()


def mails(wire: Wire) -> dict[str, Email]:
    """The mails by the decision's id."""
    found = [Email.loads(record.value or b"") for record in wire.records("emails")]
    return {mail.decision_id: mail for mail in found}


def test_a_person_is_invited_to_the_event_of_now_with_reasons(
    wire: Wire, model: tuple[str, list[str]], tmp_path: Path
) -> None:
    """Whoever is not known gets the general text; an event that is cancelled gives way to the next one."""
    decide(wire, "user_001", 1)
    decide(wire, "nobody", 1)
    with workers(["mail"], wire.settings, tmp_path):
        until(lambda: len(wire.records("emails")) == 2)
        upcoming(wire, "best", 3, name="Truffle Supper", venue="The Vault", status="cancelled")

        def is_invited_to_the_next() -> bool:
            decide(wire, "user_001", len(mails(wire)) + 1)
            return any(event.event_id == "next" for mail in mails(wire).values() for event in mail.events)

        until(is_invited_to_the_next)
    written = mails(wire)
    first, other = written["user_001:1"], written["nobody:1"]

    assert (first.campaign, first.writer, first.making and first.making.introduction) == (
        "event-invite",
        "gpt",
        "model",
    )
    assert [event.event_id for event in first.events] == ["best"]
    assert first.events[0].version[0] == 1
    assert first.text is not None
    assert "Truffle Supper" in first.subject
    assert "Chef Mario hosts it, whose events you have joined before" in first.text
    assert "Somebody you have met at earlier events is coming" in first.text
    assert "https://example.com/events/best" in first.text
    assert "Mike" not in first.text
    assert other.events == []
    assert "Truffle" not in f"{other.text}{other.html}"
    invitations = [each for each in model[1] if '"invitation"' in each]
    assert len(set(invitations)) == len(invitations) >= 2  # of two kinds of reasons; none is asked for twice
    assert not [word for word in STRANGERS for each in invitations if word in each]
