"""Writes documents to their topics: values, tombstones, or dead letters with the reason."""

import json
from typing import Any

import structlog

from schemas.model import Version
from workers.product.mapping import Unmappable, document_key, encode_document
from workers.product.sources import Source
from workers.runtime.dead_letters.writing import LIMIT_BYTES, TEXT, Reason, dead_letter_headers
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.metrics import DEAD_LETTERS, RECORDS_IN

WORKER = "capture"
log = structlog.get_logger()


class DocumentWriter:
    """Writes the changes of documents. `version` orders those of one document, `at` is in epoch ms."""

    def __init__(self, producer: SyncProducer) -> None:
        self._producer = producer

    def write(self, source: Source, document: dict[str, Any], version: Version, at: int) -> bool:
        """Write a document; False when it cannot be mapped or is too large, and a dead letter is written."""
        own_id = document.get("_id")
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key = document_key(source, own_id)
            value = encode_document(source, document)
        except Exception as error:
            # whatever is wrong with one document must not stop the next one
            self._write_dead_letter(source, own_id, "mapping", error, version, at)
            return False
        if len(value) > LIMIT_BYTES:
            too_large = Unmappable(f"{len(value)} bytes, at most {LIMIT_BYTES} are allowed")
            self._write_dead_letter(source, own_id, "too-large", too_large, version, at)
            return False
        self._send(source.topic, key, value, version, at)
        return True

    def write_deletion(self, source: Source, own_id: Any, version: Version, at: int) -> None:
        """Write the tombstone of a deleted document from its `_id`, or a dead letter if that is no key."""
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key = document_key(source, own_id)
        except Exception as error:
            self._write_dead_letter(source, own_id, "mapping", error, version, at)
        else:
            self._send(source.topic, key, None, version, at)

    def write_tombstone(self, topic: str, key: str, version: Version, at: int) -> None:
        """Write the tombstone of a key."""
        self._send(topic, key, None, version, at)

    def _send(self, topic: str, key: str, value: bytes | None, version: Version, at: int) -> None:
        id_ = f"{topic}/{key}@{version[0]}.{version[1]}"
        headers = cloud_headers(event_type(topic), f"/kairos/{WORKER}", id_, at, version)
        self._producer.send(ProducerRecord(topic, key.encode(), value, tuple(headers), at))

    def _write_dead_letter(
        self, source: Source, own_id: Any, reason: Reason, error: Exception, version: Version, at: int
    ) -> None:
        """Write a dead letter with the document's id and the reason, and nothing of its content."""
        document_id = printable_id(source, own_id)
        # only the text of our own errors is known to hold no value of the document
        text = str(error)[:TEXT] if isinstance(error, Unmappable) else type(error).__name__
        DEAD_LETTERS.labels(WORKER, reason).inc()
        log.warning("document refused", topic=source.topic, document=document_id, reason=reason, error=text)
        letter_id = f"{WORKER}/{source.topic}/{document_id}@{version[0]}.{version[1]}"
        headers = dead_letter_headers(WORKER, source.topic, letter_id, at, reason, text, version)
        value = json.dumps({"collection": source.collection, "_id": document_id}).encode()
        self._producer.send(ProducerRecord("dead-letters", document_id.encode(), value, tuple(headers), at))


def printable_id(source: Source, own_id: Any) -> str:
    """The key of a document, or its `_id` as Python prints it (at most 200 characters) if that is no key."""
    try:
        return document_key(source, own_id)
    except Exception:
        return repr(own_id)[:200]
