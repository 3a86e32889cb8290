"""Dead letters and the broker: read them, put records back, mark those that were."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from kafka import KafkaProducer

from workers.commands.dead_letters_choice import KeyPosition, Plan, RecordPosition, beginnings
from workers.runtime.dead_letters.reading import TOPIC, DeadLetter, letters, mark, replay_record
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

CHUNK = 500  # records that are put back before their marks are written
SECONDS = 30


def load(reader: Reader, *, values: bool = True) -> list[DeadLetter]:
    """All dead letters, in the order of their times; `values` False leaves out what needs most memory."""
    found = reader.read(TOPIC)
    return letters(found if values else (record._replace(value=None) for record in found))


def homeless(reader: Reader, plan: Plan) -> dict[RecordPosition, str]:
    """The records whose partition is there no more, with the reason."""
    known = {topic: reader.partitions(topic) for topic, _, _ in plan.back}
    gone = [place for place in plan.back if place[1] not in known[place[0]]]
    return dict.fromkeys(gone, "its topic has no such partition now")


def last_offsets(reader: Reader, plan: Plan) -> dict[KeyPosition, int]:
    """The last offset of every key that is to be put back into a compacted topic."""
    wanted = {(topic, partition, some[0].record.key) for (topic, partition, _), some in plan.back.items()}
    found: dict[KeyPosition, int] = {}
    for topic, offsets in beginnings(plan).items():
        for record in reader.read_from(topic, offsets):
            if (topic, record.partition, record.key) in wanted:
                found[topic, record.partition, record.key or b""] = record.offset
    return found


def put_back(send: Callable[[ProducerRecord], Any], plan: Plan) -> None:
    """Write the records, and behind each chunk that the broker has, its marks. Raises KafkaError."""
    rest = iter(plan.back.values())
    while chunk := list(islice(rest, CHUNK)):
        sent = [(some, send(replay_record(some[0]))) for some in chunk]
        done: list[DeadLetter] = []
        try:
            for some, future in sent:
                future.get(timeout=SECONDS)
                done += some
        finally:
            for future in [send(mark(letter, now_ms())) for letter in done]:
                future.get(timeout=SECONDS)


@contextmanager
def producing(found: Settings) -> Iterator[Callable[[ProducerRecord], Any]]:
    """A function that sends a record and gives the future of its acknowledgement by all replicas."""
    producer = KafkaProducer(
        bootstrap_servers=found.brokers,
        **kafka_options(found),
        acks="all",
        enable_idempotence=True,
        delivery_timeout_ms=SECONDS * 1000,
        request_timeout_ms=SECONDS * 500,
        allow_auto_create_topics=False,
        compression_type="lz4",
    )

    def send(record: ProducerRecord) -> Any:
        return producer.send(
            found.name(record.topic),
            key=record.key,
            value=record.value,
            headers=list(record.headers),
            timestamp_ms=record.at,
            partition=record.partition,
        )

    try:
        yield send
    finally:
        producer.close(timeout=SECONDS)
