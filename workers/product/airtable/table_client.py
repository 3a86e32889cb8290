"""One table of Airtable, by pyairtable: its schema, records and webhooks."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pyairtable import Api

from workers.product.airtable.base_pace import BasePace
from workers.product.airtable.paced_session import PacedSession
from workers.product.airtable.refusals import AirtableRefusal
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.settings import Settings

TIMEOUTS = (5, 15)  # seconds to connect, and to wait for an answer
PAGE = 100  # records


COMPUTED = {  # types of fields that nobody can write
    "formula",
    "rollup",
    "count",
    "multipleLookupValues",
    "createdTime",
    "lastModifiedTime",
    "createdBy",
    "lastModifiedBy",
    "autoNumber",
    "button",
    "aiText",
    "externalSyncSource",
}


class UnknownTableError(Exception):
    """A base has no such table; one line that names those that there are."""


class TableSchema(NamedTuple):
    """The id of a table, the names of its fields, and of those that are computed."""

    id: str
    fields: frozenset[str]
    computed: frozenset[str] = frozenset()


class TableClient:
    """Asks for one table. Raises AirtableRefusal, Stopped; RequestException only for what changes something.

    With a `backoff` that can be exhausted it raises RequestException for any question.
    """

    def __init__(
        self,
        settings: Settings,
        base: str,
        table: str,
        pace: BasePace,
        stop: threading.Event,
        backoff: Backoff | None = None,
    ) -> None:
        token = settings.airtable_token
        assert token is not None
        self.base, self.name = base, table
        session = PacedSession(pace, stop, backoff)
        self._api = Api(
            token.get_secret_value(),
            timeout=TIMEOUTS,
            retry_strategy=None,
            endpoint_url=settings.airtable_url,
        )
        session.headers.update(self._api.session.headers)
        self._api.session = session
        self._table = self._api.table(base, table)

    def schema(self) -> TableSchema | None:
        """The table's schema, None when the token may not read it; UnknownTableError without such a table."""
        try:
            body = self._api.get(self._api.build_url("meta", "bases", self.base, "tables"))
        except AirtableRefusal as refusal:
            if refusal.is_forbidden:
                return None
            raise
        tables = [table for table in listed(body, "tables") if isinstance(table.get("name"), str)]
        for table in tables:
            if self.name in (table["name"], table.get("id")) and isinstance(table.get("id"), str):
                return schema_of(table)
        names_there = ", ".join(table["name"] for table in tables)
        raise UnknownTableError(
            f"base {self.base} of Airtable has no table {self.name}, there are: {names_there}"
        )

    def pages(self, fields: list[str] | None, formula: str | None = None) -> Iterator[list[Any]]:
        """The records that fit a formula, page by page, with these fields; None: all."""
        options: dict[str, Any] = {"page_size": PAGE}
        if fields is not None:
            options["fields"] = fields
        if formula is not None:
            options["formula"] = formula
        return self._table.iterate(**options)

    def upsert(self, rows: Sequence[Mapping[str, Any]], key: str) -> None:
        """Write up to 10 records in one request: the fields of each that has the same key, else a new one.

        No type is cast: a value that does not fit its field is refused, an option that is not there, too.
        """
        self._table.batch_upsert([{"fields": dict(row)} for row in rows], [key])

    def webhooks(self) -> Any:
        """The body of the list of the base's webhooks."""
        return self._api.get(self._webhooks_url())

    def add_webhook(self, specification: Mapping[str, Any]) -> None:
        """Make a webhook without an address to notify."""
        self._api.post(self._webhooks_url(), json={"notificationUrl": None, "specification": specification})

    def renew_webhook(self, webhook: str) -> None:
        """Let a webhook live for seven days from now on."""
        self._api.post(f"{self._webhooks_url()}/{webhook}/refresh")

    def payloads(self, webhook: str, cursor: int) -> Any:
        """The body of the payloads of a webhook from a cursor on."""
        return self._api.get(f"{self._webhooks_url()}/{webhook}/payloads", params={"cursor": cursor})

    def _webhooks_url(self) -> str:
        return self._api.build_url("bases", self.base, "webhooks")


def schema_of(table: Mapping[str, Any]) -> TableSchema:
    """The schema of a table in the answer with those of its base."""
    types = {
        field["name"]: field.get("type")
        for field in listed(table, "fields")
        if isinstance(field.get("name"), str)
    }
    computed = frozenset(name for name, type_ in types.items() if type_ in COMPUTED)
    return TableSchema(table["id"], frozenset(types), computed)


def listed(body: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of an object; whatever else there is, is none."""
    rows = body.get(name) if isinstance(body, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
