"""Records in the forms of other tools: dead letters that name the form, and no profile made or wiped."""

import json
from typing import Any

import pytest

from tests.world import World
from workers.product.reading.forms import DELETED
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

MIA = {"id": "mia", "email": "mia@x.jp", "name": "Mia", "age": 30}
BSON_ID = "65a1b2c3d4e5f60718293a4b"
AFTER = json.dumps({"_id": {"$oid": BSON_ID}, "email": "dbz@x.jp"})
CHANGE = {"operationType": "insert", "ns": {"db": "a", "coll": "users"}, "documentKey": {"_id": "mia"}}
ENVELOPES: list[tuple[Any, str]] = [
    ({"before": None, "after": AFTER, "op": "c", "ts_ms": 1, "source": {"db": "x"}}, "Debezium"),
    ({"before": MIA, "after": MIA | {"age": 31}, "op": "u", "source": {}}, "Debezium"),
    ({"before": MIA, "after": None, "op": "d", "source": {}}, "Debezium"),
    ({"after": None}, "Debezium"),
    ({"before": None, "after": None}, "Debezium"),
    ({"after": AFTER, "patch": None, "op": "r", "ts_ms": 1}, "Debezium"),
    ({"op": "m", "ts_ms": 1, "message": {}}, "Debezium"),
    ({"op_type": "D", "before": MIA, "table": "USERS"}, "Debezium"),
    ({"schema": {"type": "struct"}, "payload": MIA}, "Kafka Connect"),
    (
        {"schema": None, "payload": {"before": None, "after": MIA, "op": "c"}},
        "around a change event of D",
    ),
    ({"payload": MIA}, "Kafka Connect"),
    (CHANGE | {"fullDocument": MIA, "_id": {"_data": "82"}}, "MongoDB"),
    (CHANGE | {"operationType": "delete", "_id": {"_data": "82"}}, "MongoDB"),
    (CHANGE | {"operationType": "update", "updateDescription": {"updatedFields": {}}}, "MongoDB"),
    (MIA | {"__deleted": "true"}, "__deleted"),
    (MIA | {"__deleted": True}, "__deleted"),
    ({"_id": "mia", "__deleted": True, "__op": "d"}, "__deleted"),
    (MIA | {"__deleted": 1}, "__deleted"),
    (MIA | {"__deleted": "perhaps"}, "__deleted"),
    (MIA | {"__op": "d"}, "__op"),
    (MIA | {"_fivetran_deleted": True}, "marked as deleted"),
    (MIA | {"__hevo__marked_deleted": "true"}, "marked as deleted"),
    (MIA | {"_ab_cdc_deleted_at": "2024-01-01T00:00:00Z"}, "marked as deleted"),
    (MIA | {"_sdc_deleted_at": 1704067200}, "marked as deleted"),
    (MIA | {"_meta": {"op": "d"}}, "marked as deleted"),
    ({name: {"string": str(value)} for name, value in MIA.items()}, "wrapped in their types"),
    ({"id": {"S": "mia"}, "email": {"S": "x@x.jp"}, "age": {"N": "31"}}, "wrapped in their types"),
    ({"ID": "mia", "EMAIL": "x@x.jp"}, "“ID”, “EMAIL”"),
    ({"_airbyte_data": MIA, "_airbyte_emitted_at": 1}, "_airbyte_data"),
    ({"data": [MIA], "database": "shop", "table": "users", "type": "UPDATE", "old": []}, "`data`"),
    ({"key": "mia", "value": MIA}, "“key”, “value”"),
    ({"database": "shop", "table": "users", "type": "insert", "data": MIA}, "`data`"),
    ({"specversion": "1.0", "id": "1", "source": "/a", "type": "t", "data": MIA}, "`data`"),
    ({}, "it has none"),
    ({"notes": []}, "without any field"),
    ({"kunde": "mia", "ort": "Bern"}, "“kunde”, “ort”"),
    (json.dumps(MIA), "a text that holds JSON"),
    ([MIA], "a list"),
    (None, "null"),
]
BYTES: list[tuple[bytes, str]] = [
    (b"\xef\xbb\xbf" + json.dumps(MIA).encode(), "byte order mark"),
    (json.dumps(MIA).encode("utf-16"), "UTF-16"),
    (b"\0\0\0\0\x05\x06mia", "Avro"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"id,email", "expected value"),
    (b"", "EOF"),
    (b'{"id": "mia", "age": ' + b"9" * 6000 + b', "x": "\\ud83d"}', ""),
    (b'{"id": "\\ud83d", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", ""),
]
KEYS: list[tuple[str, dict[str, Any], str]] = [
    ('"mia"', MIA, "in quotes"),
    ('{"id": "mia"}', MIA, "is JSON"),
    (json.dumps({"id": json.dumps({"$oid": BSON_ID})}), {"email": "x@x.jp"}, "is JSON"),
    ('{"_id": {"_data": "82"}}', {"_id": "mia", "email": "x@x.jp"}, "is JSON"),
    ('{"schema": null, "payload": "mia"}', MIA, "is JSON"),
    ('["mia"]', MIA, "is JSON"),
    ("Struct{id=mia}", MIA, "struct"),
    ("", MIA, "empty"),
    (" \t", MIA, "empty"),
    ("", {"email": "x@x.jp"}, "empty"),
    ("\0\0\0\0\x05mia", MIA, "zero byte"),
    ("eve", MIA, "“eve” and the document's id “mia” disagree"),
    ("eve", {"_id": "mia", "email": "x@x.jp"}, "disagree"),
    ("8", {"id": 7, "email": "x@x.jp"}, "disagree"),
    (BSON_ID, {"_id": {"$oid": BSON_ID[::-1]}, "email": "x@x.jp"}, "disagree"),
]


class Feed:
    """A person `mia` with a profile, and further records without a version, as other programs write them."""

    def __init__(self) -> None:
        self.world = World()
        self.put("mia", MIA)
        self.before = self.profile()
        assert self.before is not None

    def put(self, key: str | None, value: Any, topic: str = "users") -> None:
        data = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
        encoded = None if key is None else key.encode()
        self.world.fleet._append(ProducerRecord(topic, encoded, data, (), self.world.now, partition=0))
        self.world.settle()

    def profile(self, person: str = "mia") -> Any:
        profile = self.world.profile(person)
        return profile and profile.model_dump(exclude={"as_of"})

    def people(self) -> set[str]:
        return set(self.world.fleet.latest("enriched-profiles"))

    def errors(self) -> list[str]:
        letters: list[ConsumerRecord] = self.world.fleet.records("dead-letters")
        return [(dict(letter.headers)["kairos_error"] or b"").decode() for letter in letters]


def assert_refused(feed: Feed, reason: str) -> None:
    """One dead letter with a reason; nothing else has changed."""
    (error,) = feed.errors()
    assert reason in error
    assert feed.people() == {"mia"}
    assert feed.profile() == feed.before


@pytest.mark.parametrize(("value", "reason"), ENVELOPES)
def test_an_envelope_of_another_tool_is_named(value: Any, reason: str) -> None:
    """Under the key of a known person, whose profile stays."""
    feed = Feed()
    feed.put("mia", json.dumps(value).encode())
    assert_refused(feed, reason)


@pytest.mark.parametrize(("data", "reason"), BYTES)
def test_bytes_that_are_no_json_are_named(data: bytes, reason: str) -> None:
    """By what they look like."""
    feed = Feed()
    feed.put("mia", data)
    assert_refused(feed, reason)


@pytest.mark.parametrize(("key", "document", "reason"), KEYS)
def test_a_key_that_does_not_name_its_document_is_refused(
    key: str, document: dict[str, Any], reason: str
) -> None:
    """The form of the key is told, or that it is another id than the document's."""
    feed = Feed()
    feed.put(key, document)
    assert_refused(feed, reason)


@pytest.mark.parametrize("key", ['"mia"', '{"id": "mia"}', "", "Struct{id=mia}", "\0mia"])
def test_a_deletion_under_a_key_of_another_form_is_refused(key: str) -> None:
    """It would delete nothing, and the person would stay."""
    feed = Feed()
    feed.put(key, None)
    (error,) = feed.errors()
    assert "the key is" in error
    assert feed.profile() == feed.before


@pytest.mark.parametrize("mark", [False, "false", None, "0", ""])
@pytest.mark.parametrize("name", DELETED)
def test_a_row_that_is_marked_as_not_deleted_is_read(name: str, mark: Any) -> None:
    """The person gets a profile."""
    feed = Feed()
    feed.put("eve", {"id": "eve", "email": "eve@x.jp", name: mark, "__op": "u", "_meta": {"op": "u"}})
    assert (feed.errors(), feed.people()) == ([], {"mia", "eve"})


@pytest.mark.parametrize(
    ("key", "document"),
    [
        ("7", {"id": 7, "email": "x@x.jp"}),
        ("7", {"id": 7.0, "email": "x@x.jp"}),
        (BSON_ID, {"_id": {"$oid": BSON_ID}, "email": "x@x.jp"}),
        (BSON_ID, {"_id": {"$oid": BSON_ID}, "id": 7, "email": "x@x.jp"}),
        ("eve", {"email": "x@x.jp"}),
        ("eve", {"id": None, "email": "x@x.jp"}),
        ("eve", {"id": "eve"}),
        ("eve", {"_id": "eve"}),
        ("eve", {"id": "eve", "email": "x@x.jp", "before": 1, "data": 2, "payload": 3, "operationType": 4}),
        ('{"shop": "a", "n": "7"}', {"id": '{"shop": "a", "n": "7"}', "email": "x@x.jp"}),
        ('"eve"', {"id": '"eve"', "email": "x@x.jp"}),
    ],
)
def test_a_plain_document_under_its_own_id_is_read(key: str, document: dict[str, Any]) -> None:
    """Whatever the form of its id, and whatever other fields it has."""
    feed = Feed()
    feed.put(key, document)
    assert (feed.errors(), feed.people()) == ([], {"mia", key})
    feed.put(key, None)
    assert (feed.errors(), feed.people()) == ([], {"mia"})


def test_a_document_of_which_only_the_id_is_known_has_a_note() -> None:
    feed = Feed()
    feed.put("eve", {"id": "eve", "kunde": "Eve"})
    (note,) = feed.profile("eve")["data_quality"]["malformed"]
    assert (note["field"], note["reason"]) == ("id", "is the only known field; the others are “kunde”")


def test_half_a_character_concerns_its_field_only() -> None:
    feed = Feed()
    feed.put("eve", b'{"id": "eve", "email": "eve@x.jp", "name": "Cut \\ud83d", "age": 30}')
    profile = feed.profile("eve")
    assert (feed.errors(), profile["email"], profile["age"]) == ([], "eve@x.jp", 30)
    assert [note["field"] for note in profile["data_quality"]["malformed"]] == ["name"]


@pytest.mark.parametrize(("id_", "reference"), [(" lead", " lead"), ("trail\n", "trail"), ("a b", "a b ")])
def test_an_id_and_a_reference_with_white_space_meet(id_: str, reference: str) -> None:
    """Both are read by the same function; a person whose id has white space has a note."""
    feed = Feed()
    feed.put(id_, {"id": id_, "email": "eve@x.jp"})
    feed.put("o", {"id": "o", "user_id": reference, "amount": 5}, topic="orders")
    profile = feed.profile(id_.strip())
    assert profile["total_orders"] == 1
    malformed = [note["field"] for note in profile["data_quality"]["malformed"]]
    assert malformed == (["id"] if id_ != id_.strip() else [])
    feed.put(id_, None)
    assert feed.people() == {"mia"}


def test_a_deletion_by_capture_has_any_key() -> None:
    """Also one of a document that was never read."""
    world = World()
    headers = tuple(cloud_headers("t", "/kairos/capture", "1", world.now, (1, 5)))
    world.fleet._append(ProducerRecord("users", b'{"shop":"a"}', None, headers, world.now, 0))
    world.settle()
    assert world.dead_letters() == []


def test_an_outcome_without_a_person_is_refused() -> None:
    feed = Feed()
    outcome = {"decision_id": "x:1", "person": " ", "outcome": "sent", "at": "2024-02-10"}
    feed.put("x", outcome, topic="engagements")
    assert_refused(feed, "empty")
