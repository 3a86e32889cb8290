"""Puts documents into their topics: mapped, deleted, or refused with the reason."""

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
    """Writes what documents are. `version` orders the changes of a document, `at` is in epoch ms."""

    def __init__(self, producer: SyncProducer) -> None:
        self._producer = producer

    def put(self, source: Source, document: dict[str, Any], version: Version, at: int) -> bool:
        """Write a document as it is now. One that cannot be mapped goes to the dead letters: False."""
        own_id = document.get("_id")
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key, value = document_key(source, own_id), encode_document(source, document)
        except Exception as error:
            # whatever a document holds, the next one is not to blame
            self._refuse(source, own_id, "mapping", error, version, at)
            return False
        if len(value) > LIMIT_BYTES:
            large = Unmappable(f"{len(value)} bytes, at most {LIMIT_BYTES} are allowed")
            self._refuse(source, own_id, "too-large", large, version, at)
            return False
        self._send(source.topic, key, value, version, at)
        return True

    def delete(self, source: Source, own_id: Any, version: Version, at: int) -> None:
        """Say that a document is gone, from its `_id`."""
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key = document_key(source, own_id)
        except Exception as error:
            self._refuse(source, own_id, "mapping", error, version, at)
        else:
            self._send(source.topic, key, None, version, at)

    def remove(self, topic: str, key: str, version: Version, at: int) -> None:
        """Say that the document of a key is gone."""
        self._send(topic, key, None, version, at)

    def _send(self, topic: str, key: str, value: bytes | None, version: Version, at: int) -> None:
        id_ = f"{topic}/{key}@{version[0]}.{version[1]}"
        headers = cloud_headers(event_type(topic), f"/kairos/{WORKER}", id_, at, version)
        self._producer.send(ProducerRecord(topic, key.encode(), value, tuple(headers), at))

    def _refuse(
        self, source: Source, own_id: Any, reason: Reason, error: Exception, version: Version, at: int
    ) -> None:
        """A dead letter says which document it was, and nothing of what is in it."""
        place = place_of(source, own_id)
        # only our own errors are known to hold no value of the document
        text = str(error)[:TEXT] if isinstance(error, Unmappable) else type(error).__name__
        DEAD_LETTERS.labels(WORKER, reason).inc()
        log.warning("document refused", topic=source.topic, document=place, reason=reason, error=text)
        letter_id = f"{WORKER}/{source.topic}/{place}@{version[0]}.{version[1]}"
        headers = dead_letter_headers(WORKER, source.topic, letter_id, at, reason, text, version)
        value = json.dumps({"collection": source.collection, "_id": place}).encode()
        self._producer.send(ProducerRecord("dead-letters", place.encode(), value, tuple(headers), at))


def place_of(source: Source, own_id: Any) -> str:
    """The id of a document for people to find it by, whatever type it has."""
    try:
        return document_key(source, own_id)
    except Exception:
        return repr(own_id)[:200]
