"""A collection of MongoDB as the place of records of mails.

A new record has the decision's id as its `_id`, and one that is there is changed only while its status is the
one that was seen: so two processes that write at once make no second record, and no status goes back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import UUID

from bson import Binary, ObjectId
from bson.binary import UuidRepresentation
from pymongo import InsertOne, UpdateOne, WriteConcern
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from schemas.model import RawDocument
from workers.product import mongo
from workers.product.mapping import canonical, with_uuids
from workers.product.mongo_errors import TRANSIENT_CODES, error_line, is_transient
from workers.product.mongo_refusals import said
from workers.product.plain_values import MISSING, lookup
from workers.product.sources import Source, Sources
from workers.runtime.process.backoff import GIVE_UP_SECONDS
from workers.runtime.process.settings import Settings
from workers.writeback.mail_record import MessageColumns, cells_of, paths_of, rank_of
from workers.writeback.message_target import (
    NOTHING_HELD,
    HeldRecord,
    NewRecord,
    TargetRefusedError,
    UnansweredError,
)
from workers.writeback.mongo_refusals import DUPLICATE_KEY, write_refusal

OWN_ID = "_id"
MOST_AT_ONCE = 100
WAIT_MS = 10_000  # for a majority to confirm
LONGEST_NUMBER = 18  # digits of an id that is an integer
LEGACY = {
    "pythonLegacy": UuidRepresentation.PYTHON_LEGACY,
    "javaLegacy": UuidRepresentation.JAVA_LEGACY,
    "csharpLegacy": UuidRepresentation.CSHARP_LEGACY,
}
Documents = MongoCollection[RawDocument]
Request = InsertOne[RawDocument] | UpdateOne


class HeldPlace(NamedTuple):
    """A document by its `_id`, and its status as it stands there."""

    id: Any
    status: Any


class MongoMessages:
    """A collection, with the paths to write; `users` has people's ids in their own type, if known."""

    name = "MongoDB"
    most_at_once = MOST_AT_ONCE
    give_up_seconds = GIVE_UP_SECONDS

    def __init__(
        self, messages: Documents, source: Source, paths: MessageColumns, users: Documents | None
    ) -> None:
        self._messages, self._users, self._paths = messages, users, paths
        self._id_path, self._uuids = ".".join(source.fields[0].path), source.uuids

    def held(self, decisions: Sequence[str]) -> Mapping[str, HeldRecord]:
        """What the collection has of these mails."""
        key, status = self._paths.decision_id, self._paths.status
        found: dict[str, HeldRecord] = {}
        fields = {OWN_ID: 1, key: 1, status: 1}
        for document in self._asked(self._messages, {key: {"$in": [*decisions]}}, fields):
            decision = lookup(document, tuple(key.split(".")))
            cell = lookup(document, tuple(status.split(".")))
            cell = None if cell is MISSING else cell
            if isinstance(decision, str):
                before = found.get(decision, NOTHING_HELD)
                place = HeldPlace(document[OWN_ID], cell)
                found[decision] = HeldRecord(max(before.rank, rank_of(cell)), before.records + 1, place)
        return found

    def write(self, news: Sequence[NewRecord]) -> Mapping[str, str | None]:
        """Write records, each by itself; who finds its place taken or changed has not been written."""
        people = self._people({each.record.person for each in news})
        requests = [self._request(each, people) for each in news]
        errors: Sequence[Mapping[str, Any]] = ()
        try:
            matched = self._messages.bulk_write(requests, ordered=False).matched_count
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise UnansweredError("a majority has not confirmed what was written") from error
            errors, matched = error.details["writeErrors"], error.details["nMatched"]
        except PyMongoError as error:
            raise self._failure(error) from error
        decisions = [each.record.decision for each in news]
        failed = {each["index"]: each for each in errors}
        updates = [n for n, each in enumerate(requests) if isinstance(each, UpdateOne) and n not in failed]
        # which of them found nothing is not told
        unsure = set(updates) if matched < len(updates) else set()
        done = dict.fromkeys(decisions[n] for n in range(len(news)) if n not in failed and n not in unsure)
        refused = {decisions[n]: why for n, each in failed.items() if (why := refusal_of(each)) is not None}
        return done | refused

    def _request(self, new: NewRecord, people: Mapping[str, Any]) -> Request:
        record, paths = new.record, self._paths
        cells = cells_of(record, paths)
        if new.held.place is None:
            if paths.user_id is not None:
                cells[paths.user_id] = people.get(record.person, record.person)
            return InsertOne(document_of({self._id_path: record.decision} | cells))
        changed = {path: cells[path] for path in cells if path not in (paths.decision_id, paths.user_id)}
        seen: HeldPlace = new.held.place
        return UpdateOne({OWN_ID: seen.id, paths.status: {"$eq": seen.status}}, {"$set": changed})

    def _people(self, persons: Collection[str]) -> Mapping[str, Any]:
        """The ids of people as their documents have them, by their text; who is not found is left out."""
        if self._users is None or self._paths.user_id is None:
            return {}
        candidates = [each for person in persons for each in stored_ids(person, self._uuids)]
        found = self._asked(self._users, {OWN_ID: {"$in": candidates}}, {OWN_ID: 1})
        return {canonical(with_uuids(each[OWN_ID], self._uuids), "id"): each[OWN_ID] for each in found}

    def _asked(self, of: Documents, query: Mapping[str, Any], fields: Mapping[str, int]) -> list[RawDocument]:
        try:
            with of.find(query, fields) as cursor:
                return [*cursor]
        except PyMongoError as error:
            raise self._failure(error) from error

    def _failure(self, error: PyMongoError) -> Exception:
        if is_transient(error):
            return UnansweredError(error_line(error))
        code, text = None, error_line(error)
        if isinstance(error, OperationFailure):
            code, text = error.code, said(error.details, str(error))
        database, collection = self._messages.database.name, self._messages.name
        return TargetRefusedError(write_refusal(code, text, database, collection))


def refusal_of(error: Mapping[str, Any]) -> str | None:
    """Why a single record is refused; None if it has only come too late, or may be taken later."""
    code, fields = error.get("code"), [*error.get("keyPattern", [OWN_ID])]
    if code == DUPLICATE_KEY:  # whose text has values
        return None if fields == [OWN_ID] else f"another document has the same {', '.join(fields)}"
    return None if code in TRANSIENT_CODES else said(error, f"error {code}")


def stored_ids(person: str, uuids: str) -> Iterator[Any]:
    """What the text of an id may be in a document."""
    yield person
    if ObjectId.is_valid(person):
        yield ObjectId(person)
    with suppress(ValueError):
        spelled = UUID(person)
        yield from (Binary.from_uuid(spelled, each) for each in (UuidRepresentation.STANDARD, LEGACY[uuids]))
    if person.isascii() and person.isdecimal() and len(person) <= LONGEST_NUMBER:
        yield int(person)


def document_of(cells: Mapping[str, Any]) -> RawDocument:
    """Cells at paths with dots as a document."""
    document: dict[str, Any] = {}
    for path, value in cells.items():
        *outer, last = path.split(".")
        inner = document
        for name in outer:
            inner = inner.setdefault(name, {})
        inner[last] = value
    return document


@contextmanager
def mongo_messages(settings: Settings, sources: Sources, source: Source) -> Iterator[MongoMessages | str]:
    """The collection of messages; a line that says which fields the mapping lacks instead.

    Raises SourcesError.
    """
    paths = paths_of(source)
    if isinstance(paths, str):
        yield paths
        return
    with mongo.collections(settings, "kairos-writeback") as collection_of:
        messages = collection_of(source).with_options(
            read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority", wtimeout=WAIT_MS)
        )
        users = next((each for each in sources.captured if each.topic == "users"), None)
        has_own_ids = users is not None and users.fields[0].path == (OWN_ID,)
        yield MongoMessages(
            messages, source, paths, collection_of(users) if users is not None and has_own_ids else None
        )
