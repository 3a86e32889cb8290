"""The Faust runner on a real broker: poison, stopping, missing topics, outages."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.embedded import Services
from schemas.documents import User
from schemas.facts import UserFact
from tests.integration.poisonable import TRIGGER
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import GRACE_SECONDS, WorkerProcess, workers
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.process.clock import now_ms
from workers.runtime.process.exits import INFRASTRUCTURE, REFUSED

pytestmark = pytest.mark.wire


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def fact(person: str, name: str, version: int) -> UserFact:
    """A user document as the inbox carries it."""
    return UserFact(id=f"users/{person}", version=(1, version), at=now_ms(), value=User(id=person, name=name))


def write(wire: Wire, key: str, value: bytes | None) -> None:
    """Append a record to the inbox."""
    at = now_ms()
    wire.send("inbox", key.encode(), value, cloud_headers("kairos.inbox.v1", "/test", key, at, (1, 1)), at)


def test_poison_ends_in_dead_letters_and_the_partition_goes_on(wire: Wire, tmp_path: Path) -> None:
    """No JSON, an invalid field, a step that raises: each with its reason; later records are processed."""
    poison = {
        "undecodable": b"{broken",
        "schema": fact("p", "x", 2).dumps().replace(b'"at":', b'"at":"never","was":'),
        "step": fact("p", TRIGGER, 3).dumps(),
    }
    write(wire, "p", fact("p", "before", 1).dumps())
    for value in poison.values():
        write(wire, "p", value)
    write(wire, "p", fact("p", "behind", 4).dumps())
    worker = WorkerProcess("people", wire.settings, tmp_path / "people.log", "tests.integration.poisonable")
    try:
        until(lambda: b'"name":"behind"' in wire.latest("enriched-profiles").get("p", b""))
        dead = wire.records("dead-letters")
        assert worker.stop()[0] == 0
    finally:
        worker.process.kill()
    assert {dict(raw.headers)["kairos_reason"].decode(): raw.value for raw in dead} == poison
    refused: dict[str, Any] = {}
    for raw in dead:
        refused[dict(raw.headers)["kairos_reason"].decode()] = dict(raw.headers)
    assert b"at" in refused["schema"]["kairos_error"]
    assert b"never" not in refused["schema"]["kairos_error"]
    assert refused["step"]["kairos_error"] == b"RuntimeError: the step failed"
    assert {headers["kairos_topic"] for headers in refused.values()} == {b"inbox"}
    assert {headers["kairos_worker"] for headers in refused.values()} == {b"people"}


def test_poison_documents_end_in_dead_letters_of_route(wire: Wire, tmp_path: Path) -> None:
    """The same for `route`, on the records of a document topic."""
    now = now_ms()
    wire.put("users", "u1", b"\xff\xfe", now)
    wire.put("users", "u1", b'["u1"]', now)
    wire.put("users", "u1", User(id="u1", name="Behind"), now)
    with workers(["route"], wire.settings, tmp_path):
        until(lambda: any(raw.key == b"u1" for raw in wire.records("inbox")))
        reasons = sorted(dict(raw.headers)["kairos_reason"] for raw in wire.records("dead-letters"))
    assert reasons == [b"schema", b"undecodable"]


def test_sigterm_stops_within_the_grace_period(wire: Wire, tmp_path: Path) -> None:
    """A worker under load ends with code 0 and without a traceback."""
    for number in range(2_000):
        write(wire, f"p{number}", fact(f"p{number}", "x", 1).dumps())
    with workers(["people", "route"], wire.settings, tmp_path) as running:
        until(lambda: len(wire.latest("enriched-profiles")) > 0)
        for worker in running:
            code, seconds = worker.stop()
            assert code == 0, worker.log_text()
            assert seconds < GRACE_SECONDS
            assert "Traceback" not in worker.log_text()


def test_a_stopped_worker_has_left_its_groups(wire: Wire, tmp_path: Path) -> None:
    """So that the next one need not wait for its session: neither for records nor for watermarks."""
    groups = [wire.settings.name(name) for name in ("clock", "people", "route")]
    with (
        closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers)) as admin,
        workers(["people", "route"], wire.settings, tmp_path) as running,
    ):

        def members() -> list[int]:
            described = admin.describe_groups(groups)
            return [len(described[group]["members"]) for group in groups]

        until(lambda: members() == [1, 1, 1])
        assert [worker.stop()[0] for worker in running] == [0, 0]
        assert members() == [0, 0, 0]


@pytest.mark.parametrize("number", range(3))
def test_sigterm_during_the_start_stops_too(wire: Wire, tmp_path: Path, number: int) -> None:
    """A worker that has just started, or waits for its group, ends in time and without a traceback."""
    with workers(["people"], wire.settings, tmp_path) as (worker,):
        until(lambda: "starting" in worker.log_text())
        time.sleep(number * 0.6)  # there is no condition to wait for: the moment itself is the test's input
        _, seconds = worker.stop()
        assert seconds < GRACE_SECONDS
        assert "Traceback" not in worker.log_text()


def test_missing_topics_are_one_clear_line(services: Addressed, wire: Wire, tmp_path: Path) -> None:
    """Without its topics a worker logs which are missing and what to run, and ends with code 1."""
    elsewhere = wire.settings.model_copy(update={"kairos_prefix": "nowhere-"})
    with workers(["people"], elsewhere, tmp_path) as (worker,):
        code = worker.wait()
    lines = [line for line in worker.log_text().splitlines() if "cannot go on" in line]
    assert code == 1, worker.log_text()
    assert len(lines) == 1
    assert "nowhere-inbox" in lines[0]
    assert "kairos topics apply" in lines[0]
    assert "Traceback" not in worker.log_text()


def test_another_partition_count_is_refused(wire: Wire, tmp_path: Path) -> None:
    """A worker whose setting differs from the topics' partition counts does not start."""
    wrong = wire.settings.model_copy(update={"kairos_partitions": 5})
    with workers(["people"], wrong, tmp_path) as (worker,):
        assert worker.wait() == REFUSED
    assert "must have 5 partitions" in worker.log_text()
    assert "Traceback" not in worker.log_text()


@contextmanager
def starting(services: Services, folder: Path) -> Iterator[WorkerProcess]:
    """A worker whose recovery waits for the end of a transaction, on topics of its own."""
    folder.mkdir()
    with closing(Wire.create(services, kairos_session_seconds=10)) as wire:
        name = wire.settings.name("people-people-changelog")
        foreign = KafkaProducer(bootstrap_servers=wire.settings.brokers, transactional_id=name)
        with closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers)) as admin:
            admin.create_topics([NewTopic(name, wire.settings.kairos_partitions, 1)])
            until(lambda: name in admin.list_topics())
        foreign.init_transactions()
        foreign.begin_transaction()
        foreign.send(name, b"x", b"odd", partition=0).get(10)
        with workers(["people"], wire.settings, folder) as (people,):
            until(lambda: "recovery waits" in people.log_text())
            yield people
        foreign.close(timeout=0)


def test_an_outage_of_kafka_ends_the_process(tmp_path: Path) -> None:
    """The broker is killed: a worker logs one line and ends with its exit code; a new one misses nothing.

    So does one that is still starting.
    """
    count = 4_000
    with (
        Services.start(tmp_path / "own", only=("kafka",)) as own,
        starting(own, tmp_path / "starting") as unready,
        closing(Wire.create(own, kairos_session_seconds=10)) as wire,
    ):
        for number in range(count):
            write(wire, f"p{number}", fact(f"p{number}", "x", 1).dumps())
        wire.close()
        with workers(["people", "route"], wire.settings, tmp_path) as running:
            until(lambda: len(wire.latest("enriched-profiles")) > 0)
            wire.close()
            own.stop_one("kafka", gently=False)
            for worker in (*running, unready):
                assert worker.wait() == INFRASTRUCTURE, worker.log_text()
                assert worker.log_text().count("leaving without a commit") == 1
                assert "Traceback" not in worker.log_text()
        own.start_one("kafka")
        with workers(["people"], wire.settings, tmp_path):
            second_wire = wire.reconnected()
            write(second_wire, "last", fact("last", "x", 1).dumps())
            second_wire.watermark(now_ms(), ("inbox",))  # on a first reading nothing is said before it
            second_wire.close()
            until(lambda: len(wire.latest("enriched-profiles")) == count + 1)


async def test_the_fence_is_checked_right_before_records_are_sent(wire: Wire) -> None:
    """Not only when they are queued: in between the process may have been stopped for long."""
    checks: list[int] = []
    partitions = {"inbox": wire.settings.kairos_partitions}
    producer = BatchProducer(
        wire.settings, partitions, 5.0, lambda: checks.append(len(wire.records("inbox")))
    )
    await producer.start()
    assert checks == []
    await producer.write([ProducerRecord("inbox", b"p", b"{}", (), now_ms())])
    await producer.stop()
    assert checks == [0]
    assert len(wire.records("inbox")) == 1


def test_records_deleted_before_they_were_read_are_logged(wire: Wire, tmp_path: Path) -> None:
    """The broker deletes two unread records: the worker logs their offsets and goes on after them."""
    for version in (1, 2, 3):
        write(wire, "p", fact("p", f"name-{version}", version).dumps())
    with workers(["people"], wire.settings, tmp_path):
        until(lambda: b"name-3" in wire.latest("enriched-profiles").get("p", b""))
    for version in (4, 5, 6):
        write(wire, "p", fact("p", f"name-{version}", version).dumps())
    partition = partition_of(b"p", wire.settings.kairos_partitions)
    delete_before(wire, TopicPartition(wire.settings.name("inbox"), partition), 5)
    with workers(["people"], wire.settings, tmp_path) as (worker,):
        until(lambda: b"name-6" in wire.latest("enriched-profiles").get("p", b""))
        (line,) = [line for line in worker.log_text().splitlines() if "deleted before" in line]
    assert {"from_offset": 3, "count": 2, "partition": partition}.items() <= json.loads(line).items()


def delete_before(wire: Wire, partition: TopicPartition, offset: int) -> None:
    """Have the broker delete the records before an offset, as retention does."""
    with closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers)) as admin:
        admin.delete_records({partition: offset})
