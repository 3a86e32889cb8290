"""Records of Airtable as documents: what their cells mean. Pure.

Airtable leaves empty cells out of its answers, an unchecked checkbox too: what is missing is unknown.
"""

from collections.abc import Mapping
from typing import Any

from schemas.model import RawDocument
from workers.product.field_rules import OWN_ID
from workers.product.sources import Source

CREATED = "created_date"  # the field that gets the time of a record's creation, unless the table has one
ERROR, SPECIAL = "error", "specialValue"  # {"error": "#ERROR!"} and {"specialValue": "NaN"} of formulas
# of objects in a cell the first of these that is there: the address or name of a collaborator, the name of an
# attachment or of a select's option, the text of a barcode, of a field written by AI, and of a button
MEANING = ("email", "filename", "name", "text", "value", "label")
AI_STATE, GENERATED = "state", "generated"


def document_of(source: Source, record: Mapping[str, Any]) -> RawDocument:
    """A record as a document: its id, the cells that are mapped, and when it was created.

    A cell into which a path leads keeps its objects, so that `Owner.name` finds something; of others each
    object becomes the text that it means. An attachment is its file's name: its address changes with each
    answer.
    """
    entered = source.entered
    document: RawDocument = {CREATED: record.get("createdTime")}
    cells = record.get("fields")
    for name, cell in cells.items() if isinstance(cells, Mapping) else ():
        value = readable(cell) if name in entered else meaning(cell)
        if value is not None and value != []:
            document[name] = value
    return document | {OWN_ID: record.get("id")}


def meaning(cell: Any) -> Any:
    """What a cell means, without objects; None when that is unknown."""
    if isinstance(cell, list):
        return [value for item in cell if (value := meaning(item)) is not None]
    if not isinstance(cell, Mapping):
        return cell
    if is_unknown(cell):
        return None
    return next((cell[name] for name in MEANING if isinstance(cell.get(name), str | int | float)), None)


def readable(cell: Any) -> Any:
    """A cell with its objects, but without those that say that there is no value."""
    if isinstance(cell, list):
        return [value for item in cell if (value := readable(item)) is not None]
    return None if isinstance(cell, Mapping) and is_unknown(cell) else cell


def is_unknown(cell: Mapping[str, Any]) -> bool:
    """Whether an object says that a value could not be computed, or is not written yet."""
    unwritten = AI_STATE in cell and "value" in cell and cell[AI_STATE] != GENERATED
    return ERROR in cell or SPECIAL in cell or unwritten
