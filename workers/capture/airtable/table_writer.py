"""Writes the records of a table to its topic: those that are news, and tombstones of those that are gone."""

from collections.abc import Iterable, Mapping
from typing import Any

from schemas.model import Version
from workers.capture.airtable.held import Held
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.watermarks import Watermarks
from workers.product.airtable_records import document_of
from workers.product.field_rules import OWN_ID
from workers.product.mapping import document_key, encode_document, is_left_out
from workers.product.sources import Source
from workers.runtime.metrics.sources import AIRTABLE_RECORDS


class TableWriter:
    """Writes what was read of one table; `held` is what its topic holds."""

    def __init__(self, source: Source, held: Held, documents: DocumentWriter, watermarks: Watermarks) -> None:
        self._source, self.held = source, held
        self._documents, self._watermarks = documents, watermarks

    def write(self, records: Iterable[Any], version: Version, now_ms: int) -> set[str]:
        """Write the records of an answer that was asked for now; returns the keys of all of them.

        But for those that the `where` of the source leaves out: they are to be deleted as absent ones are.
        """
        keys: set[str] = set()
        for record in records:
            if (key := key_of(record)) is None:
                continue
            document = document_of(self._source, record)
            if not is_left_out(self._source, document):
                keys.add(key)
                self._write_one(key, document, version, now_ms)
        return keys

    def _write_one(self, key: str, document: dict[str, Any], version: Version, now_ms: int) -> None:
        try:
            key = document_key(self._source, document[OWN_ID])
            value = encode_document(self._source, document)
        except Exception:
            value = repr(document).encode()  # the writer finds the same fault, and tells it
        if not self.held.is_news(key, value):
            self._count("known")
        elif self._documents.write(self._source, document, self._time(version, now_ms)):
            self.held.wrote(key, value)
            self._count("written")
        else:
            self.held.was_refused(key, value)
            self._count("refused")

    def _count(self, outcome: str) -> None:
        AIRTABLE_RECORDS.labels(self._source.topic, outcome).inc()

    def delete(self, keys: Iterable[str], version: Version, now_ms: int) -> int:
        """Write tombstones of those keys that the topic holds; returns their number."""
        gone = [key for key in keys if key in self.held.documents]
        for key in gone:
            self._documents.write_tombstone(self._source.topic, key, self._time(version, now_ms))
            self.held.deleted(key)
            self._count("deleted")
        return len(gone)

    def _time(self, version: Version, now_ms: int) -> ChangeTime:
        at = self._watermarks.assign_timestamp(now_ms)
        self._watermarks.on_change(at)
        return ChangeTime(version, at, now_ms)


def key_of(record: Any) -> str | None:
    """The id of a record; None for what is no record."""
    key = record.get("id") if isinstance(record, Mapping) else None
    return key if isinstance(key, str) and key else None
