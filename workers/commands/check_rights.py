"""Which rights in MongoDB capture lacks, and which kinds of collections it cannot follow."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from bson import Timestamp
from pymongo.database import Database
from pymongo.errors import OperationFailure

from schemas.model import RawDocument
from workers.capture.change_stream import ChangeStreamReader, HistoryLost
from workers.capture.deletion_guard import UNREADABLE_KINDS
from workers.capture.failure import CaptureError
from workers.capture.history_watch import oldest_change
from workers.capture.server import CAPPED, collection_kinds, committed_time
from workers.commands.finding import Finding
from workers.product.mongo_errors import is_transient
from workers.product.sources import Source


class Collections(NamedTuple):
    """The kind of each collection (collection, view, timeseries, capped); None when it may not be known."""

    kinds: dict[str, str] | None
    findings: tuple[Finding, ...] = ()


def collections_of(db: Database[RawDocument]) -> Collections:
    """The collections of a database, as far as this user may know them; raises PyMongoError when lost."""
    kinds = collection_kinds(db)
    if may_list(db):
        return Collections(kinds)
    says = f"the right listCollections on the database {db.name} is missing: "
    says += (
        "a collection that does not exist, or is a view, is noticed late"
        if kinds is None
        else "only what this user may read is known, and not whether it is capped"
    )
    return Collections(kinds, (Finding("note", "rights", says),))


def may_list(db: Database[RawDocument]) -> bool:
    """Whether this user may list the collections of a database with all that the server knows of them."""
    try:
        with db.list_collections():
            return True
    except OperationFailure as error:
        if is_transient(error):
            raise
        return False


def kind_findings(source: Source, place: str, kinds: dict[str, str] | None) -> Iterator[Finding]:
    """What is to be said of the kind of a source's collection, or that it is missing."""
    if kinds is None:
        return
    kind = kinds.get(source.collection)
    if kind is None:
        is_needed = source.topic == "users"
        says = f"there is no collection {place}: correct its name in KAIROS_SOURCES, or set enabled = false"
        end = "; without users there is no profile" if is_needed else ""
        yield Finding("wrong" if is_needed else "note", source.topic, f"{says}{end}")
    elif kind in UNREADABLE_KINDS:
        says = f"{place} is a {kind}, whose changes cannot be read: name the collection behind it"
        yield Finding("wrong", source.topic, f"{says} in KAIROS_SOURCES")
    elif kind == CAPPED:
        says = f"{place} is capped: what falls out of it is told by no change, and stays known until the next"
        yield Finding("note", source.topic, f"{says} snapshot")


def stream_finding(db: Database[RawDocument], sources: tuple[Source, ...]) -> Finding:
    """Whether the changes of a database can be read: opens the stream of capture, and waits for nothing."""
    try:
        committed = committed_time(db, sources[0].collection)
        start = Timestamp(committed.time, committed.inc + 1)
        with closing(ChangeStreamReader(db, sources, start=start)) as stream:
            stream.open()
    except (CaptureError, HistoryLost) as error:
        return Finding("wrong", "changes", str(error))
    return Finding("ok", "changes", f"the change stream of {db.name} can be read")


def history_findings(db: Database[RawDocument]) -> Iterator[Finding]:
    """Whether it is known how much history the server keeps."""
    if oldest_change(db) is None:
        says = "local.oplog.rs cannot be read (it takes the right find there, and a replica set asked itself)"
        says += ": how much history is left is not known"
        yield Finding("note", "rights", says)
