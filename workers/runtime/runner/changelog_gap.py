"""Reads what others have written to a changelog in front of our own records while we own its partition."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.fencing import changelog_generation
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings
from workers.runtime.runner.store import ChangelogRecord

POLL_MS = 200


async def foreign_records(
    settings: Settings, changelog: TP, gap: range, seconds: float
) -> list[ChangelogRecord] | None:
    """The records at these offsets, when none of them is of a worker; None when one is.

    Every record of a worker has a fencing header, so a foreign one is no sign of a successor. None, too, when
    they cannot be read within some seconds: then nobody knows. Those of open and aborted transactions count.
    """
    try:
        records = await asyncio.wait_for(_read(settings, changelog, gap), seconds)
    except (TimeoutError, KafkaError):
        return None
    ours = [changelog_generation(record.headers, changelog.partition) for record in records]
    return None if any(generation is not None for generation in ours) else records


async def _read(settings: Settings, changelog: TP, gap: range) -> list[ChangelogRecord]:
    read_any_header_name()
    tp = TopicPartition(changelog.topic, changelog.partition)
    records: list[ChangelogRecord] = []
    options = kafka_options(settings)
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.brokers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        **options,
    ) as consumer:
        consumer.assign([tp])
        consumer.seek(tp, gap.start)
        while await consumer.position(tp) < gap.stop:
            for fetched in (await consumer.getmany(tp, timeout_ms=POLL_MS)).values():
                records += [record for record in fetched if record.offset < gap.stop]
    return records
