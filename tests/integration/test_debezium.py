"""Topics that Debezium feeds, on a real broker: profiles as of capture; a letter says what to use."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.processes import until
from tests.integration.wire import TOPICS, Addressed, Wire
from tests.integration.workers import workers
from tests.unit.route.debezium import FROM_DEBEZIUM, ProductFleet, RecordedChange, at_rest, recorded
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
COMPARED = (
    "email", "name", "interests", "occupation", "birth_date", "stated_age", "total_orders",
    "order_amount_total", "number_of_events_attended", "event_history", "last_order_date",
)  # fmt: skip
AVRO = RecordedChange("users", b'{"id":9}', b"\0\0\0\0\x05\x06mia")


@pytest.fixture
def wire(services: Addressed, tmp_path: Path) -> Iterator[Wire]:
    """The topics of one test, of which Debezium feeds some, and the others are switched off."""
    sources = tmp_path / "sources.toml"
    tables = [f'[{topic}]\nexternal = true\nformat = "debezium"\n' for topic in FROM_DEBEZIUM]
    tables += [f"[{topic}]\nenabled = false\n" for topic in TOPICS if topic not in FROM_DEBEZIUM]
    sources.write_text("".join(tables))
    wire = Wire.create(services, kairos_sources=sources)
    yield wire
    wire.close()


def compared(profiles: dict[str, Any]) -> dict[str, Any]:
    """Of profiles what does not depend on the time."""
    return {id_: {name: profile[name] for name in COMPARED} for id_, profile in profiles.items()}


def profiles(wire: Wire) -> dict[str, Any]:
    """The latest profiles."""
    return {id_: json.loads(value) for id_, value in wire.latest("enriched-profiles").items()}


def test_recorded_changes_become_the_profiles_of_capture(wire: Wire, tmp_path: Path) -> None:
    """With what follows a record in the format of a registry, which is refused."""
    captured = ProductFleet()
    captured.capture(at_rest("postgresql"))
    expected = compared(captured.profiles())

    with workers(("route", "people"), wire.settings, tmp_path) as running:
        for topic, key, value in (AVRO, *recorded("postgresql")):
            assert key is not None
            wire.send(topic, key, value, [], now_ms())
        wire.producer.flush()
        until(lambda: compared(profiles(wire)) == expected)
        (letter,) = wire.records("dead-letters")
        assert [worker.process.poll() for worker in running] == [None, None]

    assert "JsonConverter" in (dict(letter.headers)["kairos_error"] or b"").decode()
