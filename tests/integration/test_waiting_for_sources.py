"""Before the snapshot of `messages` has finished, nobody is written to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.decision import SendDecision
from schemas.documents import Message, Order, User
from schemas.model import Model, from_epoch_ms
from tests.integration.processes import until
from tests.integration.wire import TOPICS, Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = [pytest.mark.wire, pytest.mark.timeout(120)]
PATIENT = 40.0
DAY_MS = 86_400_000
FREE, RECENT, LATER = "free", "recent", "later"
OTHERS = tuple(topic for topic in TOPICS if topic != "messages")


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    made = Wire.create(services, kairos_session_seconds=3)
    yield made
    made.close()


def user(id_: str) -> User:
    """Somebody of whom enough is known."""
    return User(
        id=id_,
        email=f"{id_}@example.com",
        interests=["art"],
        cuisine_preference=["Thai"],
        age=30,
        occupation="cook",
    )


def documents() -> list[tuple[str, Model]]:
    """Two people, one of whom was written to yesterday, and what they bought."""
    yesterday = from_epoch_ms(now_ms() - DAY_MS)
    return [
        ("users", user(FREE)),
        ("users", user(RECENT)),
        ("orders", Order(id="o1", user_id=FREE)),
        ("messages", Message(id="m1", user_id=RECENT, status="sent", sent_date=yesterday)),
    ]


def put(wire: Wire, topic: str, document: Model) -> None:
    """A document comes in."""
    wire.put(topic, str(document.model_dump()["id"]), document, now_ms())


def decisions(wire: Wire, person: str) -> list[tuple[str, str | None]]:
    """Verdict and reason of every decision about a person, in their order."""
    found = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    return [(one.verdict, one.reason) for one in found if one.person == person]


def marked(wire: Wire, topics: tuple[str, ...], decided: dict[str, tuple[str, str | None]]) -> bool:
    """Say again that some topics have been read; whether the last decisions are the expected ones."""
    wire.watermark(now_ms(), topics)
    return all(decisions(wire, person)[-1:] == [wanted] for person, wanted in decided.items())


@pytest.mark.parametrize("order", ["as written", "messages in the middle", "messages last"])
def test_nobody_is_written_to_before_messages_are_read(wire: Wire, tmp_path: Path, order: str) -> None:
    """While `messages` has not said that it is read, every decision is to wait; then each gets their own."""
    *others, (_, message) = documents()
    with workers(["route", "people"], wire.settings, tmp_path):
        for topic, document in others:
            put(wire, topic, document)
        if order == "as written":
            put(wire, "messages", message)
        sources = ("wait", "sources")
        until(lambda: marked(wire, OTHERS, {FREE: sources, RECENT: sources}), PATIENT)
        if order == "messages in the middle":
            put(wire, "messages", message)
        put(wire, "users", user(LATER))
        until(lambda: LATER in wire.latest("enriched-profiles"), PATIENT)
        for person in (FREE, RECENT, LATER):
            assert set(decisions(wire, person)) <= {sources}
        if order == "messages last":
            put(wire, "messages", message)
        ready = {FREE: ("send", None), RECENT: ("wait", "cooldown"), LATER: ("send", None)}
        until(lambda: marked(wire, TOPICS, ready), PATIENT)
    assert set(decisions(wire, RECENT)) == {sources, ("wait", "cooldown")}
    assert set(decisions(wire, FREE)) == {sources, ("send", None)}
