"""Samples of sources: what is counted, and that no value is kept."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Binary, DBRef, Decimal128, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from schemas.model import RawDocument
from workers.commands.check_reading import fleet_reading
from workers.product.reading.clock import clock_at
from workers.product.sampling.reasons import without_values
from workers.product.sampling.source_sample import Sampler, SourceSample
from workers.product.sampling.unmapped_fields import is_name
from workers.product.sampling.value_types import example_of
from workers.product.sources import TOPICS, read_sources

CLOCK = clock_at(1_770_000_000_000, 3600)
SECRET = "Hunter2”“ 123 entry 7: secret@x.jp"


def sample_of(topic: str, documents: list[RawDocument], **table: Any) -> SourceSample:
    """The sample of some documents under a mapping."""
    source = read_sources({topic: table}).of(topic)
    sampler = Sampler(source, fleet_reading(source, CLOCK))
    for document in documents:
        sampler.add(document)
    return sampler.result()


def test_fields_are_counted_by_path_also_in_sub_documents() -> None:
    """An empty text or list is not found; the type is the most frequent one."""
    people = [{"who": "Sarah", "contact": {"mail": "s@x.jp"}}, {"who": ""}]
    sample = sample_of(
        "events",
        [
            {"_id": 1, "attendees": people, "name": 5},
            {"_id": 2, "attendees": [], "name": "x"},
            {"_id": 3, "name": "y"},
        ],
        fields={"participants": {"path": "attendees", "email": "contact.mail", "name": "who"}},
    )

    found = {each.name: (each.path, each.found, each.example) for each in sample.fields}
    assert found["participants"] == ("attendees", 1, "list of 2 (sub-document)")
    assert found["participants.email"] == ("attendees.contact.mail", 1, "list of 1 (text)")
    assert found["name"] == ("name", 3, "text")
    assert sample.references["participants"] == {"s@x.jp"}


def test_problems_are_those_that_the_fleet_notes() -> None:
    """Malformed and contradictory values, and ids that are read without the white space around them."""
    sample = sample_of(
        "messages",
        [
            {"_id": " a ", "status": "queued", "sent_date": "2026-01-01"},
            {"_id": "b", "status": "no such word", "sent_date": "2100-01-01"},
        ],
    )

    problems = {each.name: dict(each.problems) for each in sample.fields if each.problems}
    assert problems["sent_date"] == {
        "the message is queued and has a sent date": 1,
        "the time is ahead of the clock": 1,
    }
    assert problems["status"] == {"the value is no known status": 1}
    assert "has white space around it" in next(iter(problems["id"]))


def test_dead_letters_are_counted_by_reason() -> None:
    """Documents without a usable id, and one whose facts nobody could store."""
    large = {"_id": 3, "user_id": "u", "content": "x" * 2_000_000}
    sample = sample_of("messages", [{"_id": [1]}, {"user_id": "u"}, large])

    reasons = " ".join(sample.refused)
    assert sum(sample.refused.values()) == 3
    assert "messages.id: a list cannot be an id" in reasons
    assert "messages.id: nothing cannot be an id" in reasons


def test_unmapped_fields_are_those_whose_own_is_hardly_found() -> None:
    """`mail` matters where there is no `email`; names that are data are no fields."""
    with_email = [{"_id": 1, "email": "a@x.jp", "mail": "b@x.jp"}]
    without = [{"_id": 1, "contact": {"mail": "b@x.jp"}, "by": {"b@x.jp": {"mail": 1}}, "birthday": 1}]

    assert sample_of("users", with_email).unmapped == {}
    assert sample_of("users", without).unmapped == {"contact.mail": "email", "birthday": "birth_date"}


@pytest.mark.parametrize("name", ["65a000000000000000000001", "a@x.jp", "17", "$x", "a.b", "", "\x1b[2J"])
def test_names_that_are_data_are_none(name: str) -> None:
    """An id, an address, a number, or what no path can hold."""
    assert not is_name(name)


@pytest.mark.parametrize(
    ("value", "example"),
    [
        (True, "yes or no"),
        (Decimal128("1.5"), "number"),
        ("x", "text"),
        (datetime(2026, 1, 15, tzinfo=UTC), "date"),
        (ObjectId(), "ObjectId"),
        (uuid.uuid4(), "UUID"),
        (Binary(bytes(16), 3), "UUID"),
        (b"x", "binary"),
        (DBRef("users", 1), "reference"),
        ({"a": 1}, "sub-document"),
        ([1, 2, 3], "list of 3 (number)"),
        ([1, "a"], "list of 2"),
    ],
)
def test_types_have_words(value: Any, example: str) -> None:
    """A type is what people call it."""
    assert example_of(value) == example


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("“Hunter2” is no number", "the value is no number"),
        ("“a” is no text with “b”, and 4 more", "the value"),
        ("entry 3: “x” is no text, and 4 more", "an entry: the value is no text"),
        ("2100-01-01T00:00:00+00:00 is ahead of the clock", "the time is ahead of the clock"),
        ("has 3 addresses; the first is used", "has several addresses; the first is used"),
    ],
)
def test_reasons_hold_no_value(reason: str, said: str) -> None:
    """What is quoted goes, and what differs from document to document."""
    assert without_values(reason) == said


VALUES = st.recursive(
    st.sampled_from(
        [SECRET, f"{SECRET} ", "“", "”", None, True, 3, 2.5, b"Hunter2", ObjectId(), "2100-01-01"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["email", "name", "x"]), inner)
    ),
    max_leaves=5,
)


@given(topic=st.sampled_from([*TOPICS]), data=st.data())
def test_no_value_is_in_a_sample(topic: str, data: st.DataObject) -> None:
    """Whatever fields hold: only references are kept, to be counted."""
    names = [*TOPICS[topic].payload[0].model_fields, "_id", "other"]
    document = data.draw(st.dictionaries(st.sampled_from(names), VALUES, min_size=1))

    sample = sample_of(topic, [document])

    said = repr(sample._replace(references={}, ids=frozenset()))
    assert "unter2" not in said
    assert "secret" not in said
    assert sample.documents == 1


def test_what_is_filtered_and_computed_is_counted_as_the_mapping_has_it() -> None:
    """Documents that are left out count in nothing; a computed field says what it is made of."""
    people = [{"mail": "a@x.jp", "who": {"first": "Ann", "last": "Lee"}}, {"mail": "b@x.jp"}]
    sample = sample_of(
        "events",
        [{"_id": 1, "state": "on", "people": people}, {"_id": 2, "state": "off", "people": people}],
        where={"state": "on"},
        fields={
            "time_zone": {"constant": "Asia/Tokyo"},
            "capacity": {"count": "people"},
            "participants": {"path": "people", "email": "mail", "name": {"join": ["who.first", "who.last"]}},
        },
    )

    found = {each.name: (each.path, each.found, each.example) for each in sample.fields if each.found}
    assert (sample.documents, sample.left_out) == (1, 1)
    assert found["time_zone"] == ("constant", 1, "text")
    assert found["capacity"] == ("count of people", 1, "number")
    assert found["participants.name"] == ("join of people.who.first, people.who.last", 1, "list of 1 (text)")
