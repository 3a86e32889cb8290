"""Bases, their tables, records and webhooks: what entries of the journal make of them. Pure.

Every change is an entry, a JSON object that says what happened and when; applied in order, the entries of a
journal give the same bases again.
"""

from dataclasses import dataclass, field
from typing import Any

from deploy.embedded.airtable.names import id_of, time_text

COMPUTED = {
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
}
Cells = dict[str, Any]
JournalEntry = dict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", False)  # cells that no answer has; nor empty lists


@dataclass
class TableRecord:
    """A record; `modified` is None until a cell was changed by somebody. Times in epoch ms."""

    id: str
    created: int
    cells: Cells
    modified: int | None = None


@dataclass
class TableData:
    """A table: its fields with their types, and its records in the order of their creation."""

    id: str
    name: str
    types: dict[str, str]
    records: dict[str, TableRecord] = field(default_factory=dict)
    made: int = 0  # how many records it ever had

    def field_id(self, name: str) -> str:
        """The id of a field."""
        return id_of("fld", self.id, name)

    def name_of(self, name_or_id: str) -> str | None:
        """The name of a field, from its name or id."""
        if name_or_id in self.types:
            return name_or_id
        return next((name for name in self.types if self.field_id(name) == name_or_id), None)


@dataclass
class TableWebhook:
    """A webhook with all its payloads, of which the first has the number 1. `expires` in epoch ms."""

    id: str
    specification: dict[str, Any]
    url: str | None
    expires: int
    payloads: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def hears_of(self, table: str) -> bool:
        """Whether changes of a table's records are told to it."""
        filters = self.specification.get("options", {}).get("filters", {})
        return "tableData" in filters.get("dataTypes", ()) and filters.get("recordChangeScope") in (
            None,
            table,
        )


@dataclass
class BaseData:
    """A base; `transactions` are the changes that it has seen."""

    id: str
    tables: dict[str, TableData] = field(default_factory=dict)
    webhooks: dict[str, TableWebhook] = field(default_factory=dict)
    transactions: int = 0
    webhooks_made: int = 0

    def table(self, name_or_id: str) -> TableData | None:
        """A table by its name or id."""
        found = self.tables.get(name_or_id)
        return found or next((each for each in self.tables.values() if each.name == name_or_id), None)


class Bases:
    """All bases, by id."""

    def __init__(self) -> None:
        self.by_id: dict[str, BaseData] = {}

    def apply(self, entry: JournalEntry) -> None:
        """Do what an entry says; it is one that was possible."""
        base = self.by_id.setdefault(entry["base"], BaseData(entry["base"]))
        match entry["kind"]:
            case "table":
                id_ = id_of("tbl", base.id, entry["name"])
                base.tables[id_] = TableData(id_, entry["name"], dict(entry["fields"]))
            case "columns":  # all of a table, as they are from now on; `renamed`: new names by old ones
                _set_columns(base.tables[entry["table"]], entry["fields"], entry["renamed"])
            case "edit":
                _edit(base, base.tables[entry["table"]], entry)
            case "webhook":
                hook = TableWebhook(entry["id"], entry["specification"], entry["url"], entry["expires"])
                base.webhooks[hook.id] = hook
                base.webhooks_made += 1
            case "refresh":
                base.webhooks[entry["id"]].expires = entry["expires"]
            case "unhook":
                del base.webhooks[entry["id"]]


def _set_columns(table: TableData, fields: dict[str, str], renamed: dict[str, str]) -> None:
    table.types = dict(fields)
    for record in table.records.values():
        cells = {renamed.get(name, name): value for name, value in record.cells.items()}
        record.cells = {name: value for name, value in cells.items() if name in fields}


def _edit(base: BaseData, table: TableData, entry: JournalEntry) -> None:
    """Create, change and destroy records in one transaction, and tell the webhooks."""
    at, changed, created = entry["at"], {}, {}
    for id_, cells in entry["created"].items():
        table.records[id_] = TableRecord(id_, at, _kept(cells))
        table.made += 1
        created[id_] = {"createdTime": time_text(at), **_by_field_id(table, cells)}
    for id_, cells in entry["changed"].items():
        record = table.records[id_]
        record.cells = _kept(record.cells | cells)
        if any(table.types[name] not in COMPUTED for name in cells):
            record.modified = at
        changed[id_] = {"current": _by_field_id(table, cells)}
    for id_ in entry["destroyed"]:
        del table.records[id_]
    base.transactions += 1
    told = {
        "createdRecordsById": created,
        "changedRecordsById": changed,
        "destroyedRecordIds": entry["destroyed"],
    }
    payload = {
        "timestamp": time_text(at),
        "baseTransactionNumber": base.transactions,
        "payloadFormat": "v0",
        "actionMetadata": {"source": entry["source"], "sourceMetadata": {}},
        "changedTablesById": {table.id: {name: value for name, value in told.items() if value}},
    }
    for hook in base.webhooks.values():
        if hook.hears_of(table.id) and at < hook.expires:
            hook.payloads.append((at, payload))


def _kept(cells: Cells) -> Cells:
    return {name: value for name, value in cells.items() if value not in EMPTY and value != []}


def _by_field_id(table: TableData, cells: Cells) -> dict[str, Any]:
    return {"cellValuesByFieldId": {table.field_id(name): value for name, value in cells.items()}}
