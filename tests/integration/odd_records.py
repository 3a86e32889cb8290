"""Odd records for every topic of a running fleet on a real broker, and what must be true afterwards."""

import asyncio
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from click.testing import CliRunner

from schemas.documents import User
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from topics.catalog import CATALOG
from workers.cli import kairos
from workers.runtime.process.clock import now_ms

PATIENT = 60.0
FLEET = ("route", "people", "mail", "serve")
INTERNAL = ("route-documents-changelog", "route-addresses-changelog", "people-people-changelog")
OddRecord = tuple[bytes | None, bytes | None, int, list[tuple[str, Any]]]  # key, value, timestamp, headers


def patient_wire(services: Addressed) -> Wire:
    """Topics of a test's own, and a fleet that goes on however many dead letters there are."""
    return Wire.create(
        services,
        kairos_session_seconds=10,
        kairos_partitions=2,
        kairos_dead_letter_run=1_000_000,
        kairos_dead_letter_share=1.0,
    )


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


def survive(wire: Wire, folder: Path, count: int, seed: int, patience: float = PATIENT) -> None:
    """Write `count` odd records into every topic of a running fleet, and check that nobody minds.

    People before and behind have their profiles, and all letters can be listed and put back. Into the
    changelogs it is written while nobody owns them: an owner takes it for a sign of its successor.
    """
    draw = random.Random(seed)
    with workers(FLEET, wire.settings, folder) as fleet:
        user(wire, "before")
        until(lambda: has_profiles(wire, "before"), patience)
        for topic in (row.name for row in CATALOG):
            assert write(wire, topic, odd_records(draw, count)) > count // 4, topic
        user(wire, "behind")
        until(lambda: has_profiles(wire, "before", "behind"), patience)

        for worker in fleet:
            assert worker.process.poll() is None, worker.log_text()[-3_000:]
            assert errors_of(worker) == [], worker.name
        listed = CliRunner().invoke(
            kairos, ["dead-letters", "list", "--json", "--limit", "100000"], env=wire.settings.environment()
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
        write(wire, topic, odd_records(draw, count))
        write(wire, topic, [(b"odd", b"x", now_ms(), [])] * 4, "abort")  # a control record is the last one
    with workers(("route", "people"), wire.settings, folder) as fleet:
        user(wire, "after")
        until(lambda: has_profiles(wire, "after"), patience)
        assert [errors_of(worker) for worker in fleet] == [[], []]
