"""Records of mails in a collection: found by the decision's id, never twice, and never back."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
import structlog
from bson import Binary, ObjectId
from bson.binary import UuidRepresentation
from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure

from tests.unit.writeback.documents import Documents
from workers.product.mapping import map_document
from workers.product.sources import Source, read_sources
from workers.runtime.process.backoff import Backoff
from workers.writeback.mail_record import MailRecord, MessageColumns, paths_of
from workers.writeback.message_target import TargetRefusedError
from workers.writeback.mongo_messages import MongoMessages
from workers.writeback.recorder import MailRecorder

AT = datetime(2024, 2, 10, 8, 30, tzinfo=UTC)
NESTED = {"decision_id": "kairos.decision", "status": "delivery.state", "sent_date": "delivery.at"}


def messages_of(**fields: Any) -> Source:
    """The mapping of a collection of messages."""
    return read_sources({"messages": {"fields": fields}}).of("messages")


def recorder(messages: Documents, users: Documents | None = None, **fields: Any) -> MailRecorder:
    """A recorder that waits for a moment only."""
    source = messages_of(**fields)
    paths = paths_of(source)
    assert isinstance(paths, MessageColumns)
    target = MongoMessages(cast(Any, messages), source, paths, cast(Any, users))
    return MailRecorder(target, threading.Event(), Backoff(60, 0.001, 0.001))


def record(decision: str, status: Any = "queued", **said: Any) -> MailRecord:
    """The record of a mail."""
    return MailRecord(decision, decision.partition(":")[0], status, **said)


def test_a_new_record_has_the_mapped_fields_only_and_is_read_as_it_was_written() -> None:
    """The decision's id is its own id too, so that no second process makes a second one."""
    messages, source = Documents(), messages_of(**NESTED, content=False)
    recorder(messages, None, **NESTED, content=False).record(
        [record("mia:1", "sent", sent_at=AT, content="Hi")]
    )

    (document,) = messages.documents.values()
    assert document == {
        "_id": "mia:1",
        "kairos": {"decision": "mia:1"},
        "delivery": {"state": "sent", "at": AT},
        "user_id": "mia",
    }
    mapped = map_document(source, document)
    assert {name: mapped[name] for name in ("id", "decision_id", "status", "user_id")} == {
        "id": "mia:1",
        "decision_id": "mia:1",
        "status": "sent",
        "user_id": "mia",
    }


def test_an_id_inside_the_own_id_is_where_the_mapping_reads_it() -> None:
    """Some products have documents as ids."""
    messages = Documents()
    recorder(messages, id="_id.message").record([record("mia:1")])

    ((_, document),) = messages.documents.items()
    assert document["_id"] == {"message": "mia:1"}


def test_a_status_goes_on_and_never_back_and_all_else_of_a_document_stays() -> None:
    """Whatever the order is, and however often it is said; what a product wrote beside it is its own."""
    user = ObjectId()
    messages = Documents(
        {"_id": 1, "decision_id": "a:1", "status": "sent", "user_id": user, "note": "x"},
        {"_id": 2, "decision_id": "b:1", "status": "queued", "user_id": user, "note": "x"},
        {"_id": 3, "decision_id": "c:1"},
    )
    writing = recorder(messages)
    said = [record(decision, "failed") for decision in ("a:1", "b:1", "c:1", "d:1")]
    for _ in range(2):
        writing.record(said)
    statuses = [messages.documents[n]["status"] for n in (1, 2, 3, "d:1")]

    assert statuses == ["sent", "failed", "failed", "failed"]
    assert messages.documents[2]["user_id"] == user
    assert messages.documents[2]["note"] == "x"
    assert len(messages.documents) == 4
    writing.record([record("d:1", "sent", sent_at=AT)])
    writing.record([record("d:1", "queued", content="late")])
    assert messages.documents["d:1"]["status"] == "sent"
    assert messages.documents["d:1"]["sent_date"] == AT


@pytest.mark.parametrize(
    ("stored", "person"),
    [
        (ObjectId("65a000000000000000000001"), "65a000000000000000000001"),
        (7, "7"),
        ("7", "7"),
        (Binary.from_uuid(UUID(int=7)), str(UUID(int=7))),
        (Binary.from_uuid(UUID(int=7), UuidRepresentation.PYTHON_LEGACY), str(UUID(int=7))),
        (None, "mia"),
    ],
)
def test_a_person_is_named_as_the_product_does(stored: Any, person: str) -> None:
    """By an id of the type that the person's own document has; as text where there is none."""
    messages = Documents()
    users = Documents({"_id": stored}) if stored is not None else Documents()
    recorder(messages, users).record([MailRecord("x:1", person, "queued")])

    assert messages.documents["x:1"]["user_id"] == (person if stored is None else stored)


def others(messages: Documents, document: dict[str, Any], times: int = 1) -> Callable[[], None]:
    """Somebody else who writes a document, each time that we are about to."""
    left = [document] * times

    def write() -> None:
        if left:
            messages.documents[document["_id"]] = dict(left.pop())

    return write


def test_who_writes_at_the_same_time_makes_no_second_record_and_nothing_goes_back() -> None:
    """The place of a new record is taken, or the status is another by now: it is looked at again."""
    messages = Documents()
    messages.meanwhile = others(messages, {"_id": "a:1", "decision_id": "a:1", "status": "sent"})
    recorder(messages).record([record("a:1", "failed"), record("b:1", "failed")])
    assert messages.statuses() == {"a:1": "sent", "b:1": "failed"}

    messages = Documents({"_id": 5, "decision_id": "a:1", "status": "queued"})
    messages.meanwhile = others(messages, {"_id": 5, "decision_id": "a:1", "status": "sent"})
    recorder(messages).record([record("a:1", "failed"), record("b:1", "failed")])
    assert messages.statuses() == {5: "sent", "b:1": "failed"}


def test_a_place_that_stays_taken_is_one_line_and_the_others_are_written() -> None:
    """A document under the decision's id that does not say which decision it is of."""
    messages = Documents({"_id": "a:1", "note": "not ours"})
    with structlog.testing.capture_logs() as logs:
        recorder(messages).record([record("a:1"), record("b:1")])

    assert messages.documents["a:1"] == {"_id": "a:1", "note": "not ours"}
    assert messages.documents["b:1"]["status"] == "queued"
    (line,) = [each for each in logs if each["log_level"] == "error"]
    assert (line["decision"], line["why"]) == ("a:1", "its place is taken, or others change it all the time")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ({"code": 121, "errmsg": "Document failed validation"}, "Document failed validation"),
        (
            {"code": 11000, "errmsg": "E11000 mia@example.com", "keyPattern": {"to": 1, "day": 1}},
            "another document has the same to, day",
        ),
    ],
)
def test_a_record_that_the_server_refuses_is_one_line(error: dict[str, Any], why: str) -> None:
    """With the reason, and without values of people."""
    messages = Documents()
    messages.refused = {"a:1": error}
    with structlog.testing.capture_logs() as logs:
        recorder(messages).record([record("a:1"), record("b:1")])

    assert [*messages.documents] == ["b:1"]
    (line,) = [each for each in logs if each["log_level"] == "error"]
    assert (line["decision"], line["why"]) == ("a:1", why)


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("gone"),
        OperationFailure("stepped down", 189),
        BulkWriteError({"writeErrors": [], "nMatched": 0, "writeConcernErrors": [{"code": 64}]}),
    ],
)
def test_what_was_not_answered_is_looked_at_again(error: Exception) -> None:
    """The primary has stepped down, or a majority has not confirmed it."""
    messages = Documents()
    messages.errors = [error, error]
    recorder(messages).record([record("a:1")])

    assert messages.documents["a:1"]["status"] == "queued"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            13,
            "this user may not write into collection product.messages: grant a role with the actions",
        ),
        (18, "MongoDB does not accept the user in its URL"),
        (166, "product.messages is a view, which takes no records"),
        (20, "MongoDB refuses to write into product.messages: what it says"),
    ],
)
def test_what_the_server_refuses_as_a_whole_is_a_line_that_says_what_to_do(code: int, said: str) -> None:
    """A right, a user, a view, and whatever else there is."""
    messages = Documents()
    messages.errors = [OperationFailure("what it says", code, {"errmsg": "what it says"})]

    with pytest.raises(TargetRefusedError, match=said):
        recorder(messages).record([record("a:1")])


def test_a_mapping_that_cannot_be_written_says_which_field_it_lacks() -> None:
    """An enumeration, a place in a list: nobody knows what would be read as the same again."""
    absent = "the mapping names no field to write {} of messages into"
    values = {"path": "state", "values": {"out": "sent"}}

    assert paths_of(messages_of(status=values)) == absent.format("status")
    in_list = messages_of(status="log.0.state", decision_id=False)
    assert paths_of(in_list) == absent.format("decision_id and status")
    assert paths_of(messages_of(**NESTED)) == MessageColumns(
        "kairos.decision", "delivery.state", "user_id", "content", "delivery.at"
    )
