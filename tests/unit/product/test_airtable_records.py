"""Cells of Airtable, read for what they mean."""

from typing import Any

import pytest

from schemas.documents import Message, User
from workers.product.airtable_fields import missing, wanted
from workers.product.airtable_records import document_of, meaning
from workers.product.mapping import map_document
from workers.product.reading import read
from workers.product.sources import SourcesError, digest, read_sources

COLLABORATOR = {"id": "usr1", "email": "ann@x.jp", "name": "Ann"}


@pytest.mark.parametrize(
    ("cell", "means"),
    [
        ("sent", "sent"),
        (12.5, 12.5),
        (True, True),
        ({"error": "#ERROR!"}, None),
        ({"specialValue": "NaN"}, None),
        ({"specialValue": "Infinity"}, None),
        (["recA", "recB"], ["recA", "recB"]),
        ([None, {"error": "#ERROR!"}, "u1"], ["u1"]),
        (COLLABORATOR, "ann@x.jp"),
        ([COLLABORATOR, {"id": "usr2", "name": "Bob"}], ["ann@x.jp", "Bob"]),
        ([{"id": "att1", "url": "https://a.test/1", "filename": "a.pdf", "size": 3}], ["a.pdf"]),
        ({"id": "sel1", "name": "Queued", "color": "blue"}, "Queued"),
        ({"text": "4901", "type": "ean13"}, "4901"),
        ({"label": "Open", "url": None}, "Open"),
        ({"state": "generated", "value": "Hello", "isStale": False}, "Hello"),
        ({"state": "loading", "value": "", "isStale": True}, None),
        ({"state": "error", "value": None, "errorType": "x"}, None),
        ({"unheard": [1]}, None),
    ],
)
def test_a_cell_is_what_it_means(cell: Any, means: Any) -> None:
    """Objects are the text that a person sees; errors, and what is not known, are nothing."""
    assert meaning(cell) == means


def message(cells: dict[str, Any], **fields: Any) -> Message:
    """The message of a record, read as the fleet reads it."""
    (source,) = read_sources({"messages": {"from": "airtable", "fields": fields}}).airtable
    record = {"id": "rec1", "createdTime": "2024-02-01T08:00:00.000Z", "fields": cells}
    return read(Message, map_document(source, document_of(source, record)))


def test_a_record_is_read_as_a_message() -> None:
    """A lookup with one value is that value, a day is its midnight, a formula's error is unknown."""
    cells = {"User ID": ["user_001"], "Sent": "2024-01-25", "status": "sent", "content": {"error": "#REF!"}}
    found = message(cells, user_id="User ID", sent_date="Sent")

    assert (found.id, found.user_id, found.status, found.content) == ("rec1", "user_001", "sent", None)
    assert found.sent_date is not None
    assert found.sent_date.date().isoformat() == "2024-01-25"
    assert found.created_date is not None
    assert found.notes == []


@pytest.mark.parametrize(
    "cell", [{"error": "#ERROR!"}, {"specialValue": "NaN"}, [{"error": "#ERROR!"}], None]
)
def test_a_reference_that_could_not_be_computed_is_unknown(cell: Any) -> None:
    """It is nobody's id, and no text of the error."""
    assert message({"user_id": cell}).user_id is None


def test_a_path_leads_into_a_cell() -> None:
    """To the parts of a collaborator, of each in a list; a created date of the table comes first."""
    fields = {"name": "Owner.name", "email": "Owner.email", "interests": "Friends.name"}
    (source,) = read_sources({"users": {"from": "airtable", "fields": fields}}).airtable
    cells = {
        "Owner": COLLABORATOR,
        "Friends": [COLLABORATOR, {"error": "#ERROR!"}],
        "created_date": "2024-01-01",
    }
    document = document_of(source, {"id": "rec1", "fields": cells})
    user = read(User, map_document(source, document))

    assert (user.name, user.email, user.interests) == ("Ann", "ann@x.jp", ["Ann"])
    assert document["created_date"] == "2024-01-01"


@pytest.mark.parametrize("record", [{}, {"id": 7, "fields": None}, {"id": "rec1", "fields": [1]}])
def test_a_record_in_another_form_has_no_cells(record: dict[str, Any]) -> None:
    """Whatever comes is a document or has no id."""
    (source,) = read_sources({"messages": {"from": "airtable"}}).airtable

    assert document_of(source, record).keys() == {"created_date", "_id"}


def test_fields_that_are_missing_are_named() -> None:
    """Those that the mapping names, and those that were read until now; other names of ours may be absent."""
    fields = {"sent_date": "Sent on"}
    (source,) = read_sources({"messages": {"from": "airtable", "fields": fields}}).airtable
    there = frozenset({"Sent on", "status", "Notes"})

    assert wanted(source, there) == {"Sent on", "status"}
    assert missing(source, there, frozenset({"status"}), "app1/M") is None
    assert "no field “Sent on” (for messages.sent_date)" in str(
        missing(source, frozenset({"status"}), frozenset(), "app1/M")
    )
    assert "no field “content” any more" in str(missing(source, there, frozenset({"content"}), "app1/M"))


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"from": "airtable", "collection": "x"}, "messages.collection: is for another source"),
        ({"table": "Messages"}, "messages.table: is for another source, this one is from mongo"),
        ({"from": "postgres"}, "messages.from: Input should be 'mongo' or 'airtable'"),
        ({"from": "airtable", "base": "no/base"}, "messages.base: String should match"),
    ],
)
def test_a_wrong_source_is_named(table: dict[str, Any], line: str) -> None:
    """In one line, with its key."""
    with pytest.raises(SourcesError, match=line):
        read_sources({"messages": table})


def test_a_table_feeds_one_topic_and_changes_nothing_of_the_others() -> None:
    """The hash of the collections' mapping stays; a table of two topics is refused."""
    sources = read_sources({"messages": {"from": "airtable", "base": "app1", "table": "Log"}})
    without = read_sources({"messages": {"external": True}})

    assert sources.topics == read_sources({}).topics
    assert "messages" not in sources.mongo_topics
    assert digest(sources.captured, "db") == digest(without.captured, "db")
    assert sources.of("messages") in sources.airtable
    with pytest.raises(SourcesError, match="this table of Airtable is read for orders already"):
        read_sources({"orders": {"from": "airtable"}, "messages": {"from": "airtable"}})
