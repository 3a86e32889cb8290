"""Payloads that control the fleet: watermarks, claims and sightings of addresses, positions of capture."""

from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.contact_facts import ConsentFact, SuppressionFact
from schemas.facts import AttendanceFact
from schemas.model import Model, Version


class Watermark(Model):
    """All sources have been read up to `at`; `waiting` names those that are not ready.

    `at` and `wall` are epoch milliseconds; `wall` is when it was written. The record has the header
    `kairos_control: watermark`, so that a reader of documents can skip it without decoding. `paused` are the
    subjects of the pauses of more than one person: `all`, `campaign:NAME`.
    """

    at: int
    wall: int
    waiting: list[str] = []
    paused: list[str] = []

    EXAMPLES = ({"at": 1707523200000, "wall": 1707523200250, "waiting": []},)


class Offsets(Model):
    """An offset of every partition of a topic, in their order; None: unknown. `topic_id` is in hex.

    The id makes sure that offsets of a topic that was deleted and created again are not compared.
    """

    topic_id: str
    next: list[int | None]

    EXAMPLES = ({"topic_id": "9d5f2f6a5c1b4e07", "next": [1204, 1187, None, 1251]},)


class SourceRead(Model):
    """A source has been read up to `at`: what it held stands in its topics before the offsets in `ends`.

    `at` and `wall` are epoch milliseconds; `wall` is when it was written.
    """

    at: int
    wall: int
    ends: dict[str, Offsets]

    EXAMPLES = ({"at": 1707523200000, "wall": 1707523200250, "ends": {"users": Offsets.EXAMPLES[0]}},)


class FactTimes(Model):
    """The earliest and the latest time (epoch ms) of facts that were written to a partition of the inbox."""

    partition: int
    earliest: int
    latest: int

    EXAMPLES = ({"partition": 3, "earliest": 1707523200000, "latest": 1707523200900},)


class Processed(Model):
    """How far a worker has processed what it reads, with all that it caused acknowledged.

    `read` has, by topic, the offset of the next record of each partition that it owns, `marks` the time of
    the last watermark that stands before it (epoch ms). What it has caused in other topics of the worker
    stands before the offsets in `wrote`. `facts` are those since the last report.
    """

    wall: int
    read: dict[str, Offsets]
    marks: dict[str, list[int | None]] = {}
    wrote: dict[str, Offsets] = {}
    facts: list[FactTimes] = []

    EXAMPLES = (
        {
            "wall": 1707523200250,
            "read": {"users": Offsets.EXAMPLES[0]},
            "marks": {"users": [1707523100000, 1707523100000, None, 1707523100000]},
            "facts": [FactTimes.EXAMPLES[0]],
        },
    )


class Claim(Model):
    """A user has an address in their document (`retracted`: no longer); times are epoch milliseconds."""

    kind: Literal["claim"] = "claim"
    person: str
    created_at: int | None = None
    version: Version
    at: int = 0
    retracted: bool = False

    EXAMPLES = ({"kind": "claim", "person": "user_001", "version": [1, 7]},)


class Sighting(Model):
    """An address is a participant of an event: an attendance whose person is still to be determined."""

    kind: Literal["sighting"] = "sighting"
    fact: AttendanceFact

    EXAMPLES = (
        {
            "kind": "sighting",
            "fact": {
                "kind": "attendance",
                "id": "events/event_001/sarah.chen@email.com",
                "version": [1, 7],
                "at": 1705276800000,
                "value": {"event_id": "event_001", "name": "Italian Wine Tasting", "date": "2024-01-15"},
            },
        },
    )


# suppressions and consents of whoever has an address stand under its hash
AddressRecord = Annotated[Claim | Sighting | SuppressionFact | ConsentFact, Field(discriminator="kind")]


class Deletion(Model):
    """What a snapshot would delete of a topic, when that is too much to be done without a confirmation.

    The topic holds `held` documents, of which `deleted` are not in `collection` (DATABASE.NAME), or are left
    out of it by the mapping (`left_out` of them). `missing`: there is no such collection. `mapping` is the
    hash of the mapping under which it was counted.
    """

    collection: str
    deleted: int
    held: int
    missing: bool = False
    left_out: int = 0
    mapping: str = ""
    confirmed: bool = False


class SnapshotPlace(Model):
    """How far a snapshot has got.

    Its records have the cluster time `time` (seconds << 32 | increment) in their version; `wall` is the
    server's clock when it began, in epoch milliseconds. `topics` are not complete yet; of the first one the
    documents up to the `_id` in `after` (extended JSON) are written.
    """

    time: int
    wall: int
    topics: list[str]
    after: dict[str, Any] | None = None


class SourcePosition(Model):
    """The position up to which a source has been read: a resume token, and the epoch of its snapshot.

    `mapping` is a hash of the source's tables and fields as they were read; another mapping makes other
    documents, so that a new snapshot is due. `server_name` and `server_id` are the replica set's or cluster's
    name and unique id, empty when unknown; a token means nothing on another server. With `scan` a snapshot is
    not finished; the stream behind it begins at the token, without one at the snapshot's time.

    Under the key SOURCE/deletions stands no position but `deletions`, by topic: what the last snapshot
    refused to delete, and what has been confirmed since.
    """

    source: str
    epoch: int
    token: dict[str, Any] | None = None
    snapshot_done: bool = False
    mapping: str = ""
    server_name: str = ""
    server_id: str = ""
    deletions: dict[str, Deletion] = {}
    scan: SnapshotPlace | None = None

    EXAMPLES = ({"source": "mongo", "epoch": 1, "token": {"_data": "82"}, "snapshot_done": True},)
