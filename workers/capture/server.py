"""What the database's server says of itself: its time, who it is, and which collections it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bson import Timestamp
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from schemas.model import RawDocument, to_epoch_ms
from workers.capture.failure import CaptureError, RefusedError, unreadable_line
from workers.capture.watermarks import monotonic_ms
from workers.product.mongo_errors import is_transient
from workers.runtime.process.clock import now_ms

MAJORITY = ReadConcern("majority")
COLLECTION, CAPPED = "collection", "capped"
Kinds = dict[str, str]


@dataclass(frozen=True)
class ServerTime:
    """The server's time: cluster time, epoch ms, how far its clock is ahead of ours in ms, and when we asked.

    `asked_at` is in milliseconds of our monotonic clock, which nobody corrects.
    """

    cluster: Timestamp
    wall_ms: int
    ahead_ms: int
    asked_at: float

    def wall_at(self, monotonic: float) -> int:
        """The server's wall clock, in epoch ms, at a time of our monotonic clock in ms."""
        return self.wall_ms + int(monotonic - self.asked_at)


@dataclass(frozen=True)
class ServerIdentity:
    """A replica set's or cluster's name and unique id; each empty when this user may not know it."""

    name: str = ""
    id: str = ""

    def differs(self, other: "ServerIdentity") -> bool:
        """Whether the two are surely not the same server; of the same id the name does not count."""
        if self.id and other.id:
            return self.id != other.id
        return bool(self.name and other.name) and self.name != other.name

    def merged(self, other: "ServerIdentity") -> "ServerIdentity":
        """What is known of the same server from two readings of it."""
        return ServerIdentity(self.name or other.name, self.id or other.id)

    def fields(self) -> dict[str, str]:
        """The identity as the fields of a position."""
        return {"server_name": self.name, "server_id": self.id}

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.id) if part) or "unknown"


def server_time(db: Database[RawDocument]) -> ServerTime:
    """Ask the server for its time; raises CaptureError for a server without change streams."""
    before = now_ms()
    reply = db.command("hello")
    # our clock is read after the reply, so that the server's time is never estimated too late
    asked_at, after = monotonic_ms(), now_ms()
    wall = reply.get("localTime")
    if wall is None or not isinstance(reply.get("operationTime"), Timestamp):
        raise without_time(reply)
    wall_ms = to_epoch_ms(wall)
    ours = min(max(wall_ms, before), after)  # the server read its clock somewhen between
    return ServerTime(reply["operationTime"], wall_ms, wall_ms - ours, asked_at)


def committed_time(db: Database[RawDocument], collection: str) -> Timestamp:
    """The cluster time up to which a majority has everything; no failover takes back what is before it.

    The reply to a majority read carries it, where that of another command has the newest entry, which can
    still be rolled back. Raises CaptureError for a server that tells none.
    """
    options: dict[str, Any] = {
        "projection": {"_id": 1},
        "limit": 1,
        "singleBatch": True,
        "readConcern": MAJORITY.document,
    }
    try:
        reply = db.command("find", collection, **options)
    except OperationFailure as error:
        if is_transient(error):
            raise
        raise CaptureError(unreadable_line(error, db.name, collection)) from error
    time = reply.get("operationTime")
    if not isinstance(time, Timestamp):
        raise without_time(db.command("hello"))
    return time


def without_time(hello: RawDocument) -> CaptureError:
    """The error for a server that tells no operationTime, from its reply to `hello`."""
    if hello.get("setName") or hello.get("msg") == "isdbgrid":
        return RefusedError(
            "MongoDB tells no operationTime, although it is a replica set: capture cannot read the change "
            "streams of this server (it may be another product that speaks MongoDB's protocol)"
        )
    if hello.get("isreplicaset"):
        return CaptureError("the replica set of MongoDB is not initiated yet (rs.initiate())")
    return RefusedError(
        "MongoDB tells no operationTime: change streams need a replica set (of one member at least), and "
        "another product that speaks its protocol without them cannot be captured"
    )


def server_identity(db: Database[RawDocument]) -> ServerIdentity:
    """Who the server is, as far as this user may know."""
    name = str(db.command("hello").get("setName") or "")
    client = db.client
    settings = readable_document(client["local"], "system.replset").get("settings") or {}
    id_ = settings.get("replicaSetId") or readable_document(client["config"], "version").get("clusterId")
    return ServerIdentity(name, str(id_ or ""))


def readable_document(db: Database[RawDocument], collection: str) -> RawDocument:
    """The one document of a collection of the server's own, {} when there is none or it may not be read."""
    try:
        return db[collection].find_one({}) or {}
    except OperationFailure as error:
        if is_transient(error):
            raise
        return {}


def collection_kinds(db: Database[RawDocument]) -> Kinds | None:
    """The kind ("collection", "capped", "view", "timeseries") of every collection.

    None when this user may not know. One with few rights hears of the names and types of what they may read,
    and not of what is capped.
    """
    few: dict[str, Any] = {"nameOnly": True, "authorizedCollections": True}
    for options in ({}, few):
        try:
            with db.list_collections(**options) as cursor:
                return {row["name"]: kind_of(row) for row in cursor}
        except OperationFailure as error:
            if is_transient(error):
                raise
    return None


def kind_of(row: Mapping[str, Any]) -> str:
    """The kind of a collection, from its row in the server's list."""
    is_capped = bool((row.get("options") or {}).get("capped"))
    return CAPPED if is_capped else str(row.get("type", COLLECTION))


def estimated_count(db: Database[RawDocument], collection: str) -> int | None:
    """About how many documents a collection has, None when the server does not say."""
    try:
        return db[collection].estimated_document_count()
    except PyMongoError:
        return None  # it is for a line of the log only
