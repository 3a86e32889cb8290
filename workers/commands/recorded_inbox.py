"""The recorded inbox as a stream: batches by partition up to where it ends now, and one person's part."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from schemas.control import Watermark
from workers.runtime.kafka.headers import WATERMARK_KEY, is_watermark
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord, partition_of

INBOX = "inbox"
BATCH = 10_000  # records in memory at once; in larger batches fewer states are decoded twice
Batch = Mapping[int, list[ConsumerRecord]]  # by partition, in order


class RecordedInbox:
    """The inbox as it is when this is made: `beginnings` and `ends` are the offsets by partition."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.beginnings = reader.beginnings(INBOX)
        self.ends = reader.ends(INBOX)

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """All records, never more than `size` at once; raises ReadingError."""
        return in_batches(self._reader.read_to(INBOX, self.ends), size)

    def of_person(self, person: str) -> Iterator[ConsumerRecord]:
        """The person's records and the watermarks between them; raises ReadingError."""
        key = person.encode()
        partition = self.partition_of(key)
        for record in self._reader.read_to(INBOX, {partition: self.ends[partition]}):
            if record.key == key or is_mark(record):
                yield record

    def partition_of(self, key: bytes) -> int:
        """The partition of a person, by the key of their records."""
        return partition_of(key, len(self.ends))

    def is_cut(self, partition: int) -> bool:
        """Whether the retention has deleted the first records of a partition."""
        return self.beginnings[partition] > 0


def in_batches(records: Iterable[ConsumerRecord], size: int) -> Iterator[Batch]:
    """Records in batches of a size, by partition."""
    batch: dict[int, list[ConsumerRecord]] = defaultdict(list)
    count = 0
    for record in records:
        batch[record.partition].append(record)
        count += 1
        if count == size:
            yield batch
            batch, count = defaultdict(list), 0
    if batch:
        yield batch


def watermark_of(record: ConsumerRecord) -> Watermark | None:
    """The watermark of a record that is one; None if it cannot be read."""
    try:
        return Watermark.loads(record.value or b"")
    except ValueError:
        return None


def is_mark(record: ConsumerRecord) -> bool:
    """Whether a record of the inbox is a watermark."""
    return record.key == WATERMARK_KEY and is_watermark(record.headers)
