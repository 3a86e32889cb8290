"""Writes documents to their topics: values, tombstones, or dead letters with the reason."""

import json
from typing import Any, NamedTuple

import structlog

from schemas.model import Version
from workers.capture.failure import PoisonedError
from workers.product.mapping import Unmappable, document_key, encode_document, is_left_out
from workers.product.sources import Source
from workers.runtime.dead_letters.limit import DlqLimit, DlqLimitState
from workers.runtime.dead_letters.writing import TEXT, Reason, announce_dead_letters, dead_letter_headers, fit
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sizes import SizeLimits, record_excess, value_excess
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.metrics.records import DEAD_LETTERS, RECORDS_IN

WORKER = "capture"
ID_LENGTH = 200  # characters of an id in a dead letter and in the log
log = structlog.get_logger()


class ChangeTime(NamedTuple):
    """When a document was changed.

    `version` orders the changes of one document, `at` is the record's timestamp and `changed_at` what the
    database's clock said, both in epoch ms.
    """

    version: Version
    at: int
    changed_at: int


class DocumentWriter:
    """Writes the changes of documents.

    `limits` are the sizes that the topics take; `dead_letters` says how many refused documents of one topic
    are too many.
    """

    def __init__(self, producer: SyncProducer, limits: SizeLimits, dead_letters: DlqLimit) -> None:
        self._producer = producer
        self._limits = limits
        self._dead_letters = dead_letters
        self._counts: dict[str, DlqLimitState] = {}
        announce_dead_letters("capture")

    def write(self, source: Source, document: dict[str, Any], time: ChangeTime) -> bool:
        """Write a document; False when it cannot be mapped or is too large, and a dead letter is written.

        Of one that the `where` of its source leaves out a tombstone is written: the topic may hold it.
        """
        own_id = document.get("_id")
        if is_left_out(source, document):
            self.write_deletion(source, own_id, time)
            return True
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key = document_key(source, own_id)
            value = encode_document(source, document)
        except Exception as error:
            # whatever is wrong with one document must not stop the next one
            return self._refuse(source, own_id, "mapping", error, time)
        if text := value_excess(value):
            return self._refuse(source, own_id, "too-large", Unmappable(text), time)
        return self._send(source, own_id, document_record(source.topic, key, value, time), time)

    def write_deletion(self, source: Source, own_id: Any, time: ChangeTime) -> None:
        """Write the tombstone of a deleted document from its `_id`, or a dead letter if that is no key."""
        RECORDS_IN.labels(WORKER, source.topic).inc()
        try:
            key = document_key(source, own_id)
        except Exception as error:
            self._refuse(source, own_id, "mapping", error, time)
        else:
            self._send(source, own_id, document_record(source.topic, key, None, time), time)

    def write_tombstone(self, topic: str, key: str, time: ChangeTime) -> None:
        """Write the tombstone of a key that the topic holds."""
        self._producer.send(document_record(topic, key, None, time))

    def _send(self, source: Source, own_id: Any, record: ProducerRecord, time: ChangeTime) -> bool:
        if text := record_excess(record, self._limits):
            return self._refuse(source, own_id, "too-large", Unmappable(text), time)
        self._producer.send(record)
        self._counts[source.topic] = self._counts.get(source.topic, DlqLimitState()).good(1)
        return True

    def _refuse(
        self, source: Source, own_id: Any, reason: Reason, error: Exception, time: ChangeTime
    ) -> bool:
        """Write a dead letter with the document's id and the reason, and nothing of its content.

        Gives False; raises PoisonedError when that were too many, once all of them are acknowledged.
        """
        document_id = printable_id(source, own_id)
        # only the text of our own errors is known to hold no value of the document
        text = str(error)[:TEXT] if isinstance(error, Unmappable) else type(error).__name__
        DEAD_LETTERS.labels(WORKER, reason).inc()
        log.warning("document refused", topic=source.topic, document=document_id, reason=reason, error=text)
        letter_id = f"{WORKER}/{source.topic}/{document_id}@{time.version[0]}.{time.version[1]}"
        headers = dead_letter_headers(WORKER, source.topic, letter_id, time.at, reason, text, time.version)
        value = json.dumps({"collection": source.collection, "_id": document_id}).encode()
        letter = ProducerRecord("dead-letters", document_id.encode(), value, tuple(headers), time.at)
        self._producer.send(fit(letter, self._limits.of("dead-letters")))
        counts = self._counts.get(source.topic, DlqLimitState()).dead(self._dead_letters)
        self._counts[source.topic] = counts
        if counts.verdict:
            self._producer.flush()
            raise PoisonedError(f"documents of collection {source.collection}: {counts.verdict}; {text}")
        return False


def document_record(topic: str, key: str, value: bytes | None, time: ChangeTime) -> ProducerRecord:
    """The record of a document, a tombstone without a value.

    A time of the database that is too far ahead to be the record's timestamp stays its `ce_time`.
    """
    id_ = f"{topic}/{key}@{time.version[0]}.{time.version[1]}"
    said_at = max(time.at, time.changed_at)
    headers = cloud_headers(event_type(topic), f"/kairos/{WORKER}", id_, said_at, time.version)
    return ProducerRecord(topic, key.encode(), value, tuple(headers), time.at)


def printable_id(source: Source, own_id: Any) -> str:
    """The key of a document, or its `_id` as Python prints it if that is no key, cut to a fixed length."""
    try:
        text = document_key(source, own_id)
    except Exception:
        text = repr(own_id)
    return text if len(text) <= ID_LENGTH else f"{text[: ID_LENGTH - 1]}…"
