"""Reads record batches whose headers have names that are no UTF-8: both Kafka clients raise on them.

Some clients take any bytes for a name. What is no UTF-8 comes escaped. It is slower than the clients' own
readers, and reads such batches only. `read_any_header_name` makes all consumers of a process use it.
"""

from collections.abc import Iterator
from typing import Any

import aiokafka.consumer.fetcher as fetching
import kafka.record.memory_records as kafka_python
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from kafka.record.default_records import DefaultRecordBatch

OVERHEAD = 12  # bytes before a batch's length counts: its first offset, and the length itself


class EscapingBytes(bytearray):
    """Bytes whose slices are such bytes, and whose text has what is no UTF-8 escaped."""

    def __getitem__(self, index: Any) -> Any:
        """One byte, or a slice that decodes as this does."""
        item = super().__getitem__(index)
        return EscapingBytes(item) if isinstance(index, slice) else item

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        """The text, with what is no UTF-8 escaped."""
        return super().decode(encoding, errors)


class EscapingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    """aiokafka's reader in Python, on such bytes."""

    _buffer: Any

    def __iter__(self) -> "EscapingBatch":
        super().__iter__()
        self._buffer = EscapingBytes(self._buffer)
        return self


def escaped_records(data: bytes, base_offset: int, behind: int) -> Iterator[Any]:
    """The records of the batch with this first offset, among fetched bytes, that are behind an offset."""
    position = 0
    while position < len(data):
        first = int.from_bytes(data[position : position + 8], "big")
        end = position + OVERHEAD + int.from_bytes(data[position + 8 : position + OVERHEAD], "big")
        if first == base_offset:
            yield from (record for record in EscapingBatch(data[position:end]) if record.offset > behind)
            return
        position = end


class ReadableBatch:
    """A batch of aiokafka, out of fetched bytes, whose records can be read whatever their headers are."""

    def __init__(self, batch: Any, data: bytes) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        behind = self._batch.base_offset - 1
        try:
            for record in self._batch:
                behind = record.offset
                yield record
        except UnicodeDecodeError:
            yield from escaped_records(self._data, self._batch.base_offset, behind)


class RetainedRecords(MemoryRecords):  # type: ignore[misc]
    """aiokafka's reader of fetched bytes, which keeps the bytes, too."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data

    def next_batch(self) -> ReadableBatch | None:
        """The next batch; None behind the last."""
        batch = super().next_batch()
        return None if batch is None else ReadableBatch(batch, self.data)


class ReadableKafkaPythonBatch(DefaultRecordBatch):  # type: ignore[misc]
    """A batch of kafka-python whose records can be read whatever their headers are."""

    __slots__ = ()
    _buffer: Any

    def _read_msg(self) -> Any:
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            self._buffer = EscapingBytes(self._buffer)
            return super()._read_msg()


def read_any_header_name() -> None:
    """Make the consumers of both clients, in the whole process, read headers whose names are no UTF-8.

    aiokafka's fetched bytes then live as long as their records.
    """
    fetching.MemoryRecords = RetainedRecords
    kafka_python.DefaultRecordBatch = ReadableKafkaPythonBatch
