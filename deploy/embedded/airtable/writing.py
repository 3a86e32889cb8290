"""What a request may write into records. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.embedded.airtable.bases import COMPUTED, Cells, TableData
from deploy.embedded.airtable.errors import unprocessable
from deploy.embedded.airtable.formula import parsed_time
from deploy.embedded.airtable.lists import known_name

MOST_RECORDS, MOST_MERGE_KEYS = 10, 3
TEXTS = ("singleLineText", "multilineText", "email", "url", "phoneNumber", "singleSelect", "richText")


def record_rows(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records of a request, or its only one; TableError for too many."""
    rows = asked.get("records", [asked])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise unprocessable("INVALID_REQUEST_MISSING_FIELDS", "Could not find field 'fields' in the body")
    if len(rows) > MOST_RECORDS:
        raise unprocessable("INVALID_RECORDS", f"You may only write up to {MOST_RECORDS} records at once.")
    return rows


@dataclass(frozen=True)
class ValueRules:
    """What values are taken: `options` of single selects by field; with `typecast` any that can be cast."""

    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    typecast: bool = False


def fits(type_: str, value: Any) -> bool:
    """Whether a value is of the type of a field, for those types that are checked."""
    if value is None:
        return True
    if type_ in TEXTS:
        return isinstance(value, str)
    if type_ in ("dateTime", "date"):
        return isinstance(value, str) and parsed_time(value) is not None
    if type_ in ("number", "currency", "percent"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def check_value(name: str, type_: str, value: Any, rules: ValueRules) -> None:
    """TableError for a value that a field does not take."""
    if rules.typecast:
        return
    if not fits(type_, value):
        message = f'Field "{name}" cannot accept the provided value'
        raise unprocessable("INVALID_VALUE_FOR_COLUMN", message)
    options = rules.options.get(name)
    if type_ == "singleSelect" and value is not None and options is not None and value not in options:
        message = f'Insufficient permissions to create new select option ""{value}""'
        raise unprocessable("INVALID_MULTIPLE_CHOICE_OPTIONS", message)


def merge_keys(table: TableData, upsert: Any) -> list[str]:
    """The names of the fields by which an upsert finds its records; TableError for what they cannot be."""
    keys = upsert.get("fieldsToMergeOn") if isinstance(upsert, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, str) and table.name_of(key) for key in keys):
        raise unprocessable("INVALID_REQUEST_UNKNOWN", "fieldsToMergeOn must be names of fields")
    names = [table.name_of(key) or "" for key in keys]
    if not 0 < len(names) <= MOST_MERGE_KEYS:
        raise unprocessable("INVALID_REQUEST_UNKNOWN", f"fieldsToMergeOn has 1 to {MOST_MERGE_KEYS} fields")
    if any(table.types[name] in COMPUTED for name in names):
        raise unprocessable("INVALID_REQUEST_UNKNOWN", "fieldsToMergeOn has a computed field")
    return names


def checked_cells(table: TableData, cells: Any, rules: ValueRules) -> Cells:
    """The cells of a record by the names of their fields; TableError for those that cannot be written."""
    if not isinstance(cells, dict):
        raise unprocessable("INVALID_REQUEST_MISSING_FIELDS", "Could not find field 'fields' in the body")
    named = {known_name(table, name): value for name, value in cells.items()}
    for name in named:
        if table.types[name] in COMPUTED:
            raise unprocessable(
                "INVALID_VALUE_FOR_COLUMN",
                f'Field "{name}" cannot accept a value because the field is computed',
            )
        check_value(name, table.types[name], named[name], rules)
    return named


def cleared(cells: Cells) -> Cells:
    """The same fields, without values."""
    return dict.fromkeys(cells)


def is_the_same(cells: Cells, others: Cells, names: Iterable[str]) -> bool:
    """Whether two records have the same values in all of these fields."""
    return all(cells.get(name) == others.get(name) for name in names)
