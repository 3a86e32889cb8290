"""Stores in the position how far a snapshot has got, so that it goes on after the end of the process."""

import json
from typing import Any

import bson
from bson.codec_options import DatetimeConversion
from bson.json_util import CANONICAL_JSON_OPTIONS, dumps, loads

from schemas.control import SourcePosition
from schemas.model import RawDocument
from workers.capture.position import write_position
from workers.capture.watermarks import monotonic_ms
from workers.product.mongo import CODEC
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms

SAVE_MS = 10_000  # between two places of one collection
EXACT = CANONICAL_JSON_OPTIONS.with_options(datetime_conversion=DatetimeConversion.DATETIME_MS)


class Progress:
    """The place of a running snapshot in `position`, which has `scan` set."""

    def __init__(self, producer: SyncProducer, position: SourcePosition) -> None:
        assert position.scan is not None
        self.position = position
        self._producer = producer
        self._scan = position.scan
        self._saved_at = monotonic_ms()

    def after(self, topic: str) -> Any | None:
        """The `_id` of the last document of a topic's collection that is written, None without one."""
        is_in_hand = self._scan.topics[:1] == [topic]
        return read_id(self._scan.after) if is_in_hand and self._scan.after else None

    def reached_if_due(self, own_id: Any) -> None:
        """Save, now and then, that the collection in hand is written up to the document with this `_id`."""
        if monotonic_ms() - self._saved_at >= SAVE_MS:
            self.reached(own_id)

    def reached(self, own_id: Any) -> None:
        """Save that the collection in hand is written up to the document with this `_id`.

        An id that cannot be kept exactly is no place: the last one that was saved stays.
        """
        if (stored := stored_id(own_id)) is not None:
            self._save({"after": stored})

    def finished(self, topic: str) -> None:
        """Save that a topic is complete, tombstones included."""
        self._save({"topics": [each for each in self._scan.topics if each != topic], "after": None})

    def _save(self, change: dict[str, Any]) -> None:
        self._scan = self._scan.model_copy(update=change)
        self.position = self.position.model_copy(update={"scan": self._scan})
        write_position(self._producer, self.position, now_ms())
        self._saved_at = monotonic_ms()


def stored_id(own_id: Any) -> RawDocument | None:
    """An `_id` as extended JSON that is read back as the same BSON; None when there is none."""
    try:
        text = dumps({"_id": own_id}, json_options=EXACT)
        exact = bson.encode({"_id": read_id(json.loads(text))}, codec_options=CODEC)
        return json.loads(text) if exact == bson.encode({"_id": own_id}, codec_options=CODEC) else None
    except Exception:
        return None  # whatever cannot be written has no place


def read_id(stored: RawDocument) -> Any:
    """The `_id` of a stored place."""
    return loads(json.dumps(stored), json_options=EXACT)["_id"]
