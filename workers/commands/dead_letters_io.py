"""Reads dead letters from the broker, puts their records back, and marks them as replayed."""

from functools import partial
from itertools import islice

from schemas.jobs import JobSignal
from workers.commands.dead_letters_choice import KeyPosition, RecordPosition, ReplayPlan, first_offsets
from workers.jobs.reading import read_job_record
from workers.runtime.dead_letters.reading import TOPIC, DeadLetter, letters, mark, replay_record
from workers.runtime.kafka.headers import VERSION
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms

CHUNK = 500  # records that are put back before their marks are written


def read_letters(reader: Reader, *, values: bool = True) -> list[DeadLetter]:
    """All dead letters, in the order of their times; without `values` the records' values are None.

    The values need most of the memory.
    """
    records = reader.read(TOPIC)
    return letters(records if values else (record._replace(value=None) for record in records))


def missing_partitions(reader: Reader, plan: ReplayPlan) -> dict[RecordPosition, str]:
    """The records whose partition does not exist any more, with the reason."""
    existing = {topic: reader.partitions(topic) for topic, _, _ in plan.to_replay}
    missing = [position for position in plan.to_replay if position[1] not in existing[position[0]]]
    return dict.fromkeys(missing, "its topic has no such partition now")


def last_offsets(reader: Reader, plan: ReplayPlan) -> dict[KeyPosition, int]:
    """The last offset of every key that is to be put back into a compacted topic."""
    keys = {
        (topic, partition, letters[0].record.key) for (topic, partition, _), letters in plan.to_replay.items()
    }
    offsets: dict[KeyPosition, int] = {}
    for topic, first in first_offsets(plan).items():
        for record in reader.read_from(topic, first):
            if (topic, record.partition, record.key) in keys:
                offsets[topic, record.partition, record.key or b""] = record.offset
    return offsets


def record_to_put_back(letter: DeadLetter) -> ProducerRecord:
    """The record of a letter, as it is written again.

    A job's signal goes without its version: that says where in the inbox it comes from, and `jobs`, which has
    read later ones from there, would take it for one that was written again after a crash.
    """
    record = replay_record(letter)
    if letter.topic != "job-signals" or not is_signal(record.value or b""):
        return record
    return record._replace(headers=tuple(header for header in record.headers if header[0] != VERSION))


def is_signal(value: bytes) -> bool:
    """Whether a value is a job's signal; not the news of a document, nor what this version cannot read."""
    try:
        return isinstance(read_job_record(value), JobSignal)
    except ValueError:
        return False


def put_back(producer: SyncProducer, plan: ReplayPlan) -> None:
    """Write the records, and behind each chunk that the broker has, its marks. Raises ProducerError."""
    remaining = iter(plan.to_replay.values())
    while chunk := list(islice(remaining, CHUNK)):
        written: list[DeadLetter] = []
        try:
            for letters in chunk:
                producer.send(record_to_put_back(letters[0]), partial(written.extend, letters))
            producer.flush()
        finally:
            for letter in written:
                producer.send(mark(letter, now_ms()))
            producer.flush()
