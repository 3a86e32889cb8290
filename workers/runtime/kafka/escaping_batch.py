"""Reads record batches whose headers have names that are no UTF-8: aiokafka 0.14 raises on them.

Some clients take any bytes for a name. It is slower than aiokafka's own reader, and reads such batches only.
"""

from collections.abc import Iterator
from typing import Any

from aiokafka.record.default_records import _DefaultRecordBatchPy

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
