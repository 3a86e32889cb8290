"""A product that feeds all topics itself, or has none: nothing to capture, and decisions are made."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.decision import SendDecision
from tests.integration.processes import until
from tests.integration.wire import TOPICS, Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
MIA = {
    "id": "mia",
    "email": "mia@example.com",
    "interests": ["art"],
    "cuisine_preference": ["Thai"],
    "age": 30,
    "occupation": "cook",
}
ALL_EXTERNAL = "".join(f"[{topic}]\nexternal = true\n" for topic in TOPICS)
REST_OFF = "[users]\nexternal = true\n" + "".join(f"[{topic}]\nenabled = false\n" for topic in TOPICS[1:])


@pytest.fixture(params=[ALL_EXTERNAL, REST_OFF], ids=["all-external", "the-rest-off"])
def wire(request: pytest.FixtureRequest, services: Addressed, tmp_path: Path) -> Iterator[Wire]:
    """The topics of one test, and sources that capture does not read."""
    sources = tmp_path / "sources.toml"
    sources.write_text(request.param)
    wire = Wire.create(services, kairos_sources=sources)
    yield wire
    wire.close()


def verdict(wire: Wire) -> str | None:
    """The verdict on the person; before all topics have been read it is to wait."""
    decision = wire.latest("send-decisions").get("mia")
    return None if decision is None else SendDecision.loads(decision).verdict


def test_a_product_with_nothing_to_capture_gets_decisions(wire: Wire, tmp_path: Path) -> None:
    """`route` gives time to the topics itself."""
    with workers(("route", "people"), wire.settings, tmp_path) as running:
        wire.send("users", b"mia", json.dumps(MIA).encode(), [], now_ms())
        wire.producer.flush()
        until(lambda: verdict(wire) == "send")
        assert [worker.process.poll() for worker in running] == [None, None]
