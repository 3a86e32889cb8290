"""Dead letters read from their topic: the letters, the record to replay, the mark of a replay. Pure.

`writing.py` writes most of them. A letter's timestamp is the time of its writing; the header `kairos_at` has
that of its record (older letters have it as their own timestamp). A mark is a record of the same topic with
the key, the CloudEvents id and both times of the letter, the header `kairos_replayed` and no value.
Whatever lies in the topic can be read: a record of others is a letter whose fields are empty, and its place
in the topic is its id.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from schemas.model import from_epoch_ms
from workers.runtime.kafka.headers import (
    FENCE,
    VERSION,
    FetchedHeader,
    Headers,
    cloud_headers,
    event_type,
)
from workers.runtime.kafka.records import ConsumerRecord, FetchedRecord, ProducerRecord
from workers.runtime.process.clock import looks_like_seconds

TOPIC = "dead-letters"
REPLAYED, AT = "kairos_replayed", "kairos_at"
CUT, HEADERS_CUT, KEY_CUT = "kairos_cut_from", "kairos_headers_cut_from", "kairos_key_cut_from"
SOURCE = "/kairos/dead-letters"
_CLOUD = ("ce_specversion", "ce_type", "ce_source", "ce_id", "ce_time", "content-type")
_PLACE = ("reason", "error", "worker", "topic", "partition", "offset", "key", "cut_from")
ADDED = frozenset(_CLOUD) | {f"kairos_{name}" for name in _PLACE} | {AT, HEADERS_CUT, KEY_CUT}  # by a letter
_NUMBER = re.compile(r"-?[0-9]{1,19}")


class DeadLetter(NamedTuple):
    """One dead letter; `record` is as it stands in the topic.

    `key` is the record's, or whose timer failed. Without `partition` and `offset` it was no record of a
    topic but a document. `replayed` is when the record was replayed (ISO). `at` is the time of the record as
    it was claimed, in epoch milliseconds: any whole number; that of the letter is `record.timestamp`.
    """

    id: str
    worker: str
    topic: str
    partition: int | None
    offset: int | None
    key: bytes | None
    reason: str
    error: str
    record: ConsumerRecord
    replayed: str | None = None
    at: int = 0

    @property
    def position(self) -> str:
        """Where it stood: TOPIC/PARTITION/OFFSET, or TOPIC/KEY for a document; people name it by this."""
        if self.offset is not None:
            return f"{self.topic}/{self.partition}/{self.offset}"
        return f"{self.topic}/{text(self.key or b'')}" if self.topic else self.id


def is_mark(record: FetchedRecord) -> bool:
    """Whether a record of the topic marks a letter as replayed, and is no letter itself."""
    return any(name == REPLAYED for name, _ in record.headers)


def letters(records: Iterable[ConsumerRecord]) -> list[DeadLetter]:
    """The letters in the order of the times that their records claim; a repetition after a crash counts once.

    The record's time belongs to a letter's identity: a topic that was created again has the same positions.
    """
    by_identity: dict[tuple[str, int], DeadLetter] = {}
    marks: dict[tuple[str, int], str] = {}
    for record in records:
        letter = read(record)
        identity = (letter.id, letter.at)
        if letter.replayed is not None:
            marks[identity] = letter.replayed
        else:
            by_identity.setdefault(identity, letter)
    marked = [letter._replace(replayed=marks.get(identity)) for identity, letter in by_identity.items()]
    return sorted(marked, key=lambda letter: (letter.at, letter.id))


def read(record: ConsumerRecord) -> DeadLetter:
    """The dead letter in a record of the topic, whatever is missing or malformed in it."""
    values = dict(fetched_headers(record))
    headers = {name: "" if value is None else text(value) for name, value in values.items()}
    partition, offset = number(headers.get("kairos_partition")), number(headers.get("kairos_offset"))
    has_position = partition is not None and offset is not None and min(partition, offset) >= 0
    at = number(headers.get(AT))
    is_ours = "kairos_worker" in headers or REPLAYED in headers
    place = f"{TOPIC}/{record.partition}/{record.offset}"
    return DeadLetter(
        (headers.get("ce_id") or place) if is_ours else place,
        headers.get("kairos_worker", ""),
        headers.get("kairos_topic", ""),
        partition if has_position else None,
        offset if has_position else None,
        values.get("kairos_key", record.key),
        headers.get("kairos_reason", ""),
        headers.get("kairos_error", ""),
        record,
        headers.get(REPLAYED),
        record.timestamp if at is None else at,
    )


def fetched_headers(record: FetchedRecord) -> list[FetchedHeader]:
    """The headers of a record that was read, whose values may be None."""
    return list(record.headers)


def number(value: str | None) -> int | None:
    """The whole number in a header's text; None for any other text, or one of more than 19 digits."""
    return int(value) if value is not None and _NUMBER.fullmatch(value) else None


def text(data: bytes) -> str:
    """Bytes as text, with what is no UTF-8 escaped."""
    return data.decode("utf-8", "backslashreplace")


def replay_record(letter: DeadLetter) -> ProducerRecord:
    """The original record, for its own topic and partition; the letter must have a position.

    The CloudEvents headers and the fencing header of its first writer are left out: it is written anew. A
    record without a version gets the one under which it would have been applied, so that it never beats a
    newer one. A time before 1970 ("none", for Kafka), in seconds, or behind that of the letter becomes the
    letter's.
    """
    record, offset = letter.record, letter.offset or 0
    is_time = 0 <= letter.at <= record.timestamp and not looks_like_seconds(letter.at, record.timestamp)
    at = letter.at if is_time else record.timestamp
    position = f"{letter.topic}/{letter.partition}/{offset}"
    own: Headers = tuple((name, value) for name, value in record.headers if name not in ADDED | {FENCE})
    if not any(name == VERSION for name, _ in own):
        own = (*own, (VERSION, b"0.%d" % offset))
    cloud = cloud_headers(event_type(letter.topic), SOURCE, position, at)
    headers = (*cloud, *own)
    return ProducerRecord(letter.topic, record.key, record.value, headers, at, letter.partition)


def original_offset(record: FetchedRecord, topic: str, partition: int) -> int | None:
    """The offset at which a record of a partition stood that was put back into it; None of any other."""
    headers = dict(fetched_headers(record))
    if headers.get("ce_source") != SOURCE.encode():
        return None
    place, _, offset = text(headers.get("ce_id") or b"").rpartition("/")
    return number(offset) if place == f"{topic}/{partition}" else None


class FirstRecords:
    """Tells the records of a topic from those that were put back although the first one is still there.

    What reads a topic from its beginning reads both, and may be able to use what failed at its time.
    """

    def __init__(self) -> None:
        self._beginnings: dict[int, int] = {}

    def includes(self, record: ConsumerRecord) -> bool:
        """Whether a record has no earlier form in its topic; each partition is given from its start on."""
        beginning = self._beginnings.setdefault(record.partition, record.offset)
        original = original_offset(record, record.topic, record.partition)
        return original is None or original < beginning


def mark(letter: DeadLetter, now_ms: int) -> ProducerRecord:
    """The record that marks a letter as replayed at a time."""
    record = letter.record
    time = from_epoch_ms(now_ms).isoformat(timespec="seconds")
    headers = [
        *cloud_headers(event_type(TOPIC), SOURCE, letter.id, now_ms),
        (REPLAYED, time.encode()),
        (AT, b"%d" % letter.at),
    ]
    return ProducerRecord(TOPIC, record.key, None, tuple(headers), record.timestamp, record.partition)
