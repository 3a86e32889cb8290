"""Whether records of mails can be written back: the mapping and the rights. Nothing is written."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from schemas.model import RawDocument, from_epoch_ms
from workers.commands.finding import Finding, Level
from workers.product.airtable.table_client import TableSchema
from workers.product.mapping import is_left_out
from workers.product.mongo_errors import is_transient
from workers.product.sources import Source
from workers.runtime.process.settings import Settings
from workers.writeback.app import MESSAGES
from workers.writeback.mail_record import (
    EARLIEST_MS,
    MailRecord,
    MessageColumns,
    cells_of,
    columns_of,
    paths_of,
)
from workers.writeback.mongo_messages import OWN_ID, document_of
from workers.writeback.mongo_refusals import RIGHTS, grant

EXAMPLE = MailRecord("p:1", "p", "sent", from_epoch_ms(EARLIEST_MS), "text")


def table_writing(settings: Settings, source: Source, schema: TableSchema | None) -> Iterator[Finding]:
    """What keeps records of mails out of a table of Airtable; the right to write is seen by writing only."""
    if source.topic != MESSAGES or not settings.airtable_write_back:
        return
    there, computed = (None, frozenset[str]()) if schema is None else (schema.fields, schema.computed)
    yield from mapping_findings(source, columns_of(source, there, computed), "note")


def collection_writing(settings: Settings, source: Source, db: Database[RawDocument]) -> Iterator[Finding]:
    """What keeps records of mails out of a collection of MongoDB; raises PyMongoError when it is lost."""
    if source.topic != MESSAGES or not settings.mongo_write_back:
        return
    paths = paths_of(source)
    yield from mapping_findings(source, paths, "wrong")
    if missing := missing_rights(db, source.collection):
        says = f"MONGO_WRITE_BACK is on, and the rights {', '.join(missing)} are missing"
        yield Finding("wrong", source.topic, f"{says}: {grant(db.name, source.collection)}")
    if isinstance(paths, MessageColumns) and not is_indexed(db, source.collection, paths.decision_id):
        says = f"no index of {db.name}.{source.collection} begins with {paths.decision_id}"
        yield Finding("note", source.topic, f"{says}: each record is looked for in all of them")


def mapping_findings(source: Source, columns: MessageColumns | str, level: Level) -> Iterator[Finding]:
    """What a mapping lacks, or why capture would not read what is written."""
    if isinstance(columns, str):
        yield Finding(level, source.topic, f"no mail is written back: {columns}")
    elif is_left_out(source, document_of({OWN_ID: "r"} | cells_of(EXAMPLE, columns))):
        says = "what is written back is not captured again, because messages.where leaves it out"
        yield Finding(level, source.topic, says)


def missing_rights(db: Database[RawDocument], collection: str) -> list[str]:
    """The rights to write that this user lacks for sure; none on a server that does not tell."""
    try:
        reply = db.command("connectionStatus", showPrivileges=True)
    except OperationFailure as error:
        if is_transient(error):
            raise
        return []
    info = reply.get("authInfo") or {}
    if not info.get("authenticatedUsers"):  # a server without access control
        return []
    granted = actions_of(info.get("authenticatedUserPrivileges") or (), db.name, collection)
    return [right for right in RIGHTS if right not in granted]


def actions_of(privileges: Collection[Mapping[str, Any]], database: str, collection: str) -> frozenset[str]:
    """The actions that some privileges allow on a collection."""
    return frozenset(
        action
        for privilege in privileges
        if covers(privilege.get("resource") or {}, database, collection)
        for action in privilege.get("actions") or ()
    )


def covers(resource: Mapping[str, Any], database: str, collection: str) -> bool:
    """Whether a resource is a collection, all of a database, of all, or everything; "" stands for any."""
    if resource.get("anyResource"):
        return True
    return resource.get("db") in ("", database) and resource.get("collection") in ("", collection)


def is_indexed(db: Database[RawDocument], collection: str, path: str) -> bool:
    """Whether documents are found by a field without looking at all of them; true where that is not told."""
    try:
        return path == OWN_ID or any([*index["key"]][:1] == [path] for index in db[collection].list_indexes())
    except OperationFailure as error:
        if is_transient(error):
            raise
        return True
