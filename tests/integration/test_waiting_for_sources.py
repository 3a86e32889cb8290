"""Before the snapshot of `messages` has finished, nobody gets a mail."""

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

pytestmark = pytest.mark.wire
DAY_MS = 86_400_000
FREE, RECENT, LATER = "free", "recent", "later"
OTHERS = tuple(topic for topic in TOPICS if topic != "messages")


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def user(id_: str) -> User:
    """A user with enough fields for a mail."""
    return User(
        id=id_,
        email=f"{id_}@example.com",
        interests=["art"],
        cuisine_preference=["Thai"],
        age=30,
        occupation="cook",
    )


def documents() -> list[tuple[str, Model]]:
    """Two people, one of whom got a message yesterday, and an order."""
    yesterday = from_epoch_ms(now_ms() - DAY_MS)
    return [
        ("users", user(FREE)),
        ("users", user(RECENT)),
        ("orders", Order(id="o1", user_id=FREE)),
        ("messages", Message(id="m1", user_id=RECENT, status="sent", sent_date=yesterday)),
    ]


def put(wire: Wire, topic: str, document: Model) -> None:
    """Write a document to its topic."""
    wire.put(topic, str(document.model_dump()["id"]), document, now_ms())


def decisions(wire: Wire, person: str) -> list[tuple[str, str | None]]:
    """Verdict and reason of every decision about a person, in their order."""
    values = [record.value for record in wire.records("send-decisions") if record.value]
    every = [SendDecision.loads(value) for value in values]
    return [(decision.verdict, decision.reason) for decision in every if decision.person == person]


def has_decisions(wire: Wire, topics: tuple[str, ...], expected: dict[str, tuple[str, str | None]]) -> bool:
    """Write a watermark to the topics; whether each person's last decision is the expected one."""
    wire.watermark(now_ms(), topics)
    return all(decisions(wire, person)[-1:] == [decision] for person, decision in expected.items())


@pytest.mark.parametrize("order", ["as written", "messages in the middle", "messages last"])
def test_nobody_gets_a_mail_before_messages_are_read(wire: Wire, tmp_path: Path, order: str) -> None:
    """Until `messages` has a watermark every decision is to wait; then each person gets their own."""
    *others, (_, message) = documents()
    with workers(["route", "people"], wire.settings, tmp_path):
        for topic, document in others:
            put(wire, topic, document)
        if order == "as written":
            put(wire, "messages", message)
        sources = ("wait", "sources")
        until(lambda: has_decisions(wire, OTHERS, {FREE: sources, RECENT: sources}))
        if order == "messages in the middle":
            put(wire, "messages", message)
        put(wire, "users", user(LATER))
        until(lambda: LATER in wire.latest("enriched-profiles"))
        for person in (FREE, RECENT, LATER):
            assert set(decisions(wire, person)) <= {sources}
        if order == "messages last":
            put(wire, "messages", message)
        ready = {FREE: ("send", None), RECENT: ("wait", "cooldown"), LATER: ("send", None)}
        until(lambda: has_decisions(wire, TOPICS, ready))
    assert set(decisions(wire, RECENT)) == {sources, ("wait", "cooldown")}
    assert set(decisions(wire, FREE)) == {sources, ("send", None)}
