"""Follows all tables of Airtable that feed topics, in one thread: step by step in turn."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack

import structlog

from schemas.control import Deletion
from workers.capture.airtable.follower import TableFollower
from workers.capture.airtable.held import Held, read_held
from workers.capture.airtable.place import (
    TablePlace,
    mapping_of,
    place_of,
    position_of,
    source_name,
)
from workers.capture.airtable.schedule import Intervals
from workers.capture.airtable.table_writer import TableWriter
from workers.capture.deletions import is_allowed, refusal
from workers.capture.document_writer import DocumentWriter
from workers.capture.failure import RefusedError
from workers.capture.position import read_deletions, read_last, write_deletions, write_position
from workers.capture.snapshot_requests import SnapshotRequests, answered_record
from workers.capture.topic_scan import reading
from workers.capture.watermarks import Watermarks
from workers.product.airtable.base_pace import BasePace, base_pace
from workers.product.airtable.named_table import named_table
from workers.product.airtable.table_client import TableClient
from workers.product.sources import Source
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.sync_producer import SyncProducer
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.process.stopped import Stopped

IDLE_SECONDS = 0.1  # between two looks for what is due
NAMED_IN = "AIRTABLE_BASE and KAIROS_SOURCES"
log = structlog.get_logger()


class Tables:
    """Follows the tables of some sources; `producer` and `documents` are used by no other thread."""

    def __init__(
        self,
        settings: Settings,
        sources: tuple[Source, ...],
        producer: SyncProducer,
        documents: DocumentWriter,
        requests: SnapshotRequests,
    ) -> None:
        self._settings, self._sources, self._requests = settings, sources, requests
        self._producer, self._documents = producer, documents

    def run(self, stop: threading.Event) -> None:
        """Follow until stopped; raises CaptureError."""
        try:
            with ExitStack() as opened:
                followers = list(self._followers(opened, stop))
                while not stop.is_set():
                    self._answer_requests(followers)
                    steps = [follower.step() for follower in followers]
                    if not any(steps):
                        stop.wait(IDLE_SECONDS)
                self._producer.flush()
        except Stopped:
            log.info("stopped", source="airtable")

    def _answer_requests(self, followers: list[TableFollower]) -> None:
        """Let the tables be compared whose topics somebody wants to have read anew."""
        topics = self._requests.among(source.topic for source in self._sources)
        for source, follower in zip(self._sources, followers, strict=True):
            if source.topic in topics:
                log.info("the whole table is compared", topic=source.topic, reason="somebody asked for it")
                follower.compare_anew()
                self._producer.send(answered_record(source.topic, now_ms()))
        self._requests.answered(topics)

    def _followers(self, opened: ExitStack, stop: threading.Event) -> Iterator[TableFollower]:
        paces: dict[str, BasePace] = {}
        with reading(self._settings) as reader:
            for source in self._sources:
                base, table = table_of(source, self._settings)
                if base not in paces:
                    paces[base] = opened.enter_context(base_pace(self._settings, base, stop))
                client = TableClient(self._settings, base, table, paces[base], stop)
                yield self._follower(source, client, reader)

    def _follower(self, source: Source, table: TableClient, reader: Reader) -> TableFollower:
        settings, topic = self._settings, source.topic
        mapping = mapping_of(table.base, table.name, source, *source.beyond_paths)
        held = read_held(reader, topic, self._producer.partitions(topic))
        watermarks = Watermarks(self._producer, [topic], settings.kairos_tick_ms, ahead_ms=settings.ahead_ms)
        guard = ComparisonGuard(
            self._producer, f"{table.base}/{table.name}", source, mapping, held, settings, reader
        )

        def save(place: TablePlace) -> None:
            position = position_of(place, topic, held.highest[0], mapping)
            write_position(self._producer, position, now_ms())

        place = place_of(read_last(reader, source_name(topic)), mapping)
        log.info(
            "following a table", topic=topic, table=f"{table.base}/{table.name}", held=len(held.documents)
        )
        return TableFollower(
            source,
            table,
            TableWriter(source, held, self._documents, watermarks),
            place,
            watermarks,
            intervals_of(settings),
            guard.allow,
            save,
            now_ms,
        )


class ComparisonGuard:
    """Holds a comparison back that would delete more than it may (see deletions.py)."""

    def __init__(
        self,
        producer: SyncProducer,
        table: str,
        source: Source,
        mapping: str,
        held: Held,
        settings: Settings,
        reader: Reader,
    ) -> None:
        self._producer, self._table, self._topic = producer, table, source.topic
        self._mapping, self._held = mapping, held
        self._share = settings.kairos_max_deleted_share
        self._name = source_name(source.topic)
        self._known = read_deletions(reader, self._name)

    def allow(self, deleted: int) -> None:
        """Return when so many documents may be deleted; raises RefusedError, and stores what was refused."""
        held = len(self._held.documents)
        deletion = Deletion(collection=self._table, deleted=deleted, held=held, mapping=self._mapping)
        if not is_allowed(deletion, self._share, self._known.get(self._topic)):
            refused = {self._topic: deletion}
            write_deletions(self._producer, self._name, refused, now_ms())
            raise RefusedError(refusal(refused, NAMED_IN))
        if self._known:  # a confirmation counts once
            self._known = {}
            write_deletions(self._producer, self._name, {}, now_ms())


def table_of(source: Source, settings: Settings) -> tuple[str, str]:
    """The base and the table of a source; RefusedError when the settings lack what is needed."""
    named = named_table(source, settings)
    if named is None:
        raise RefusedError(
            f"topic {source.topic} is fed from Airtable: AIRTABLE_TOKEN and AIRTABLE_BASE (or a base in "
            "KAIROS_SOURCES) are needed"
        )
    return named


def intervals_of(settings: Settings) -> Intervals:
    """The intervals of the settings, in milliseconds."""
    seconds = (
        settings.airtable_poll_seconds,
        settings.airtable_sweep_seconds,
        settings.airtable_compare_seconds,
    )
    return Intervals(*(max(1, round(each * 1000)) for each in seconds))
