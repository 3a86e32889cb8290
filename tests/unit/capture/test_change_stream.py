"""The pipeline of the change stream, and its reader: parts of large changes, and what servers refuse."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from bson import Timestamp
from pymongo.errors import AutoReconnect, OperationFailure

from workers.capture.change_stream import SPLIT, ChangeStreamReader, HistoryLost, pipeline
from workers.capture.failure import CaptureError
from workers.product.sources import read_sources

SOURCES = read_sources({}).captured
TOKEN = {"_data": "before"}


def test_only_mapped_fields_leave_the_database() -> None:
    """The stream selects the roots of the mapped paths and nothing else of a document."""
    sources = read_sources({"users": {"collection": "customers", "fields": {"name": "profile.fullName"}}})
    match, project = pipeline(sources.captured[:1])

    assert {"ns.coll": {"$in": ["customers"]}} in match["$match"]["$or"]
    assert {"fullDocument._id", "fullDocument.profile"} <= set(project["$project"])
    assert not {"fullDocument", "fullDocument.name", "updateDescription"} & set(project["$project"])


class Streamed:
    """A database whose streams give changes, None or errors, one by one; `unknown` refuses the last stage."""

    name = "product"

    def __init__(self, *results: Any, unknown: OperationFailure | None = None) -> None:
        self.results = list(results)
        self.unknown = unknown
        self.opened: list[tuple[list[Any], dict[str, Any]]] = []

    def watch(self, stages: list[Any], **options: Any) -> Any:
        """Open a stream."""
        if self.unknown and stages[-1] == SPLIT:
            raise self.unknown
        self.opened.append((stages, options))
        return self.Stream(self)

    class Stream:
        """One stream over the results that are left."""

        def __init__(self, db: "Streamed") -> None:
            self.db = db
            self.resume_token: Any = None
            self._cursor = self

        def try_next(self) -> Any:
            """The next result."""
            result = self.db.results.pop(0) if self.db.results else None
            if isinstance(result, Exception):
                raise result
            if result is not None:
                self.resume_token = result["_id"]
            return result

        def close(self) -> None:
            """Nothing is to be closed."""


def reader(db: Streamed, token: Any = TOKEN) -> ChangeStreamReader:
    """A reader of the streams of a database."""
    typed: Any = db
    return ChangeStreamReader(typed, SOURCES, token=token, start=Timestamp(7, 1))


def part(number: int, of: int = 3, **fields: Any) -> dict[str, Any]:
    """One part of a large change."""
    return {"_id": {"_data": f"part {number}"}, "splitEvent": {"fragment": number, "of": of}, **fields}


PARTS = (
    part(1, operationType="insert", ns={"db": "product", "coll": "users"}),
    part(2, documentKey={"_id": "u1"}),
    part(3, fullDocument={"_id": "u1"}),
)
WHOLE = {
    "_id": {"_data": "part 3"},
    "operationType": "insert",
    "ns": {"db": "product", "coll": "users"},
    "documentKey": {"_id": "u1"},
    "fullDocument": {"_id": "u1"},
}
SMALL = {"_id": {"_data": "small"}, "operationType": "delete"}


def test_a_large_change_is_returned_when_all_its_parts_are_there() -> None:
    """Also when the first comes with the opening; the token stays before it until a later one comes."""
    for results in ((*PARTS, SMALL), (None, *PARTS, SMALL)):
        changes = reader(Streamed(*results))

        assert changes.next(10) == WHOLE
        assert changes.token == TOKEN
        assert changes.next(10) == SMALL
        assert changes.token == {"_data": "small"}


@pytest.mark.parametrize("behind", [1, 2])
@pytest.mark.parametrize(
    "lost",
    [AutoReconnect("reset"), None, part(9), part(3, of=4), SMALL, OperationFailure("another split", 280)],
    ids=["connection", "silence", "gap", "other parts", "no part", "refused"],
)
def test_a_change_of_which_a_part_is_missing_is_read_again_from_its_beginning(behind: int, lost: Any) -> None:
    """No token leads between its parts: the stream is opened again at the one before it."""
    db = Streamed(*PARTS[:behind], lost, *PARTS)
    changes = reader(db)

    with pytest.raises(AutoReconnect):
        changes.next(10)
    assert changes.token == TOKEN
    assert changes.next(10) == WHOLE
    assert [options["resume_after"] for _, options in db.opened] == [TOKEN, TOKEN]


@pytest.mark.parametrize("odd", [part(4, of=5), OperationFailure("another split", 280)], ids=["more", "less"])
def test_a_change_that_is_split_otherwise_behind_its_last_part_is_read_again(odd: Any) -> None:
    """The driver goes on there after a lost connection, and the document may be another by then."""
    db = Streamed(*PARTS, odd, *PARTS, SMALL)
    changes = reader(db)
    changes.next(10)
    with pytest.raises(AutoReconnect):
        changes.next(10)

    assert [changes.next(10), changes.next(10)] == [WHOLE, SMALL]
    assert [options["resume_after"] for _, options in db.opened] == [TOKEN, TOKEN]


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize(
    "unknown",
    [
        OperationFailure("Unrecognized pipeline stage name: '$changeStreamSplitLargeEvent'", 40324),
        OperationFailure("Aggregation stage not supported: '$changeStreamSplitLargeEvent'", 304),
    ],
    ids=["before 6.0.9", "DocumentDB"],
)
def test_a_server_that_cannot_split_is_read_without(unknown: OperationFailure, lines: list[Any]) -> None:
    """It is asked once, and the log says so once."""
    db = Streamed(SMALL, AutoReconnect("reset"), SMALL, unknown=unknown)
    changes = reader(db)
    changes.next(10)
    with pytest.raises(AutoReconnect):
        changes.next(10)
    changes.next(10)

    assert [stages for stages, _ in db.opened] == [pipeline(SOURCES)] * 2
    assert [line["event"] for line in lines] == [
        "this server cannot split changes of more than 16 MB (MongoDB 6.0.9, 7.0 and later can)"
    ]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (10334, "a change is larger than the 16 MB of an answer, and this server cannot split it"),
        (286, "the oplog no longer reaches back to the position"),
        (136, "the oplog has overtaken the stream"),
        (260, "the position is not one of this stream, or of this server"),
        (280, "the server cannot go on with the stream"),
        (9, "the position is none that this server can read"),
        (50811, "the position is none that this server can read"),
    ],
)
def test_what_ends_the_history_is_a_sentence_with_the_error(code: int, sentence: str) -> None:
    """It is the reason of the snapshot that follows."""
    with pytest.raises(HistoryLost, match=rf"^{sentence}.* \(error {code}, .*\)$"):
        reader(Streamed(OperationFailure("x", code))).next(10)


@pytest.mark.parametrize(
    ("error", "sentence", "is_final"),
    [
        (
            OperationFailure("not authorized on product to execute command { aggregate: 1 }", 13),
            r"may not read the changes of database product \(right changeStream\): grant the role read",
            False,
        ),
        (
            OperationFailure("user is not allowed to do action [changeStream] on [product.]", 8000),
            r"this user may not read the changes of database product \(right changeStream\)",
            False,
        ),
        (
            OperationFailure("The $changeStream stage is only supported on replica sets", 40573),
            "this MongoDB is no replica set",
            True,
        ),
        (
            OperationFailure("Unrecognized pipeline stage name: '$changeStream'", 40324),
            r"this server does not know the change streams of MongoDB \(Unrecognized pipeline stage name",
            True,
        ),
        (
            OperationFailure("`aggregate` with change stream is not implemented", 238),
            "it is another product, from which capture cannot read",
            True,
        ),
        (
            OperationFailure("BSON field '$changeStream.startAtOperationTime' is an unknown field.", 40415),
            r"cannot begin a change stream at a time \(startAtOperationTime\)",
            True,
        ),
        (OperationFailure("database product not found", 26), "there is no database product", False),
        (
            OperationFailure("Authentication failed.", 18, {"errmsg": "Authentication failed."}),
            r"MongoDB does not accept the user in its URL \(Authentication failed\)",
            False,
        ),
        (
            OperationFailure("odd, full error: {...}", 7777),
            "MongoDB refuses the change stream of database product: odd$",
            False,
        ),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_a_refused_stream_is_a_sentence_that_says_what_to_do(
    error: OperationFailure, sentence: str, is_final: bool
) -> None:
    """Rights and users can be mended at any time; what a server is no restart mends."""
    changes = reader(Streamed(error), token=None)

    with pytest.raises(CaptureError, match=sentence) as refused:
        changes.next(10)
    assert (refused.value.code != 1) is is_final
