"""A running fleet on a real broker, and whatever other programs do to its topics."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from schemas.documents import Order, User
from tests.integration.odd_records import PATIENT, OddRecord, errors_of, patient_wire, survive, user, write
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from topics.plan import Cluster, apply
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]
EACH = 30  # odd records of a topic; make soak writes 1,000


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = patient_wire(services)
    yield wire
    wire.close()


def admin(wire: Wire) -> Any:
    """An administration client, to be closed."""
    return closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers))


def test_whatever_lies_in_the_topics_stops_nobody(wire: Wire, tmp_path: Path) -> None:
    """Internal topics included; the long run is in tests/soak."""
    survive(wire, tmp_path, EACH, seed=12)


def test_an_aborted_transaction_is_not_read(wire: Wire, tmp_path: Path) -> None:
    """Of two orders the committed one counts; what stands behind both is read."""

    def order(id_: str) -> list[OddRecord]:
        value = Order(id=id_, user_id="mia", amount=10.0).dumps()
        return [(id_.encode(), value, now_ms(), [])]

    with workers(("route",), wire.settings, tmp_path) as (route,):
        write(wire, "orders", order("committed"), "commit")
        write(wire, "orders", order("aborted"), "abort")
        write(wire, "orders", order("behind"))
        until(lambda: sum(b"orders/" in (raw.value or b"") for raw in wire.records("inbox")) >= 2, PATIENT)
        facts = b"".join(raw.value or b"" for raw in wire.records("inbox"))
        assert b"orders/committed" in facts
        assert b"orders/aborted" not in facts
        assert errors_of(route) == []


@pytest.mark.parametrize("change", ["created again", "partitions"])
def test_a_topic_that_has_changed_ends_its_readers_at_once(wire: Wire, tmp_path: Path, change: str) -> None:
    """With exit code 7 and a sentence that names it, before anything of it is taken for what it was."""
    name = wire.settings.name("users")
    with workers(("route",), wire.settings, tmp_path) as (route,):
        user(wire, "mia")
        until(lambda: any(raw.key == b"mia" for raw in wire.records("inbox")), PATIENT)
        with admin(wire) as client:
            if change == "partitions":
                client.create_partitions({name: 4})
            else:
                client.delete_topics([name])
                until(lambda: name not in client.list_topics(), PATIENT)
                apply(Cluster(wire.settings.brokers, wire.settings.kairos_prefix, 2, 1))
        assert route.wait(20) == exits.REFUSED
        assert name in errors_of(route)[-1]
    if change == "partitions":
        with workers(("route",), wire.settings, tmp_path) as (route,):
            assert route.wait(30) == exits.REFUSED
            assert "users has 4" in errors_of(route)[-1]


def test_a_topic_that_takes_less_makes_letters(wire: Wire, tmp_path: Path) -> None:
    """Its limit is read at the start; a limit that takes nothing of ours is refused."""

    def limit(topic: str, size: int) -> None:
        configs = {"max.message.bytes": str(size)}
        with admin(wire) as client:
            client.alter_configs(
                [ConfigResource(ConfigResourceType.TOPIC, wire.settings.name(topic), configs)]
            )

    limit("inbox", 100_000)
    limit("dead-letters", 100_000)
    large = User(id="large", name="x" * 300_000)
    with workers(("route",), wire.settings, tmp_path) as (route,):
        wire.put("users", "large", large, now_ms())
        user(wire, "small")
        until(lambda: any(raw.key == b"small" for raw in wire.records("inbox")), PATIENT)
        (letter,) = wire.records("dead-letters")
        headers = dict(letter.headers)
        assert (letter.key, headers["kairos_reason"]) == (b"large", b"too-large")
        assert b"inbox" in headers["kairos_error"]
        assert errors_of(route) == []
    limit("inbox", 1_000)
    with workers(("route",), wire.settings, tmp_path) as (route,):
        assert route.wait(30) == exits.REFUSED
        assert "max.message.bytes must be at least" in errors_of(route)[-1]


def test_without_a_broker_a_worker_is_to_be_started_again(wire: Wire, tmp_path: Path) -> None:
    """Exit code 4, in one line."""
    settings = wire.settings.model_copy(update={"kafka_url": "kafka://127.0.0.1:1"})
    with workers(("people",), settings, tmp_path) as (people,):
        assert people.wait(60) == exits.INFRASTRUCTURE
        assert len(errors_of(people)) == 1
