"""What a record of Debezium says: its content, its id, or one sentence why it is refused."""

import json
from typing import Any

import pytest

from workers.product.changes.change import id_of_change, read_change
from workers.product.changes.columns import MAYBE_BASE64, UNAVAILABLE
from workers.product.reading.forms import ForeignFormError
from workers.product.sources import read_sources

USERS = read_sources({"users": {"external": True, "format": "debezium"}}).of("users")
SOURCE = {"connector": "postgresql", "name": "shop", "ts_ms": 1_704_103_200_000, "lsn": 7}
MIA = {"id": 1, "email": "mia@x.jp", "name": "Mia"}
OID = "65a1b2c3d4e5f60718293a4b"
LATEST = 1_704_106_800_000


def content(value: Any, **table: Any) -> Any:
    """The fields that the value of a record has, mapped by a table of the file."""
    sources = read_sources({"users": {"external": True, "format": "debezium"} | table})
    return read_change(sources.of("users"), json.dumps(value).encode(), LATEST).content


def envelope(op: Any = "u", **parts: Any) -> dict[str, Any]:
    """An envelope."""
    return {"before": None, "after": MIA, "source": SOURCE, "op": op, "ts_ms": 1} | parts


@pytest.mark.parametrize("op", ["c", "u", "r"])
def test_the_content_is_what_stands_after_a_change(op: str) -> None:
    """With and without the schema of the JSON converter; only mapped fields stay."""
    expected = {"email": "mia@x.jp", "name": "Mia"}

    assert content(envelope(op)) == expected
    assert content({"schema": None, "payload": envelope(op)}) == expected
    assert content({"payload": envelope(op)}) == expected
    assert content(MIA | {"__op": op, "__deleted": "false", "__lsn": 7, "password": "x"}) == expected
    assert content(MIA) == expected


@pytest.mark.parametrize(
    "value",
    [
        envelope("d", after=None),
        {"schema": {}, "payload": envelope("d", after=None, before=MIA)},
        MIA | {"__deleted": "true"},
        MIA | {"__deleted": True, "__op": "d"},
        MIA | {"__op": "d"},
        {"schema": None, "payload": None},
    ],
)
def test_a_deletion_has_no_content(value: Any) -> None:
    assert content(value) is None


def test_the_mapping_of_the_source_is_applied() -> None:
    """As capture applies it, also inside columns of JSON."""
    row = {"id": 1, "mail": "m@x.jp", "profile": '{"fullName": "Mia"}', "since": 1_704_103_200_000_000}
    fields = {"email": "mail", "name": "profile.fullName", "created_at": "since"}

    assert content(envelope(after=row), fields=fields) == {
        "email": "m@x.jp",
        "name": "Mia",
        "created_at": "2024-01-01T10:00:00",
    }


def test_a_document_of_mongodb_is_extended_json_in_a_text() -> None:
    """Read as its driver reads it."""
    after = {
        "_id": {"$oid": OID},
        "email": "m@x.jp",
        "age": {"$numberLong": "30"},
        "birth_date": {"$date": 736_473_600_000},
        "interests": ["art"],
    }
    source = {"connector": "mongodb", "ts_ms": 1_704_103_200_000, "ord": 1}

    assert content(envelope(after=json.dumps(after), source=source)) == {
        "email": "m@x.jp",
        "age": 30,
        "birth_date": "1993-05-04T00:00:00Z",
        "interests": ["art"],
    }


def test_a_value_that_was_not_sent_is_taken_from_before() -> None:
    """Where the table has REPLICA IDENTITY FULL; else the field is named as unchanged."""
    after = {"id": 1, "email": "m@x.jp", "resume": UNAVAILABLE, "interests": [UNAVAILABLE]}
    sent = read_change(
        USERS, json.dumps(envelope(after=after, before=after | {"resume": "Nurse"})).encode(), LATEST
    )

    assert sent.content == {"email": "m@x.jp", "resume": "Nurse"}
    assert sent.unchanged == ("interests",)


def test_a_number_that_may_be_base64_is_noted() -> None:
    (note,) = content(envelope(after=MIA | {"age": "1234"}))["notes"]

    assert (note["field"], note["reason"]) == ("age", MAYBE_BASE64)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (envelope("t", after=None), "a truncated table (op t), which names no documents"),
        ({"op": "m", "source": SOURCE, "message": {}}, "a message (op m), which is no document"),
        (envelope("x"), "an unknown operation of Debezium, op “x”"),
        (MIA | {"__op": "x"}, "an unknown operation of Debezium, op “x”"),
        (MIA | {"__op": "t"}, "a truncated table"),
        (MIA | {"__deleted": "perhaps"}, "__deleted “perhaps” is neither true nor false"),
        (envelope(op=["u"]), "an unknown operation of Debezium, op a list"),
        (envelope(source=None), "without its source"),
        (envelope(after=None), "capture.mode=change_streams_update_full"),
        (envelope(after="{"), "no extended JSON"),
        (envelope(after='{"_id": {"$oid": "7"}}'), "no extended JSON"),
        (envelope(after=[MIA]), "a list before or after a change"),
        (
            envelope(source=SOURCE | {"ts_ms": 1_704_103_200}),
            "source.ts_ms “1704103200”, is no time in millis",
        ),
        (envelope(source=SOURCE | {"ts_ms": -1}), "is no time in milliseconds"),
        (envelope(source=SOURCE | {"ts_ms": "soon"}), "is no time in milliseconds"),
        (envelope(source=SOURCE | {"ts_ms": LATEST + 1}), "is ahead of the clock"),
        (envelope(source=SOURCE | {"ts_ms": 1_704_103_200_000_000}), "is ahead of the clock"),
        (MIA | {"__source_ts_ms": str(LATEST + 1)}, "is ahead of the clock"),
        ({"schema": None, "payload": [1]}, "a list in the payload"),
        ({"before": None, "after": MIA}, "a change of Debezium with op and source is needed"),
        ({"operationType": "insert", "fullDocument": MIA}, "a change event of MongoDB"),
        ({"specversion": "1.0", "type": "t", "data": MIA}, "a CloudEvent"),
        ({"kunde": 1, "ort": "Bern"}, "a row without any field of a document: it has “kunde”, “ort”"),
        ([MIA], "a list instead of a JSON object"),
    ],
)
def test_what_is_no_change_is_refused_with_a_sentence(value: Any, reason: str) -> None:
    with pytest.raises(ForeignFormError) as error:
        content(value)

    assert reason in str(error.value)


def test_data_of_a_registry_are_refused_with_what_to_use() -> None:
    with pytest.raises(ValueError, match=r"Avro.*value.converter.*JsonConverter"):
        read_change(USERS, b"\0\0\0\0\x05\x06mia")


def test_a_change_without_a_time_is_believed_by_its_position() -> None:
    for time in (None, 0):
        assert content(envelope(source=SOURCE | {"ts_ms": time})) is not None


@pytest.mark.parametrize(
    ("key", "id_", "kind"),
    [
        ('{"id": 1}', "1", "number"),
        ('{"schema": {"type": "struct"}, "payload": {"id": 1}}', "1", "number"),
        ('{"customer_no": "a-7"}', "a-7", "text"),
        (json.dumps({"id": json.dumps({"$oid": OID})}), OID, "ObjectId"),
        ('{"id": "\\"mia\\""}', "mia", "text"),
        ('{"id": "1004"}', "1004", "text"),
        ('{"id": "{\\"$numberLong\\": \\"1004\\"}"}', "1004", "number"),
        ('{"id": "{\\"shop\\": \\"a\\", \\"n\\": 7}"}', '{"shop":"a","n":"7"}', "object:sn"),
        ('{"shop": "a", "n": 7}', '{"shop":"a","n":"7"}', "object:sn"),
        ("mia", "mia", "text"),
        ("7", "7", "text"),
        ('"mia"', "mia", "text"),
        (json.dumps({"$oid": OID}), OID, "ObjectId"),
    ],
)
def test_the_id_is_the_primary_key_of_the_record(key: str, id_: str, kind: str) -> None:
    """In every form in which converters and transformations leave it."""
    assert id_of_change(USERS, key, {}) == (id_, kind)


def test_the_id_of_a_document_tells_its_type() -> None:
    """The key of MongoDB's 7 is that of a text; a UUID is spelled as in references."""
    binary = {"$binary": "wP/uAAAAQACAAAAAAAAAAA==", "$type": "04"}
    row = read_change(USERS, json.dumps(envelope(after=json.dumps({"_id": 7, "name": "Mia"}))).encode()).row

    assert id_of_change(USERS, '{"id": "7"}', row) == ("7", "number")
    assert id_of_change(USERS, json.dumps({"id": json.dumps(binary)}), {}) == (
        "c0ffee00-0000-4000-8000-000000000000",
        "binary",
    )
    with pytest.raises(ForeignFormError, match="row's _id disagree"):
        id_of_change(USERS, '{"id": "8"}', row)


def test_a_part_of_a_compound_key_can_be_the_id() -> None:
    """`id = "_id.customer"`; of rows and of documents of MongoDB."""
    table = {"external": True, "format": "debezium", "fields": {"id": "_id.customer"}}
    source = read_sources({"users": table}).of("users")

    assert id_of_change(source, '{"shop": 1, "customer": 7}', {}).id == "7"
    assert id_of_change(source, '{"customer": 7}', {}).id == "7"
    assert id_of_change(source, '{"id": "{\\"customer\\": 7}"}', {}).id == "7"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "the key is empty: a table without a primary key needs message.key.columns"),
        ("Struct{id=1}", "key.converter=org.apache.kafka.connect.json.JsonConverter"),
        ("\0\0\0\0\x05x", "begins with a zero byte"),
        ('{"id": null}', "names no document"),
        ('{"schema": null, "payload": null}', "names no document"),
        ("{}", "names no document"),
        ("[1]", "names no document"),
        ('{"id": true}', "names no document"),
        ('{"id": 2}', "the key “2” and the row's id disagree"),
    ],
)
def test_a_key_that_names_no_document_is_refused(key: str, reason: str) -> None:
    with pytest.raises(ForeignFormError) as error:
        id_of_change(USERS, key, {"id": 1})

    assert reason in str(error.value)
