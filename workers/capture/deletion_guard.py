"""Holds a snapshot back that would delete more than it may (see deletions.py), before it writes anything."""

import threading
from collections.abc import Callable, Iterable
from functools import partial

import structlog
from pymongo.database import Database

from schemas.control import Deletion
from schemas.model import RawDocument
from workers.capture.collection_scan import scan_collection
from workers.capture.deletions import is_allowed, refusal
from workers.capture.failure import RefusedError
from workers.capture.position import read_deletions, write_deletions
from workers.capture.scan_report import reported
from workers.capture.server import CAPPED, COLLECTION, Kinds, estimated_count
from workers.capture.topic_scan import live_keys
from workers.product.field_rules import OWN_ID
from workers.product.mapping import document_key, is_left_out
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms

UNREADABLE_KINDS = ("view", "timeseries")
MISSING_SECONDS = 10  # a collection that was dropped may be about to be created again
log = structlog.get_logger()


class DeletionGuard:
    """Checks the deletions of one snapshot.

    `kinds` asks the server for the kinds of its collections; `source` is the name of the database as a source
    and `mapping` the hash of its mapping; `share` (0 to 1) is KAIROS_MAX_DELETED_SHARE.
    """

    def __init__(
        self,
        reader: Reader,
        producer: SyncProducer,
        db: Database[RawDocument],
        kinds: Callable[[], Kinds | None],
        source: str,
        mapping: str,
        share: float,
    ) -> None:
        self._reader = reader
        self._producer = producer
        self._db = db
        self._kinds = kinds
        self._source = source
        self._mapping = mapping
        self._share = share
        self._known = read_deletions(reader, source)
        self._patience = MISSING_SECONDS  # for all collections together

    def check(self, sources: Iterable[Source], stop: threading.Event) -> None:
        """Compare the ids of all collections with the topics before a snapshot; raises RefusedError.

        Nothing is written but what is refused, for `kairos capture confirm`. Returns when `stop` is set.
        """
        self._check_kinds(sources)
        deletions = {source.topic: self._count(source, stop) for source in sources if not stop.is_set()}
        if not stop.is_set():
            self._check(deletions)

    def check_found(self, source: Source, deleted: int, held: int) -> None:
        """Check what a scan has left over in a topic, before it is deleted; raises RefusedError."""
        missing = deleted == held and self._is_missing(source)
        self._check({source.topic: self._deletion(source, deleted, held, missing=missing)})

    def done(self) -> None:
        """Forget what was refused and confirmed: the snapshot is complete."""
        if self._known:
            write_deletions(self._producer, self._source, {}, now_ms())

    def _check(self, deletions: dict[str, Deletion]) -> None:
        refused = {
            topic: deletion
            for topic, deletion in deletions.items()
            if not is_allowed(deletion, self._share, self._known.get(topic))
        }
        if refused:
            others = {topic: known for topic, known in self._known.items() if known.confirmed}
            write_deletions(self._producer, self._source, others | refused, now_ms())
            raise RefusedError(refusal(refused))

    def _check_kinds(self, sources: Iterable[Source]) -> None:
        """Raise RefusedError for what has no changes, and tell of what does not tell all of them."""
        kinds = self._kinds() or {}
        for source in sources:
            kind = kinds.get(source.collection, COLLECTION)
            place = f"{self._db.name}.{source.collection} of topic {source.topic}"
            if kind in UNREADABLE_KINDS:
                raise RefusedError(
                    f"{place} is a {kind}, whose changes cannot be read: name the collection behind it in "
                    f"KAIROS_SOURCES"
                )
            if kind == CAPPED:
                log.warning(
                    f"{place} is a capped collection: what its cap removes may not be told, and stays in the "
                    f"topic until the next snapshot"
                )

    def _count(self, source: Source, stop: threading.Event) -> Deletion:
        """What a snapshot would delete of a topic; a collection that is missing may come within seconds."""
        left = live_keys(self._reader, source.topic, self._producer.partitions(source.topic))
        held = len(left)
        if not held:
            return self._deletion(source, 0, 0)
        while self._is_missing(source):
            if self._patience <= 0:
                return self._deletion(source, held, held, missing=True)
            self._patience -= 1
            stop.wait(1)
        left_out: set[str] = set()
        found = scan_collection(self._db, source.collection, source.where_roots, stop)
        about = partial(estimated_count, self._db, source.collection)
        for document in reported(found, "comparing a collection with its topic", source.collection, about):
            try:
                key = document_key(source, document[OWN_ID])
            except Exception:
                continue  # the snapshot makes a dead letter of it
            if not is_left_out(source, document):
                left.discard(key)
            elif key in left:
                left_out.add(key)
        return self._deletion(source, len(left), held, left_out=len(left_out & left))

    def _is_missing(self, source: Source) -> bool:
        kinds = self._kinds()
        return kinds is not None and source.collection not in kinds

    def _deletion(
        self, source: Source, deleted: int, held: int, *, missing: bool = False, left_out: int = 0
    ) -> Deletion:
        return Deletion(
            collection=f"{self._db.name}.{source.collection}",
            deleted=deleted,
            held=held,
            missing=missing,
            left_out=left_out,
            mapping=self._mapping,
        )
