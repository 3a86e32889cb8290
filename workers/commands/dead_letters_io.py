"""Dead letters and the broker: read them, put records back, mark those that were."""

from functools import partial
from itertools import islice

from workers.commands.dead_letters_choice import KeyPosition, Plan, RecordPosition, beginnings
from workers.runtime.dead_letters.reading import TOPIC, DeadLetter, letters, mark, replay_record
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms

CHUNK = 500  # records that are put back before their marks are written


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


def put_back(producer: SyncProducer, plan: Plan) -> None:
    """Write the records, and behind each chunk that the broker has, its marks. Raises ProducerError."""
    rest = iter(plan.back.values())
    while chunk := list(islice(rest, CHUNK)):
        written: list[DeadLetter] = []
        try:
            for letters in chunk:
                producer.send(replay_record(letters[0]), partial(written.extend, letters))
            producer.flush()
        finally:
            for letter in written:
                producer.send(mark(letter, now_ms()))
            producer.flush()
