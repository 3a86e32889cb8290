"""The mapping: fields under the names of a payload, no other field, and no failure for any BSON value."""

import json
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bson import Binary, DatetimeMS, DBRef, Decimal128, Int64, MinKey, ObjectId, Regex, Timestamp
from bson.binary import OLD_UUID_SUBTYPE
from hypothesis import given
from hypothesis import strategies as st

from topics.catalog import DOCUMENTS
from workers.product.mapping import Unmappable, canonical, document_key, encode_document, map_document
from workers.product.reading import read
from workers.product.reading.forms import ID_TYPE
from workers.product.sources import Source, read_sources

HEX = "65a000000000000000000001"
UUID = uuid.UUID("12345678-1234-5678-1234-567812345678")
OTHER_NAMES = {
    "users": {"fields": {"email": "contact.mail", "name": "profile.fullName", "interests": "tags.label"}},
    "events": {"fields": {"participants": {"path": "attendees", "email": "contact.mail", "name": "who"}}},
}


def source(topic: str, content: dict[str, Any] | None = None) -> Source:
    """The source of a topic under some content of the file."""
    return read_sources(content or {}).of(topic)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("user_001", "user_001"),
        (ObjectId(HEX), HEX),
        (7, "7"),
        (Int64(7), "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (Decimal128("7"), "7"),
        (Decimal128("7E+3"), "7000"),
        (UUID, str(UUID)),
        (Binary.from_uuid(UUID), str(UUID)),
        (Binary(UUID.bytes, OLD_UUID_SUBTYPE), str(UUID)),
        (DBRef("users", ObjectId(HEX)), HEX),
        ({"shop": 1, "n": ObjectId(HEX)}, '{"shop":"1","n":"' + HEX + '"}'),
        ({"shop": 1, "is": True, "not": None}, '{"shop":"1","is":true,"not":null}'),
        ({"is": "true", "not": False}, '{"is":"true","not":false}'),
        ({"of": {"x": None, "y": [1, True, "a"]}}, '{"of":"{\\"x\\":null,\\"y\\":[\\"1\\",true,\\"a\\"]}"}'),
    ],
)
def test_ids_become_one_canonical_text(value: Any, text: str) -> None:
    """Equal ids of any type have one text, whatever number type holds them."""
    assert canonical(value, "id") == text


@pytest.mark.parametrize(
    "value", [None, True, [1], float("nan"), MinKey(), Decimal128("NaN"), {"a": float("nan")}]
)
def test_a_value_that_cannot_be_an_id_is_refused_without_showing_it(value: Any) -> None:
    """The error names the field and the type only."""
    with pytest.raises(Unmappable, match=r"^orders\.user_id: .* cannot be an id$"):
        canonical(value, "orders.user_id")


@pytest.mark.parametrize(
    ("value", "mapped"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, 678000, UTC), "2024-01-02T03:04:05.678000Z"),
        (datetime(2024, 1, 2, 12, tzinfo=timezone(timedelta(hours=9))), "2024-01-02T03:00:00Z"),
        (Timestamp(1704164645, 1), "2024-01-02T03:04:05Z"),
        (Decimal128("75.50"), 75.5),
        (Decimal128("75"), 75),
        (Int64(2**60), 2**60),
        (ObjectId(HEX), HEX),
        (UUID, str(UUID)),
        (b"\x00\xff", "AP8="),
        (Binary(b"\x00\xff", OLD_UUID_SUBTYPE), "AP8="),
        (Regex("^a"), "^a"),
        ("Zoë 田中 \x00", "Zoë 田中 \x00"),
        (["a", None, ObjectId(HEX), ["b"]], ["a", HEX, ["b"]]),
    ],
)
def test_values_become_json(value: Any, mapped: Any) -> None:
    """Every type of value has a JSON form."""
    document = {"_id": 1, "occupation": value}

    assert map_document(source("users"), document)["occupation"] == mapped
    assert json.loads(encode_document(source("users"), document))["occupation"] == mapped


@pytest.mark.parametrize("value", [None, float("inf"), float("nan"), Decimal128("NaN"), MinKey()])
def test_null_and_numbers_without_a_value_are_left_out(value: Any) -> None:
    """Null, infinity and NaN are the same as a missing field."""
    assert map_document(source("users"), {"_id": 1, "age": value}) == {"id": "1"}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"_id": ""}, "users.id: is empty"),
        ({"_id": None}, "users.id: nothing cannot be an id"),
        ({"_id": True, "name": "hidden"}, "users.id: a value of type bool cannot be an id"),
        ({}, "users.id: nothing cannot be an id"),
    ],
)
def test_a_document_without_an_id_is_refused(document: dict[str, Any], text: str) -> None:
    """The error names field and type, never a value."""
    with pytest.raises(Unmappable) as refused:
        map_document(source("users"), document)

    assert str(refused.value) == text


@pytest.mark.parametrize(
    ("topic", "field", "value", "mapped"),
    [
        ("users", "name", {"first": "hidden"}, {}),
        ("users", "interests", [{"a": "hidden"}, "tea"], [{}, "tea"]),
        ("users", "created_at", DatetimeMS(10**17), 10**17),
        ("orders", "user_id", True, True),
        ("orders", "user_id", [ObjectId(HEX), {"a": "hidden"}], [HEX, {}]),
        ("events", "participants", "a@x.test, b@x.test", "a@x.test, b@x.test"),
        ("events", "participants", {"email": "a@x.test", "x": "hidden"}, {"email": "a@x.test"}),
    ],
)
def test_a_value_of_another_type_is_left_to_the_reader(
    topic: str, field: str, value: Any, mapped: Any
) -> None:
    """It holds no unmapped field, and reading notes it where it has no meaning."""
    rules = source(topic)
    model: Any = next(each.payload[0] for each in DOCUMENTS if each.name == topic)
    document = read(model, json.loads(encode_document(rules, {"_id": 1, field: value})))

    assert map_document(rules, {"_id": 1, field: value}) == {"id": "1", field: mapped}
    assert [note.field for note in document.notes] == ([] if field == "participants" else [field])


def test_paths_lead_into_documents_and_lists() -> None:
    """A dotted path goes through sub-documents and through every element of a list."""
    document = {
        "_id": ObjectId(HEX),
        "contact": {"mail": "a@x.test", "password": "hunter2"},
        "profile": "not a sub-document",
        "tags": [{"label": "tea"}, {"other": 1}, "bare", {"label": "rice"}],
        "email": "not mapped",
    }

    assert map_document(source("users", OTHER_NAMES), document) == {
        "id": HEX,
        "email": "a@x.test",
        "interests": ["tea", "rice"],
    }


def test_a_list_of_sub_documents_keeps_its_mapped_fields_only() -> None:
    """Participants come as addresses or sub-documents; other entries stay, for the reader to note."""
    attendees = [
        {"contact": {"mail": "a@x.test"}, "who": "Ann", "password": "hunter2"},
        "b@x.test",
        {"who": "no address"},
        {"contact": "not a sub-document"},
        None,
        7,
        "",
    ]
    mapped = map_document(source("events", OTHER_NAMES), {"_id": 1, "attendees": attendees})

    assert mapped["participants"] == [
        {"email": "a@x.test", "name": "Ann"},
        "b@x.test",
        {"name": "no address"},
        {},
        7,
        "",
    ]


def test_a_deletion_has_the_key_of_its_document() -> None:
    """The key comes from `_id` alone, also when it is read inside a compound one."""
    compound = source("users", {"users": {"fields": {"id": "_id.customer"}}})
    document = {"_id": {"shop": 1, "customer": ObjectId(HEX)}, "id": "another"}

    assert map_document(compound, document)["id"] == document_key(compound, document["_id"]) == HEX


@pytest.mark.parametrize("topic", [topic.name for topic in DOCUMENTS])
def test_our_own_examples_pass_unchanged(topic: str) -> None:
    """With our own names every example of a payload is mapped to itself."""
    model = next(each.payload[0] for each in DOCUMENTS if each.name == topic)
    for example in model.EXAMPLES:  # type: ignore[attr-defined]
        document = {"_id" if name == "id" else name: value for name, value in example.items()}

        assert map_document(source(topic), document) == example


ODD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(),
        st.text(max_size=8),
        st.binary(max_size=20),
        st.datetimes(),
        st.sampled_from(
            [ObjectId(HEX), Decimal128("Infinity"), Decimal128("1E+6144"), DatetimeMS(-(2**62)), MinKey()]
        ),
        st.builds(Binary, st.binary(max_size=20), st.sampled_from([0, 3, 4, 5, 128])),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["email", "name", "contact", "mail", "x", "0"]), inner, max_size=4),
    ),
    max_leaves=12,
)
FIELDS = [
    "_id",
    "email",
    "name",
    "interests",
    "age",
    "participants",
    "date",
    "user_id",
    "attendees",
    "password",
]


@given(st.dictionaries(st.sampled_from(FIELDS), ODD), st.sampled_from([topic.name for topic in DOCUMENTS]))
def test_any_document_is_mapped_to_json_or_refused(document: dict[str, Any], topic: str) -> None:
    """Any BSON values give JSON with fields of the payload and the id's type only, or Unmappable."""
    for content in ({}, OTHER_NAMES):
        rules = source(topic, content)
        try:
            mapped = json.loads(encode_document(rules, document))
        except Unmappable:
            continue
        assert set(mapped) <= {rule.name for rule in rules.fields} | {ID_TYPE}
        assert mapped["id"] == document_key(rules, document["_id"])
        parts = mapped.get("participants", [])
        for part in parts if isinstance(parts, list) else [parts]:
            assert not isinstance(part, dict) or set(part) <= {"email", "name"}
