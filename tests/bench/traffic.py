"""Which records a fleet has written between two times: the product's own, and those of control."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition

from workers.runtime.engine.state_header import RESERVED_KEYS
from workers.runtime.kafka.headers import CONTROL
from workers.runtime.kafka.reader import consumer_record
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import Settings

CONTROL_TOPICS = frozenset({"watermarks", "capture-positions"})  # nothing of the product is in them
INTERNAL = ("__consumer_offsets", "__transaction_state")
STUCK_SECONDS = 30.0
Ends = Mapping[TopicPartition, int]


class Traffic(NamedTuple):
    """How many records there were by topic: the product's own, of control, and offsets that are no records.

    The latter are the markers at the end of transactions. The topics of Kafka itself, in `internal`, hold
    committed offsets and the states of transactions.
    """

    own: Counter[str]
    control: Counter[str]
    markers: int
    internal: int


class TopicWatch:
    """Reads the ends of all topics of a fleet, and what stands between two of them; make it by `watching`."""

    def __init__(self, consumer: Any, settings: Settings) -> None:
        self._consumer, self._settings = consumer, settings

    def ends(self) -> dict[TopicPartition, int]:
        """The offset behind the last record of every partition, as of now."""
        topics = [name for name in self._consumer.topics() if name.startswith(self._settings.kairos_prefix)]
        partitions = [
            TopicPartition(name, number)
            for name in {*topics, *INTERNAL}
            for number in self._consumer.partitions_for_topic(name) or ()
        ]
        ends: dict[TopicPartition, int] = self._consumer.end_offsets(partitions)
        return ends

    def between(self, before: Ends, after: Ends) -> Traffic:
        """What was written between two ends. A partition that is in `after` only was empty before."""
        own, control = Counter[str](), Counter[str]()
        for record in self._read(before, after):
            (control if is_control(record) else own)[record.topic] += 1
        written = Counter[bool]()
        for partition, end in after.items():
            written[partition.topic in INTERNAL] += end - before.get(partition, 0)
        return Traffic(own, control, written[False] - own.total() - control.total(), written[True])

    def _read(self, before: Ends, after: Ends) -> Iterator[ConsumerRecord]:
        partitions = [tp for tp in after if tp.topic not in INTERNAL and after[tp] > before.get(tp, 0)]
        self._consumer.assign(partitions)
        for tp in partitions:
            self._consumer.seek(tp, before.get(tp, 0))
        progress_at = time.monotonic()
        while any(self._consumer.position(tp) < after[tp] for tp in partitions):
            fetched = self._consumer.poll(timeout_ms=200)
            for tp, records in fetched.items():
                topic = self._settings.logical(tp.topic)
                yield from (consumer_record(topic, each) for each in records if each.offset < after[tp])
            if fetched:
                progress_at = time.monotonic()
            elif time.monotonic() - progress_at > STUCK_SECONDS:
                raise RuntimeError("topics cannot be read to their ends")


@contextmanager
def watching(settings: Settings) -> Iterator[TopicWatch]:
    """A watch over the topics of a fleet, which reads only when it is asked."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.brokers, auto_offset_reset="earliest", enable_auto_commit=False
    )
    try:
        yield TopicWatch(consumer, settings)
    finally:
        consumer.close()


def is_control(record: ConsumerRecord) -> bool:
    """Whether a record is one of the runtime about itself, and tells nothing of the product."""
    return (
        record.topic in CONTROL_TOPICS
        or record.key in RESERVED_KEYS
        or any(name == CONTROL for name, _ in record.headers)
    )
