"""A table of Airtable as the place of records of mails."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from pyairtable.formulas import EQ, OR, Field
from requests.exceptions import RequestException

from workers.product.airtable.base_pace import base_pace
from workers.product.airtable.named_table import named_table
from workers.product.airtable.refusals import AirtableRefusal, write_sentence
from workers.product.airtable.table_client import TableClient, UnknownTableError
from workers.product.sources import Source
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings, SettingsError
from workers.writeback.mail_record import MailRecord, MessageColumns, cells_of, columns_of, rank_of
from workers.writeback.message_target import (
    NOTHING_HELD,
    HeldRecord,
    NewRecord,
    TargetRefusedError,
    UnansweredError,
)

MOST_AT_ONCE = 10  # records in a request that writes
UNPROCESSABLE, UNKNOWN_FIELD = 422, "UNKNOWN_FIELD_NAME"


class MessageTable(Protocol):
    """What is used of a table of Airtable."""

    def pages(self, fields: list[str] | None, formula: str | None = None) -> Any:
        """The records that fit a formula, page by page."""

    def upsert(self, rows: Sequence[dict[str, Any]], key: str) -> None:
        """Write up to 10 records: each in place of the one that has the same key, else as a new one."""


class AirtableMessages:
    """A table, with the columns to write; it raises AirtableRefusal beside what a MessageTarget raises."""

    name = "Airtable"
    most_at_once = MOST_AT_ONCE
    give_up_seconds = float("inf")

    def __init__(self, table: MessageTable, columns: MessageColumns) -> None:
        self._table, self._columns = table, columns

    def held(self, decisions: Sequence[str]) -> Mapping[str, HeldRecord]:
        """What the table has of these mails; rows in an odd form are nobody's."""
        key, status = self._columns.decision_id, self._columns.status
        held: dict[str, HeldRecord] = {}
        try:
            rows = [row for page in self._table.pages([key, status], named(key, decisions)) for row in page]
        except RequestException as error:
            raise UnansweredError(one_line(error)) from error
        for row in rows:
            cells = row.get("fields") if isinstance(row, Mapping) else None
            decision = cells.get(key) if isinstance(cells, Mapping) else None
            if isinstance(cells, Mapping) and isinstance(decision, str):
                before = held.get(decision, NOTHING_HELD)
                held[decision] = HeldRecord(max(before.rank, rank_of(cells.get(status))), before.records + 1)
        return held

    def write(self, news: Sequence[NewRecord]) -> Mapping[str, str | None]:
        """Write up to 10 records; when they are refused, each alone."""
        rows = [plain_cells(each.record, self._columns) for each in news]
        try:
            self._table.upsert(rows, self._columns.decision_id)
        except RequestException as error:
            raise UnansweredError(one_line(error)) from error
        except AirtableRefusal as refusal:
            if refusal.status != UNPROCESSABLE or refusal.kind == UNKNOWN_FIELD:
                raise
            if len(news) == 1:
                return {news[0].record.decision: str(refusal)}
            done: dict[str, str | None] = {}
            for each in news:
                done |= self.write([each])
            return done
        return dict.fromkeys(each.record.decision for each in news)


def plain_cells(record: MailRecord, columns: MessageColumns) -> dict[str, Any]:
    """A record as the cells of its row in JSON."""
    return {
        name: value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value
        for name, value in cells_of(record, columns).items()
    }


def named(column: str, decisions: Sequence[str]) -> str:
    """The formula for the records of these decisions."""
    return str(OR(*(EQ(Field(column), decision) for decision in decisions)))


@contextmanager
def airtable_messages(
    settings: Settings, source: Source, stop: threading.Event
) -> Iterator[AirtableMessages | str]:
    """The table of messages; a line that says which columns it lacks instead.

    Raises SettingsError, TargetRefusedError (also out of what is done with it), Stopped.
    """
    base, table = place_of(source, settings)
    try:
        with base_pace(settings, base, stop) as pace:
            client = TableClient(settings, base, table, pace, stop)
            schema = client.schema()
            there = None if schema is None else schema.fields
            columns = columns_of(source, there, frozenset() if schema is None else schema.computed)
            yield columns if isinstance(columns, str) else AirtableMessages(client, columns)
    except AirtableRefusal as refusal:
        raise TargetRefusedError(write_sentence(refusal, base, table)) from refusal
    except UnknownTableError as error:
        raise TargetRefusedError(str(error)) from error


def place_of(source: Source, settings: Settings) -> tuple[str, str]:
    """Base and table of a source; raises SettingsError when the settings lack what is needed."""
    place = named_table(source, settings)
    if place is None:
        raise SettingsError(
            "AIRTABLE_TOKEN and AIRTABLE_BASE (or a base in KAIROS_SOURCES) are needed to write messages back"
        )
    return place
