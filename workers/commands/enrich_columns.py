"""Which fields of a file are read: those of the collection, also in another spelling; others get a hint."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from schemas.documents import Event, Message, Order, User
from schemas.notes import Noted
from workers.commands.enrich_entries import RefusedFile
from workers.people.batch.profile_batch import Collection as CollectionName
from workers.product.field_rules import OWN_ID
from workers.product.field_spelling import fold, parts_of
from workers.product.field_synonyms import SYNONYMS
from workers.product.reading.forms import field_names

MODELS: Mapping[CollectionName, type[Noted]] = {
    "users": User,
    "orders": Order,
    "events": Event,
    "messages": Message,
}
CLOSE = 0.75  # how alike two names are, from 0 to 1, of which one may be meant by the other
MOST_SHOWN = 12  # names in a line
Naming = tuple[Any, ...] | None  # the fields' names; None: as given
MOST_LAYOUTS = 1_000  # sets of names whose spelling is remembered


def fields_of(collection: CollectionName) -> frozenset[str]:
    """The fields of a collection that are read, `_id` among them."""
    return field_names(MODELS[collection]) | {OWN_ID}


class Columns:
    """The names in one file: known ones in another spelling are taken; `unread` are the others."""

    def __init__(self, collection: CollectionName) -> None:
        self.unread: dict[str, None] = {}
        self.respelled: dict[str, str] = {}  # name in the file: the field for which it is taken
        self._fields = fields_of(collection)
        self._by_folded = {fold(name): name for name in self._fields}
        self._present: set[str] = set()  # the fields of which there is one
        self._layouts: dict[tuple[Any, ...], Naming] = {}

    def named(self, document: Mapping[Any, Any]) -> Mapping[Any, Any]:
        """The document with the fields' own names."""
        names = tuple(document)
        try:
            own_names = self._layouts[names]
        except KeyError:
            own_names = self._layout(names)
            if len(self._layouts) < MOST_LAYOUTS:
                self._layouts[names] = own_names
        return document if own_names is None else dict(zip(own_names, document.values(), strict=True))

    def suggestion(self, name: str) -> str | None:
        """The field that a name may stand for: another tool's word for it, a name like it, or one in it."""
        folded = fold(name)
        for field in sorted(self._fields):
            if folded in SYNONYMS.get(field, ()):
                return field
        close = get_close_matches(folded, self._by_folded, 1, CLOSE)
        if close:
            return self._by_folded[close[0]]
        inside = [self._by_folded[part] for part in parts_of(name) if part in self._by_folded]
        return next((field for field in inside if field not in self._present), None)

    def _layout(self, names: tuple[Any, ...]) -> Naming:
        respelled: dict[str, str] = {}
        taken = self._fields & set(names)
        for name in names:
            if name in self._fields:
                continue
            field = self._by_folded.get(fold(name)) if isinstance(name, str) else None
            if field is None or field in taken:
                self.unread[str(name)] = None
            else:
                respelled[name] = field
                taken |= {field}
        self.respelled |= respelled
        self._present |= taken
        return tuple(respelled.get(name, name) for name in names) if respelled else None


def unread_line(columns: Columns, passed_on: bool) -> str | None:
    """A line on the fields that nobody reads, those with a suggestion first; None when all are read.

    `passed_on`: they are in the profiles as they are.
    """
    if not columns.unread:
        return None
    suggested = {name: columns.suggestion(name) for name in columns.unread}
    names = sorted(columns.unread, key=lambda name: suggested[name] is None)
    shown = [
        f"“{name}” (did you mean {suggested[name]}?)" if suggested[name] else f"“{name}”"
        for name in names[:MOST_SHOWN]
    ]
    more = f" and {len(names) - MOST_SHOWN:,} more" if len(names) > MOST_SHOWN else ""
    where = "not read, in the profiles as they are" if passed_on else "not read"
    return f"{where}: {', '.join(shown)}{more}"


def is_suspicious(columns: Columns, passed_on: bool) -> bool:
    """Whether a field was given and not used: one that is not passed on, or may stand for another."""
    return any(not passed_on or columns.suggestion(name) for name in columns.unread)


def check_header(collection: CollectionName, names: Sequence[str]) -> None:
    """RefusedFile for a header without a field that is read, and for users without an id; with hints."""
    folded = {fold(name) for name in names}
    if not folded & {fold(name) for name in fields_of(collection)}:
        missing = "has no header with a field that is read"
    elif collection == "users" and not folded & {"id", OWN_ID}:
        missing = "has no column id"
    else:
        return
    hints = [f"“{name}” (did you mean {field}?)" for name, field in renamings(collection, names)]
    if len(names) == 1:
        hints = ["if the cells are separated by another character, give --delimiter"]
    shown = ", ".join(f"“{name}”" for name in names[:MOST_SHOWN])
    known = ", ".join(sorted(fields_of(collection)))
    advice = ", ".join(hints) or f"the fields are {known}"
    raise RefusedFile(f"{missing}: it begins with {shown}; {advice}")


def renamings(collection: CollectionName, names: Sequence[str]) -> list[tuple[str, str]]:
    """The names that may stand for a field, each with it; each field once."""
    columns = Columns(collection)
    fields: dict[str, str] = {}
    for name in names:
        is_users_id = collection == "users" and fold(name) == "userid"
        field = "id" if is_users_id else columns.suggestion(name)
        if field is not None and fold(name) != fold(field):
            fields.setdefault(field, name)
    return [(name, field) for field, name in fields.items()]
