"""Follows whole topics from their beginnings, in a thread beside the others, for what is held in memory.

Every partition is read by every process, without a group. After a failure of Kafka reading begins anew.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from topics.plan import TopicsError
from workers.runtime.kafka.broker import TopicInfo, describe
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.headers import WATERMARK_KEY, is_watermark
from workers.runtime.kafka.reader import CONNECT_MS, consumer_record, options, real_ends
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings

POLL_MS = 250
SPACING_SECONDS = 0.1  # between two batches once all is read: each costs as much as many changes in it
CHECK_MS, ANSWER_MS = 2_000, 3_000  # how often the ends are asked for, and how long that may take
MOST_AT_ONCE = 2_000  # records, so that what they cause is done together
log = structlog.get_logger()


class Follower(Protocol):
    """Whoever holds the content of topics; it is called by the thread that reads them."""

    def begin(self) -> None:
        """The topics are read from their beginnings now."""

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply records, without watermarks; there may be none. Called several times a second."""

    def caught_up(self, at: int) -> None:
        """All that stood in the topics at a time (epoch ms) is applied. Called again and again."""


def follow(
    settings: Settings, topics: Mapping[str, TopicInfo], follower: Follower, stop: threading.Event
) -> None:
    """Read topics from their beginnings until `stop` is set; raises KafkaError when Kafka fails."""
    with _consumer(settings, topics) as consumer:
        follower.begin()
        partitions = sorted(consumer.assignment())
        asked_at, ends = now_ms(), real_ends(consumer, partitions)
        behind, reached = set(partitions), dict[TopicPartition, int]()
        while not stop.is_set():
            batches = consumer.poll(timeout_ms=POLL_MS, max_records=MOST_AT_ONCE)
            records = (
                consumer_record(settings.logical(partition.topic), record)
                for partition, batch in batches.items()
                for record in batch
            )
            follower.apply([record for record in records if not is_own_watermark(record)])
            # a position costs as much as a small fetch, and there may be hundreds of partitions
            reached |= {partition: consumer.position(partition) for partition in behind}
            behind = {partition for partition in behind if reached[partition] < ends[partition]}
            if not behind:
                follower.caught_up(asked_at)
                if batches:
                    stop.wait(SPACING_SECONDS)
                if now_ms() - asked_at >= CHECK_MS:
                    with suppress(KafkaError):  # a broker that is away: what is held only grows older
                        asked_at, ends = now_ms(), real_ends(consumer, partitions, ANSWER_MS)
                        behind = {each for each, end in ends.items() if reached[each] < end}


def is_own_watermark(record: ConsumerRecord) -> bool:
    """Whether a record is a watermark; one of another key is what somebody else has written, and is told."""
    return record.key == WATERMARK_KEY and is_watermark(record.headers)


def follow_on(
    settings: Settings, topics: Sequence[str], follower: Follower, stop: threading.Event, what: str
) -> None:
    """Follow topics until `stop` is set, anew after every failure of Kafka; `what` is for its log line."""
    backoff = Backoff()
    while not stop.is_set():
        try:
            follow(settings, describe(settings, topics), follower, stop)
        except (KafkaError, TopicsError) as error:
            delay = backoff.failed()
            log.warning(f"the {what} waits for Kafka", error=one_line(error), in_seconds=delay)
            stop.wait(delay)


@contextmanager
def _consumer(settings: Settings, topics: Mapping[str, TopicInfo]) -> Iterator[Any]:
    """A consumer of all partitions of some topics, from their beginnings."""
    read_any_header_name()
    consumer = KafkaConsumer(bootstrap_timeout_ms=CONNECT_MS, **options(settings))
    try:
        consumer.assign(
            [
                TopicPartition(settings.name(topic), number)
                for topic, info in topics.items()
                for number in range(info.partitions)
            ]
        )
        consumer.seek_to_beginning()
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close()
