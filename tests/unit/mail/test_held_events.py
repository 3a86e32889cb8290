"""The events that `mail` holds: every document is read, and what is none is passed over."""

import pytest
from structlog.testing import capture_logs

from schemas.documents import Event
from tests.unit.mail.held import AT, event, held_events, record
from tests.unit.route.debezium import DATABASES, FROM_DEBEZIUM, recorded
from workers.mail.held_events import HeldEvents
from workers.product.sources import read_sources
from workers.runtime.kafka.records import ConsumerRecord

SPRING_WALK = 1_706_176_800_000  # 25 January 2024, 10:00 in UTC


def test_the_key_names_an_event_and_the_header_its_version() -> None:
    """A record from outside has its place in the log for a version."""
    held = held_events()
    held.apply(
        [record("k1", event("other"), 3, (7, 9)), record("k2", event(), 4), record("k3", event(), 5, (1, 1))]
    )
    held.apply([record("k3", None, 6)])
    first, second = held.get("k1"), held.get("k2")

    assert first is not None
    assert second is not None
    assert (first.id, first.version, second.id, second.version) == ("k1", (7, 9), "k2", (0, 4))
    assert held.get("k3") is None


@pytest.mark.parametrize("example", Event.EXAMPLES)
def test_every_example_is_held(example: dict[str, object]) -> None:
    """As of every consumer of the topic."""
    found = held_events(Event.model_validate(example)).get(str(example["id"]))
    assert found is not None
    assert found.name == example["name"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"null", b'{"op": "c", "after": {"id": "x"}}'])
def test_what_is_no_event_is_passed_over_with_a_line(data: bytes) -> None:
    """What was held under its key stays."""
    held = held_events(event("k"))
    with capture_logs() as lines:
        held.apply([record("k", data, 5), record("l", event(), 6)])

    assert [line["offset"] for line in lines] == [5]
    assert held.get("k") is not None
    assert held.get("l") is not None


def test_a_record_without_a_key_names_no_event() -> None:
    """It cannot be deleted either."""
    held = held_events()
    with capture_logs() as lines:
        held.apply([record("", event(), 5)])
    assert len(lines) == 1
    assert held.values() == []


def test_no_address_is_held() -> None:
    """Guests are digests."""
    held = held_events(
        event(participants=["sarah.chen@email.com", {"email": "m@x.jp", "name": "Mike Jones"}])
    )
    found = held.get("e1")

    assert found is not None
    assert len(found.guests) == 16
    assert not any(word in repr(found) for word in ("sarah", "Mike", "email", "x.jp"))


def test_events_are_known_once_all_were_read() -> None:
    """Until then nobody is invited."""
    assert not held_events(event(), ready=False).is_current(AT)
    assert held_events(event()).is_current(AT)


@pytest.mark.parametrize("database", DATABASES)
def test_events_that_debezium_writes_are_held(database: str) -> None:
    """As they are after all changes, by the id that their keys name; what cannot be read is passed over."""
    held = HeldEvents(read_sources(FROM_DEBEZIUM).changes["events"])
    held.begin()
    changes = [each for each in recorded(database) if each.topic == "events"]
    held.apply(
        [
            ConsumerRecord("events", 0, number, each.key, each.value, AT, ())
            for number, each in enumerate(changes)
        ]
    )
    held.caught_up(AT)
    id_ = "spring" if database == "mongodb" else "21"
    found = held.get(id_)

    assert found is not None
    assert (found.id, found.starts_at) == (id_, SPRING_WALK)
    assert found.guests
