"""What a document topic holds of a table: by key the fingerprint of the document, and its version."""

from dataclasses import dataclass, field
from hashlib import blake2b

from schemas.model import Version
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each

FINGERPRINT_BYTES = 16
AHEAD_MS = 60_000  # a version that is further ahead of our clock is no time of it


@dataclass
class Held:
    """The documents of a topic, and the highest version in it.

    A document that is read as it is held is not written again, so that sweeps may overlap. `refused` are
    those that were read since and could not be written.
    """

    documents: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, bytes] = field(default_factory=dict)
    highest: Version = (0, 0)

    def next_version(self, now_ms: int) -> Version:
        """A version behind all others: of the time now where it can be, else of the next number.

        A number that is far ahead is of another kind of source, or of a clock that was set back: the epoch
        after it begins.
        """
        epoch, number = self.highest
        if epoch == 0 or number > now_ms + AHEAD_MS:
            self.highest = epoch + 1, now_ms
        else:
            self.highest = epoch, max(now_ms, number + 1)
        return self.highest

    def is_news(self, key: str, value: bytes) -> bool:
        """Whether a document is another than the one that is held or was refused."""
        print_ = fingerprint(value)
        return print_ not in (self.documents.get(key), self.refused.get(key))

    def wrote(self, key: str, value: bytes) -> None:
        """A document was written."""
        self.documents[key] = fingerprint(value)
        self.refused.pop(key, None)

    def was_refused(self, key: str, value: bytes) -> None:
        """A document could not be written, which is told once."""
        self.refused[key] = fingerprint(value)

    def deleted(self, key: str) -> None:
        """A document was deleted."""
        self.documents.pop(key, None)
        self.refused.pop(key, None)


def fingerprint(value: bytes) -> bytes:
    """A short text for a document, the same for equal ones."""
    return blake2b(value, digest_size=FINGERPRINT_BYTES).digest()


def read_held(reader: Reader, topic: str, partitions: list[int]) -> Held:
    """What a topic holds by now: of each key what stands last in it."""
    held = Held()
    for found in read_each(topic, reader.read(topic, partitions), document_in):
        if found is None:
            continue
        key, value, version = found
        held.highest = max(held.highest, version)
        if value is None:
            held.deleted(key)
        else:
            held.documents[key] = fingerprint(value)
    return held


def document_in(record: ConsumerRecord) -> tuple[str, bytes | None, Version] | None:
    """Key, value and version of a document's record; None for a watermark or a record without a key."""
    if record.key is None or is_watermark(record.headers):
        return None
    return record.key.decode(), record.value, version_of(record.headers) or (0, 0)
