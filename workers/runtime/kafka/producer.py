"""The asynchronous producer: record batches by partition, acknowledged before `write` returns."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.produce import ProduceRequest

from workers.runtime.kafka.records import ProducerRecord, partition_of
from workers.runtime.kafka.refusals import refusal
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

BATCH_BYTES = 1_000_000
TURN = 2_000  # records after which others on the event loop may run
FEW, SMALL_BYTES = 16, 16_000  # records and bytes that are sent uncompressed: zstd's set-up costs 100 µs
ZSTD = 4  # the codec's number in a batch
PartitionRef = tuple[str, int]  # (topic's name on the broker, partition)
Span = tuple[int, int]  # the first offset of a batch, and how many records it has


class BatchProducer:
    """One connection for outputs and changelogs.

    `partitions` is the number of partitions by topic; `timeout_seconds` bounds a delivery, and must be
    shorter than the group's session. `exit_if_stalled` is called right before each produce request is sent,
    however long ago `write` was called. `sizes` are those that topics take: no batch is larger. A failed
    delivery raises aiokafka's KafkaError, or WriteRefused when the broker's settings are the reason.
    """

    def __init__(
        self,
        settings: Settings,
        partitions: Mapping[str, int],
        timeout_seconds: float,
        exit_if_stalled: Callable[[], None] = lambda: None,
        sizes: SizeLimits | None = None,
    ) -> None:
        self._prefix = settings.kairos_prefix
        self._partitions = partitions
        self._brokers = settings.brokers
        self._timeout_seconds = timeout_seconds
        self._exit_if_stalled = exit_if_stalled
        self._sizes = SizeLimits() if sizes is None else sizes
        self._security = kafka_options(settings)

    async def start(self) -> None:
        """Connect to the brokers, from the event loop that will write."""
        self._kafka = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            acks="all",
            compression_type="zstd",  # smaller than the lz4 there is, in a sixth of its time
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=BATCH_BYTES + 48_000,
            request_timeout_ms=int(self._timeout_seconds * 1000),
            **self._security,
        )
        self._check_before_sending(self._kafka.client)
        await self._kafka.start()

    def _check_before_sending(self, client: Any) -> None:
        send = client.send

        async def checked_send(node: Any, request: Any, **options: Any) -> Any:
            if isinstance(request, ProduceRequest):
                self._exit_if_stalled()
            return await send(node, request, **options)

        client.send = checked_send

    async def stop(self) -> None:
        """Send what is waiting and disconnect."""
        await self._kafka.stop()

    async def answers(self) -> bool:
        """Whether a broker answers within the time of a delivery."""
        try:
            return bool(
                await asyncio.wait_for(self._kafka.client.force_metadata_update(), self._timeout_seconds)
            )
        except (TimeoutError, KafkaError):
            return False

    async def write(self, records: Iterable[ProducerRecord]) -> dict[PartitionRef, list[Span]]:
        """Write records, in their order per partition; where they are, by partition, batch by batch."""
        groups: dict[PartitionRef, list[ProducerRecord]] = defaultdict(list)
        for number, record in enumerate(records, 1):
            if number % TURN == 0:
                await asyncio.sleep(0)
            partition = record.partition
            if partition is None:
                partition = partition_of(record.key or b"", self._partitions[record.topic])
            groups[self._prefix + record.topic, partition].append(record)
        written = await asyncio.gather(*(self.write_partition(ref, group) for ref, group in groups.items()))
        return dict(zip(groups, written, strict=True))

    async def write_partition(self, ref: PartitionRef, records: Sequence[ProducerRecord]) -> list[Span]:
        """Write records of one partition; where they are, batch by batch."""
        spans: list[Span] = []
        # a topic that the client was not told of is forgotten, with its leader, when it asks for another one
        self._kafka.client.add_topic(ref[0])
        for batch in self._batches(records, batch_bytes(self._sizes.of(records[0].topic))):
            try:
                future = await self._kafka.send_batch(batch, ref[0], partition=ref[1])
                metadata = await future
            except KafkaError as error:
                raise refusal(ref[0], error) from error
            spans.append((metadata.offset, batch.record_count()))
        return spans

    def _batches(self, records: Sequence[ProducerRecord], size: int) -> Iterable[BatchBuilder]:
        batch = BatchBuilder(size, 0 if is_small(records) else ZSTD)
        for record in records:
            fields = {
                "timestamp": record.at,
                "key": record.key,
                "value": record.value,
                "headers": list(record.headers),
            }
            if batch.append(**fields) is None:
                yield batch
                batch = BatchBuilder(size, ZSTD)
                batch.append(**fields)
        if batch.record_count():
            yield batch


def batch_bytes(limit: int) -> int:
    """The size of a batch for a topic that takes `limit`, with room for what compression may add."""
    return min(BATCH_BYTES, limit - limit // 50)


def is_small(records: Sequence[ProducerRecord]) -> bool:
    """Whether records are too few and too small to be worth compressing."""
    return len(records) <= FEW and sum(len(record.value or b"") for record in records) < SMALL_BYTES
