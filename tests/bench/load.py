"""Writes records to topics as fast as one process can: whole batches, several on their way."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from workers.runtime.kafka.records import partition_of
from workers.runtime.process.settings import Settings

BATCH_BYTES, IN_FLIGHT = 500_000, 8


class Loaded(NamedTuple):
    """A record to load; `partition` None means by the key's hash."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None


def load(settings: Settings, records: Iterable[Loaded], compression: str | None = None) -> int:
    """Write records, in their order per partition; returns how many when the broker has all of them."""
    return asyncio.run(_load(settings, records, compression))


async def _load(settings: Settings, records: Iterable[Loaded], compression: str | None) -> int:
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.brokers,
        acks=1,
        max_batch_size=BATCH_BYTES,
        compression_type=compression,
    )
    await producer.start()
    try:
        return await _Loader(producer, settings).write(records)
    finally:
        await producer.stop()


class _Loader:
    def __init__(self, producer: AIOKafkaProducer, settings: Settings) -> None:
        self._producer, self._settings = producer, settings
        self._open: dict[tuple[str, int], BatchBuilder] = {}
        self._sent: deque[asyncio.Future[Any]] = deque()
        self._partitions: dict[bytes, int] = {}  # the hash is slow, and keys come again

    async def write(self, records: Iterable[Loaded]) -> int:
        count = 0
        for record in records:
            topic_partition = record.topic, self._partition(record)
            batch = self._open.get(topic_partition) or self._new(topic_partition)
            fields = {
                "timestamp": None,
                "key": record.key,
                "value": record.value,
                "headers": list(record.headers),
            }
            if batch.append(**fields) is None:
                await self._send(topic_partition)
                self._new(topic_partition).append(**fields)
            count += 1
        for topic_partition in list(self._open):
            await self._send(topic_partition)
        await asyncio.gather(*self._sent)
        return count

    def _partition(self, record: Loaded) -> int:
        if record.partition is not None:
            return record.partition
        partition = self._partitions.get(record.key)
        if partition is None:
            partition = partition_of(record.key, self._settings.kairos_partitions)
            self._partitions[record.key] = partition
        return partition

    def _new(self, topic_partition: tuple[str, int]) -> BatchBuilder:
        return self._open.setdefault(topic_partition, self._producer.create_batch())

    async def _send(self, topic_partition: tuple[str, int]) -> None:
        topic, partition = topic_partition
        batch = self._open.pop(topic_partition)
        self._sent.append(
            await self._producer.send_batch(batch, self._settings.name(topic), partition=partition)
        )
        while len(self._sent) > IN_FLIGHT:
            await self._sent.popleft()
