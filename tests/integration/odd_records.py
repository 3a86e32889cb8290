"""Odd records for the topics of a running fleet: what is in them, and how a real broker gets them."""

import asyncio
import gzip
import random
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

from tests.integration.wire import Wire
from workers.runtime.process.clock import now_ms

OddRecord = tuple[bytes | None, bytes | None, int, list[tuple[str, Any]]]  # key, value, timestamp, headers
RAW_NAME, RAW_BYTES = "~no-utf-8~", b"\xff\xfe\xe9\x80no\xc3\x28\xf8~"  # of one length: written for the name
LARGEST = 1_048_500  # bytes that a topic takes with its own limit, Kafka's
KEYS: tuple[bytes | None, ...] = (
    None, b"", b"\xff\xfe", b"~watermark", b"\x00clock", b"\x00owner", b'{"id": 7}', b'"odd"', b"odd",
    b'{"schema":{"type":"string"},"payload":"odd"}', b"\x00\x00\x00\x00\x07odd", b"k" * 5_000,
)  # fmt: skip
VALUES: tuple[bytes | None, ...] = (
    None, b"", b"\xef\xbb\xbf{}", b"{}", b"[]", b"null", b'"x"', b"{" * 3_000, b"\x00\x01\x02",
    b'{"id": "odd", "user_id": "odd", "name": "\\ud83d"}', b"id,name\nodd,Odd\n", "{}".encode("utf-16"),
    b'{"at": 99999999999999999999, "wall": 1}', b'{"at": 253402300799999, "wall": 1}', b"x" * 50_000,
    # Debezium, Kafka Connect, the MongoDB connector, and the flattened row of a deletion
    b'{"payload": {"op": "d", "before": null, "after": null, "source": {"ts_ms": 1}}}',
    b'{"before": null, "after": {"id": "odd", "name": "x"}, "op": "c", "ts_ms": 1, "source": {"db": "d"}}',
    b'{"schema": {"type": "struct", "fields": []}, "payload": {"id": "odd", "name": "x"}}',
    b'{"_id": {"_data": "82"}, "operationType": "delete", "documentKey": {"_id": {"$oid": "0"}}}',
    b'{"id": "odd", "__deleted": "true"}',
    # Avro with a schema id, protobuf, MessagePack, XML, and compressed by the sender
    b"\x00\x00\x00\x00\x07\x06odd\x02", b"\x08\x96\x01\x12\x03odd", b"\x82\xa2id\xa3odd\xa1n\x01",
    b"<user id='odd'/>", gzip.compress(b'{"id": "odd"}', mtime=0),
)  # fmt: skip
NAMES = (
    "kairos_version", "kairos_fence", "kairos_control", "kairos_replayed", "kairos_partition", "ce_id", "é",
    "", RAW_NAME, "__connect.errors.topic", "traceparent",
)  # fmt: skip
CONTENTS = (None, b"", b"watermark", b"1.2", b"1", b"-1.-1", b"0.7.x", b"\xff", b"9" * 300)


class Written(NamedTuple):
    """An odd record that the broker has taken, and its place."""

    topic: str
    partition: int
    offset: int
    record: OddRecord

    @property
    def place(self) -> str:
        """TOPIC/PARTITION/OFFSET."""
        return f"{self.topic}/{self.partition}/{self.offset}"


def odd_records(draw: random.Random, count: int) -> Iterator[OddRecord]:
    """Records that no program should write, and a few good ones; one in 200 is as large as a topic takes."""
    times = [-1, -62_135_596_800_001, -(2**62), 0, now_ms(), now_ms() + 3_000_000]
    for number in range(count):
        headers = [(draw.choice(NAMES), draw.choice(CONTENTS)) for _ in range(draw.randrange(4))]
        key, value = draw.choice([*KEYS, draw.randbytes(9)]), draw.choice([*VALUES, draw.randbytes(40)])
        if number % 200 == 7:
            value = draw.randbytes(LARGEST - 6_000 - draw.randrange(3) * 300_000)
        yield key, value, draw.choice(times), headers


class RawNames(BatchBuilder):  # type: ignore[misc]
    """A batch in whose headers the name RAW_NAME becomes bytes that are no UTF-8."""

    _buffer: Any

    def _build(self) -> Any:
        if self._buffer is None:
            data = bytearray(super()._build()).replace(RAW_NAME.encode(), RAW_BYTES)
            data[17:21] = calc_crc32c(bytes(data[21:])).to_bytes(4, "big")
            self._buffer = data
        return self._buffer


def write(
    wire: Wire, topic: str, records: Iterable[OddRecord], transaction: str | None = None
) -> list[Written]:
    """Append records to the partitions in turn, each in a batch of its own; those that the broker took.

    `transaction` is `commit` or `abort`: then they are in one.
    """

    async def run() -> list[Written]:
        options = {"transactional_id": f"{wire.settings.kairos_prefix}{transaction}"} if transaction else {}
        taken = []
        async with AIOKafkaProducer(
            bootstrap_servers=wire.settings.brokers,
            max_batch_size=1_100_000,
            max_request_size=1_200_000,
            **options,
        ) as producer:
            name = wire.settings.name(topic)
            partitions = sorted(await producer.partitions_for(name))
            if transaction:
                await producer.begin_transaction()
            for number, record in enumerate(records):
                partition = partitions[number % len(partitions)]
                try:
                    batch = of_one(producer, record)
                    metadata = await (await producer.send_batch(batch, name, partition=partition))
                    taken.append(Written(topic, partition, metadata.offset, record))
                except KafkaError:
                    assert not transaction
            if transaction == "abort":
                await producer.abort_transaction()
            elif transaction:
                await producer.commit_transaction()
        return taken

    return asyncio.run(run())


def of_one(producer: Any, record: OddRecord) -> BatchBuilder:
    """A batch of one record."""
    key, value, at, headers = record
    batch = producer.create_batch()
    batch.__class__ = RawNames
    batch.append(key=key, value=value, timestamp=at, headers=headers)
    return batch
