"""What the payloads of a webhook say: which records were touched, and from where to read on. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

TOUCHED = ("createdRecordsById", "changedRecordsById", "destroyedRecordIds")


class PayloadPage(NamedTuple):
    """A page of payloads: the ids of the records that they name, and the next cursor.

    `more`: there are more by now. `broken`: one says that the webhook has not heard of everything.
    """

    touched: tuple[str, ...]
    cursor: int
    more: bool
    broken: bool


def read_page(body: Any, cursor: int) -> PayloadPage:
    """A page from the body of an answer to a question for payloads from `cursor` on.

    What is in no form of Airtable counts as broken: a comparison finds what it may have said.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("payloads"), list):
        return PayloadPage((), cursor, False, True)
    payloads = body["payloads"]
    following = body.get("cursor")
    whole = isinstance(following, int) and following >= cursor + len(payloads)
    tables = [table for payload in payloads for table in tables_of(payload)]
    touched = dict.fromkeys(id_ for table in tables for id_ in touched_by(table))
    return PayloadPage(
        tuple(touched),
        following if isinstance(following, int) and whole else cursor + len(payloads),
        bool(payloads) and body.get("mightHaveMore") is True,
        not whole or any(is_broken(payload) for payload in payloads),
    )


def is_broken(payload: Any) -> bool:
    """Whether a payload says that something could not be told, or says nothing that is understood."""
    return not isinstance(payload, Mapping) or payload.get("error") is True


def tables_of(payload: Any) -> Iterable[Any]:
    """The changes of each table in a payload."""
    tables = payload.get("changedTablesById") if isinstance(payload, Mapping) else None
    return tables.values() if isinstance(tables, Mapping) else ()


def touched_by(changes: Any) -> Iterable[str]:
    """The ids of the records in the changes of a table."""
    for name in TOUCHED if isinstance(changes, Mapping) else ():
        for id_ in changes.get(name) or ():
            if isinstance(id_, str):
                yield id_
