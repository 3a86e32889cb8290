"""A running fleet on a real broker, and whatever other programs do to its topics."""

import asyncio
import json
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from click.testing import CliRunner
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from schemas.documents import Order, User
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from topics.catalog import CATALOG
from topics.plan import Cluster, apply
from workers.cli import kairos
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]
PATIENT = 60.0
FLEET = ("route", "people", "mail", "serve")
INTERNAL = ("route-documents-changelog", "route-addresses-changelog", "people-people-changelog")
EACH = 30  # odd records of a topic
OddRecord = tuple[bytes | None, bytes | None, int, list[tuple[str, Any]]]  # key, value, timestamp, headers


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own, and a fleet that goes on however many dead letters there are."""
    wire = Wire.create(
        services,
        kairos_session_seconds=10,
        kairos_partitions=2,
        kairos_dead_letter_run=1_000_000,
        kairos_dead_letter_share=1.0,
    )
    yield wire
    wire.close()


def odd_records(draw: random.Random, count: int) -> Iterator[OddRecord]:
    """Records that no program should write, and a few good ones among them."""
    keys: list[bytes | None] = [
        b"",
        b"\xff\xfe",
        b"~watermark",
        b"\x00clock",
        b'{"id": 7}',
        b"odd",
        b"k" * 5_000,
    ]
    values: list[bytes | None] = [
        None, b"", b"\xef\xbb\xbf{}", b"{}", b"[]", b"null", b'"x"', b"{" * 3_000, b"\x00\x01\x02",
        b'{"payload": {"op": "d", "before": null}}', b'{"id": "odd", "user_id": "odd", "name": "\\ud83d"}',
        b'{"at": 99999999999999999999, "wall": 1}', b'{"at": 253402300799999, "wall": 1}', b"x" * 50_000,
    ]  # fmt: skip
    times = [-1, -62_135_596_800_001, -(2**62), 0, now_ms(), now_ms() + 3_000_000]
    names = [
        "kairos_version",
        "kairos_fence",
        "kairos_control",
        "kairos_replayed",
        "kairos_partition",
        "é",
        "",
    ]
    contents = [None, b"", b"watermark", b"1.2", b"1", b"-1.-1", b"\xff", b"9" * 300]
    for _ in range(count):
        headers = [(draw.choice(names), draw.choice(contents)) for _ in range(draw.randrange(4))]
        key = draw.choice([*keys, draw.randbytes(9)])
        yield key, draw.choice([*values, draw.randbytes(40)]), draw.choice(times), headers


def write(wire: Wire, topic: str, records: Iterable[OddRecord], transaction: str | None = None) -> int:
    """Append records to random partitions, each in a batch of its own; how many the broker took.

    `transaction` is `commit` or `abort`: then they are in one.
    """

    async def run() -> int:
        options = {"transactional_id": f"{wire.settings.kairos_prefix}{transaction}"} if transaction else {}
        taken = 0
        async with AIOKafkaProducer(bootstrap_servers=wire.settings.brokers, **options) as producer:
            name = wire.settings.name(topic)
            partitions = sorted(await producer.partitions_for(name))
            if transaction:
                await producer.begin_transaction()
            for number, (key, value, at, headers) in enumerate(records):
                batch = producer.create_batch()
                batch.append(key=key, value=value, timestamp=at, headers=headers)
                partition = partitions[number % len(partitions)]
                try:
                    await (await producer.send_batch(batch, name, partition=partition))
                    taken += 1
                except KafkaError:
                    assert not transaction
            if transaction == "abort":
                await producer.abort_transaction()
            elif transaction:
                await producer.commit_transaction()
        return taken

    return asyncio.run(run())


def user(wire: Wire, person: str) -> None:
    """Write a user document."""
    wire.put("users", person, User(id=person, name=person, email=f"{person}@example.com"), now_ms())


def has_profiles(wire: Wire, *people: str) -> bool:
    """Whether all of these people have a profile."""
    wire.watermark(now_ms())
    return set(people) <= {
        raw.key.decode("utf-8", "replace") for raw in wire.records("enriched-profiles") if raw.key
    }


def errors_of(worker: WorkerProcess) -> list[str]:
    """What a worker has logged at ERROR or above."""
    return re.findall(r'^.*"level": "(?:error|critical)".*$|^Traceback.*$', worker.log_text(), re.M)


def admin(wire: Wire) -> Any:
    """An administration client, to be closed."""
    return closing(KafkaAdminClient(bootstrap_servers=wire.settings.brokers))


def test_whatever_lies_in_the_topics_stops_nobody(wire: Wire, tmp_path: Path) -> None:
    """People before and behind have their profiles, and all letters can be listed.

    Into the changelogs it is written while nobody owns them: an owner takes it for a sign of its successor.
    """
    draw = random.Random(12)
    with workers(FLEET, wire.settings, tmp_path) as fleet:
        user(wire, "before")
        until(lambda: has_profiles(wire, "before"), PATIENT)
        for topic in (row.name for row in CATALOG):
            assert write(wire, topic, odd_records(draw, EACH)) > EACH // 4, topic
        user(wire, "behind")
        until(lambda: has_profiles(wire, "before", "behind"), PATIENT)

        for worker in fleet:
            assert worker.process.poll() is None, worker.log_text()[-3_000:]
            assert errors_of(worker) == [], worker.name
        listed = CliRunner().invoke(
            kairos, ["dead-letters", "list", "--json", "--limit", "5000"], env=wire.settings.environment()
        )
        assert listed.exception is None, listed.exception
        replayed = CliRunner().invoke(
            kairos, ["dead-letters", "replay", "--yes"], env=wire.settings.environment()
        )
        assert (replayed.exit_code, replayed.exception) == (0, None), replayed.output
        places = {letter["place"] for letter in json.loads(listed.stdout)["letters"]}
        assert {place.split("/")[0] for place in places} >= {"users", "orders", "inbox", "addresses"}
        assert '"topic": "watermarks"' in fleet[0].log_text()

    for topic in INTERNAL:
        write(wire, topic, odd_records(draw, EACH))
        write(wire, topic, [(b"odd", b"x", now_ms(), [])] * 4, "abort")  # a control record is the last one
    with workers(("route", "people"), wire.settings, tmp_path) as fleet:
        user(wire, "after")
        until(lambda: has_profiles(wire, "after"), PATIENT)
        assert [errors_of(worker) for worker in fleet] == [[], []]


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
