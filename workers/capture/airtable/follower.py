"""Follows one table: step by step, each a question to Airtable and what its answer changes in the topic."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from requests.exceptions import RequestException

from workers.capture.airtable.payloads import read_page
from workers.capture.airtable.place import TablePlace
from workers.capture.airtable.schedule import MOST_IDS, Intervals, TableReading, are_records, modified_since
from workers.capture.airtable.table_writer import TableWriter, key_of
from workers.capture.airtable.webhooks import specification, usable
from workers.capture.failure import RefusedError
from workers.capture.watermarks import Watermarks
from workers.product.airtable.refusals import AirtableRefusal, sentence
from workers.product.airtable.table_client import TableClient, UnknownTableError
from workers.product.airtable_fields import missing, wanted
from workers.product.sources import Source
from workers.runtime.metrics.sources import AIRTABLE_WEBHOOKS, SOURCE_READ_AT

ITERATOR_GONE, UNKNOWN_FIELD = "LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "UNKNOWN_FIELD_NAME"
log = structlog.get_logger()


class TableFollower:
    """Follows a table from a place on, which it moves; `clock` is in epoch ms.

    `allow` is asked before documents are deleted that a comparison did not find, with their number; it raises
    RefusedError. `save` stores the place, once everything before it is acknowledged.
    """

    def __init__(
        self,
        source: Source,
        table: TableClient,
        writer: TableWriter,
        place: TablePlace,
        watermarks: Watermarks,
        intervals: Intervals,
        allow: Callable[[int], None],
        save: Callable[[TablePlace], None],
        clock: Callable[[], int],
    ) -> None:
        self._source, self._table, self._writer = source, table, writer
        self.place, self._watermarks, self._intervals = place, watermarks, intervals
        self._allow, self._save, self._clock = allow, save, clock
        self._reading: TableReading | None = None
        self._fields: list[str] | None = None  # that are asked for; None: all
        self._table_id: str | None = None
        self._has_webhook = self._may_have_webhook = False
        self._begun = False
        self._read_up_to: int | None = None

    def step(self) -> bool:
        """Do what is due next, one question long; False when nothing is. Raises CaptureError and Stopped."""
        try:
            return self._step(self._clock())
        except AirtableRefusal as refusal:
            raise RefusedError(sentence(refusal, self._table.base, self._table.name)) from refusal
        except UnknownTableError as error:
            raise RefusedError(str(error)) from error

    def compare_anew(self) -> None:
        """Let the whole table be read and compared as the next thing, also after a crash."""
        self.place.done.compared, self._reading = 0, None
        self._save(self.place)

    def _step(self, now: int) -> bool:
        if not self._begun:
            self._read_schema()
            self._find_webhook(now)
            self._begun = True
            return True
        due = self.place.done.due(self._intervals, now, has_webhook=self._has_webhook)
        if due == "poll":
            self._poll(now)
        elif self._reading is not None:
            self._read_page(self._reading, now)
        elif due is not None:
            self._begin(due, now)
        self._watermarks.emit_if_due(backlog=False)
        if self._read_up_to is not None:
            SOURCE_READ_AT.labels(f"airtable/{self._source.topic}").set(self._read_up_to / 1000)
        return due is not None or self._reading is not None

    def _read_schema(self) -> None:
        """Learn the fields of the table; RefusedError when it lacks some that the mapping names."""
        schema = self._table.schema()
        if schema is None:
            log.warning(
                "the token may not read the schema (scope schema.bases:read): all columns are read, and one "
                "that is renamed is not noticed",
                topic=self._source.topic,
            )
            return
        name = f"{self._table.base}/{self._table.name}"
        if text := missing(self._source, schema.fields, self.place.fields, name):
            raise RefusedError(text)
        self.place.fields = wanted(self._source, schema.fields)
        self._fields, self._table_id = sorted(self.place.fields), schema.id

    def _find_webhook(self, now: int) -> None:
        """Go on with our webhook if it is alive, else with another; what was not heard is compared."""
        try:
            found = usable(self._table.webhooks(), self._table_id, now)
            self._may_have_webhook = True
            if not found:
                self._table.add_webhook(specification(self._table_id))
                self._count_webhook("made")
                found = usable(self._table.webhooks(), self._table_id, now)
            for webhook in found:
                if webhook.id == self.place.webhook and webhook.is_due(now):
                    self._table.renew_webhook(webhook.id)
                    self._count_webhook("renewed")
        except AirtableRefusal as refusal:
            self._tell_no_webhook(refusal)
            return
        except RequestException as error:  # it may be made by now: the next look finds it
            log.warning("the webhook could not be made", topic=self._source.topic, error=type(error).__name__)
            self._count_webhook("failed")
            return
        self._has_webhook = bool(found)
        if not found or any(webhook.id == self.place.webhook for webhook in found):
            return
        log.info("another webhook", topic=self._source.topic, webhook=found[0].id)
        self.place.webhook, self.place.cursor = found[0].id, found[0].cursor
        self.place.behind, self.place.done.compared = True, 0
        self._reading = None  # it may have begun before the webhook heard of anything

    def _count_webhook(self, outcome: str) -> None:
        AIRTABLE_WEBHOOKS.labels(self._source.topic, outcome).inc()

    def _tell_no_webhook(self, refusal: AirtableRefusal) -> None:
        self._has_webhook = False
        self._count_webhook("refused")
        if self._may_have_webhook or not self._begun:
            log.warning(
                "no webhook: changes are found by sweeps, deletions by comparisons only (the token needs the "
                "scope webhook:manage, and the base room for a webhook)",
                topic=self._source.topic,
                refusal=str(refusal),
            )
        self._may_have_webhook = False

    def _poll(self, now: int) -> None:
        """Read one page of payloads, and the records that they name."""
        try:
            body = self._table.payloads(self.place.webhook, self.place.cursor)
        except AirtableRefusal as refusal:
            if refusal.status != 404:
                raise
            self._find_webhook(now)
            return
        page = read_page(body, self.place.cursor)
        self._update(page.touched)
        if page.broken:
            self.place.behind, self.place.done.compared = True, 0
        moved, self.place.cursor = page.cursor != self.place.cursor, page.cursor
        if not page.more:
            self.place.done.polled = now
            self._is_read_up_to(now)
        if moved:
            self._save(self.place)

    def _is_read_up_to(self, now: int) -> None:
        self._read_up_to = now
        if not self.place.behind:
            self._watermarks.on_idle(now)

    def _update(self, keys: Sequence[str]) -> None:
        """Read records by their keys, and write what has become of them."""
        gone = self._absent(keys)
        self._writer.delete(gone, self._writer.held.next_version(self._clock()), self._clock())

    def _absent(self, keys: Sequence[str]) -> list[str]:
        """Those of the keys without a record; the records of the others are written."""
        gone: list[str] = []
        for start in range(0, len(keys), MOST_IDS):
            chunk, now = keys[start : start + MOST_IDS], self._clock()
            version = self._writer.held.next_version(now)
            there: set[str] = set()
            for page in self._pages(are_records(chunk)):
                there |= self._writer.write(page, version, now)
            gone += [key for key in chunk if key not in there]
        return gone

    def _pages(self, formula: str | None) -> Iterator[list[Any]]:
        return self._table.pages(self._fields, formula)

    def _begin(self, kind: str, now: int) -> None:
        """Begin a sweep or a comparison, with a look at what else may have changed."""
        if kind == "compare":
            self._read_schema()
        if kind == "compare" or self._may_have_webhook:
            self._find_webhook(now)
        formula = None if kind == "compare" else modified_since(self.place.done.swept)
        self._reading = TableReading(kind, now, self._pages(formula))

    def _read_page(self, reading: TableReading, now: int) -> None:
        version = self._writer.held.next_version(now)
        try:
            page = next(reading.pages, None)
        except AirtableRefusal as refusal:
            if refusal.kind not in (ITERATOR_GONE, UNKNOWN_FIELD):
                raise
            log.info("a list is read anew", topic=self._source.topic, refusal=str(refusal))
            if refusal.kind == UNKNOWN_FIELD:
                self._read_schema()
            self._reading = None
            return
        if page is not None:
            written = self._writer.write(page, version, now)
            if reading.kind == "sweep":  # a comparison deletes at its end, when it knows how many
                self._writer.delete({key for each in page if (key := key_of(each))} - written, version, now)
            reading.seen |= written
            return
        self._reading = None
        if reading.kind == "compare":
            self._delete_unseen(reading)
        self._finish(reading)

    def _delete_unseen(self, reading: TableReading) -> None:
        """Delete what a comparison did not find, and what is not found under its own key either."""
        gone = self._absent(sorted(self._writer.held.documents.keys() - reading.seen))
        if gone:
            self._allow(len(gone))
        now = self._clock()
        deleted = self._writer.delete(gone, self._writer.held.next_version(now), now)
        log.info("compared", topic=self._source.topic, records=len(reading.seen), gone=deleted)

    def _finish(self, reading: TableReading) -> None:
        done = self.place.done
        done.swept = reading.began
        if reading.kind == "compare":
            done.compared, self.place.behind = reading.began, False
        if not self._has_webhook:
            self._is_read_up_to(reading.began)
        self._save(self.place)
