"""Which records a list asks for, in which order and with which fields. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.embedded.airtable.bases import TableData, TableRecord
from deploy.embedded.airtable.errors import unprocessable
from deploy.embedded.airtable.formula import condition
from deploy.embedded.airtable.names import time_text

SORT = re.compile(r"sort\[(\d+)\]\[(field|direction)\]")


@dataclass(frozen=True)
class ListQuery:
    """A list that is asked for; `fields` None are all."""

    fields: list[str] | None = None
    formula: str = ""
    sort: list[tuple[str, str]] = field(default_factory=list)
    page_size: int = 100
    most: int | None = None
    offset: str = ""
    by_field_id: bool = False


def query_of_url(asked: Iterable[tuple[str, str]]) -> ListQuery:
    """A list from the parameters of a URL."""
    plain: dict[str, Any] = {}
    fields: list[str] = []
    sort: dict[int, dict[str, str]] = {}
    for name, value in asked:
        if name in ("fields[]", "fields"):
            fields.append(value)
        elif match := SORT.fullmatch(name):
            sort.setdefault(int(match[1]), {})[match[2]] = value
        else:
            plain[name] = value
    if fields:
        plain["fields"] = fields
    return query_of_body(plain | {"sort": [sort[number] for number in sorted(sort)]})


def query_of_body(asked: Mapping[str, Any]) -> ListQuery:
    """A list from the body of a request; TableError for what it cannot be."""
    try:
        return ListQuery(
            fields=None if asked.get("fields") is None else [str(name) for name in asked["fields"]],
            formula=str(asked.get("filterByFormula") or ""),
            sort=[(row["field"], row.get("direction", "asc")) for row in asked.get("sort") or ()],
            page_size=int(asked.get("pageSize") or 100),
            most=int(asked["maxRecords"]) if asked.get("maxRecords") else None,
            offset=str(asked.get("offset") or ""),
            by_field_id=str(asked.get("returnFieldsByFieldId", "")).lower() in ("1", "true"),
        )
    except (KeyError, TypeError, ValueError):
        raise unprocessable(
            "INVALID_REQUEST_UNKNOWN", "Invalid request: parameter validation failed."
        ) from None


def chosen(table: TableData, query: ListQuery) -> list[str]:
    """The ids of all records of a list, in its order."""
    fits = condition(query.formula, table) if query.formula.strip() else lambda _record: True
    records = [record for record in table.records.values() if fits(record)]
    for name_or_id, direction in reversed(query.sort):
        sort_by(records, known_name(table, name_or_id), descending=direction == "desc")
    return [record.id for record in records][: query.most]


def sort_by(records: list[TableRecord], name: str, *, descending: bool) -> None:
    """Sort records by a field, in place."""
    records.sort(key=lambda record: sort_key(record.cells.get(name)), reverse=descending)


def sort_key(value: Any) -> tuple[int, float, str]:
    """Numbers before texts, missing values first."""
    if value is None:
        return 0, 0.0, ""
    return (1, float(value), "") if isinstance(value, int | float) else (2, 0.0, str(value))


def known_name(table: TableData, name_or_id: str) -> str:
    """The name of a field; TableError when there is none."""
    name = table.name_of(name_or_id)
    if name is None:
        raise unprocessable("UNKNOWN_FIELD_NAME", f'Unknown field name: "{name_or_id}"')
    return name


def shown(table: TableData, record: TableRecord, query: ListQuery) -> dict[str, Any]:
    """A record as an answer has it."""
    names = None if query.fields is None else {known_name(table, name) for name in query.fields}
    cells = {
        table.field_id(name) if query.by_field_id else name: value
        for name, value in record.cells.items()
        if names is None or name in names
    }
    return {"id": record.id, "createdTime": time_text(record.created), "fields": cells}
