"""Reading whole documents: participants, contradictions, derived values, notes of an earlier reading."""

from typing import Any

import pytest

from schemas.documents import TEAM_ROLES, Event, Message, User
from schemas.notes import Noted
from tests.unit.product.reading.test_values import read_field
from topics.catalog import DOCUMENTS
from workers.product.reading import read
from workers.product.reading.fields import READERS
from workers.product.reading.rules import CONTRADICTIONS, DERIVED

PEOPLE = [
    (["a@x.jp", {"email": "B@x.jp", "name": " Bob  B "}], [("a@x.jp", None), ("B@x.jp", "Bob B")]),
    ("a@x.jp, b@x.jp; c@x.jp", [("a@x.jp", None), ("b@x.jp", None), ("c@x.jp", None)]),
    ('"Lee, Ann" <a@x.jp>, Bob <b@x.jp>', [("a@x.jp", "Lee, Ann"), ("b@x.jp", "Bob")]),
    ('["a@x.jp", {"email": "b@x.jp"}]', [("a@x.jp", None), ("b@x.jp", None)]),
    ({"address": "a@x.jp", "name": "Ann"}, [("a@x.jp", "Ann")]),
    ([{"email": None, "address": "mailto:a@x.jp"}, None, ""], [("a@x.jp", None)]),
    ([{"email": "Ann <a@x.jp>"}], [("a@x.jp", "Ann")]),
    ([{"email": "Ann <a@x.jp>", "name": "Annie"}], [("a@x.jp", "Annie")]),
    (None, []),
    ("", []),
    ([], []),
]  # fmt: skip


@pytest.mark.parametrize(("value", "people"), PEOPLE)
def test_participants_are_addresses_or_objects(value: Any, people: list[tuple[str, str | None]]) -> None:
    """The name in front of an address counts when no other is given."""
    participants, notes = read_field(Event, "participants", value)

    assert ([(each.email, each.name) for each in participants], notes) == (people, [])


def test_a_participant_without_an_address_is_left_out_with_a_note() -> None:
    """The note holds no address, because it reaches everybody on the list."""
    mixed = ["nobody", "a@x.jp", {"name": "No Address"}, {"email": "b@x.jp", "name": {"first": "B"}}, 7]
    participants, notes = read_field(Event, "participants", mixed)

    assert [(each.email, each.name) for each in participants] == [("a@x.jp", None), ("b@x.jp", None)]
    assert [note.reason for note in notes] == ["entry 1: is no address, and 3 more"]


@pytest.mark.parametrize("role", [*sorted(TEAM_ROLES), " Staff ", "ADMIN"])
def test_team_membership_is_derived_from_the_role(role: str) -> None:
    """Unless the document has a value for it."""
    assert read(User, {"id": "1", "role": role}).is_team_member is True
    assert read(User, {"id": "1", "role": role, "is_team_member": "no"}).is_team_member is False
    assert read(User, {"id": "1", "role": "guest"}).is_team_member is None


@pytest.mark.parametrize(
    ("message", "reasons"),
    [
        ({"status": "queued"}, []),
        ({"status": "Queued", "sent_date": "2024-01-15"}, ["the message is queued and has a sent date"]),
        ({"status": "sent", "sent_date": "2024-01-15"}, []),
        ({"status": "sent", "created_date": "2024-01-15"}, []),
        ({"status": " SENT "}, ["the message was sent and has no date"]),
        ({"sent_date": "2024-01-15"}, []),
    ],
)
def test_a_status_that_contradicts_the_dates_is_noted(message: dict[str, Any], reasons: list[str]) -> None:
    document = read(Message, {"id": "1", **message})

    assert [(note.problem, note.reason) for note in document.notes] == [
        ("contradictory", reason) for reason in reasons
    ]
    assert read(Message, document.model_dump(mode="json")) == document


def test_both_problems_of_a_field_are_noted() -> None:
    """A sent date that cannot be read leaves a sent message without one."""
    document = read(Message, {"id": "1", "status": "sent", "sent_date": "yesterday"})

    assert [(note.field, note.problem) for note in document.notes] == [
        ("sent_date", "contradictory"),
        ("sent_date", "malformed"),
    ]


@pytest.mark.parametrize(
    "notes", ["call back", [{"text": "vip"}], 7, [None], [{"field": ["x"], "problem": {}}]]
)
def test_a_field_notes_of_the_product_is_ignored(notes: Any) -> None:
    """Only notes that an earlier reading wrote are read."""
    assert read(User, {"id": "1", "notes": notes}).notes == []


def test_a_missing_or_unreadable_id_is_read_as_an_empty_one() -> None:
    """The key of the record names the document later."""
    assert read(User, {}) == User(id="")
    assert read(User, {"id": {"shop": 1}}).id == ""


@pytest.mark.parametrize("model", [topic.payload[0] for topic in DOCUMENTS])
def test_every_field_of_every_document_has_a_reader(model: type[Noted]) -> None:
    """In the order of the model; every rule concerns a document that is read."""
    assert [name for name, _ in READERS[model]] == [
        name for name in model.model_fields if name not in model.SET_BY_READING
    ]
    assert {*CONTRADICTIONS, *DERIVED} <= set(READERS)


@pytest.mark.parametrize("model", [topic.payload[0] for topic in DOCUMENTS])
def test_clean_examples_are_read_as_the_model_reads_them(model: type[Noted]) -> None:
    """Reading changes only values that need it."""
    for example in model.EXAMPLES:
        assert read(model, example) == model.model_validate(example)


@pytest.mark.parametrize("date", ["2026-12-05", "2026-12-05T10:00:00Z"])
def test_a_day_of_the_product_is_not_taken_for_the_one_that_is_read(date: str) -> None:
    """A field that reading sets is never one of the product's, even if that has the same name."""
    assert read(Event, {"id": "1", "date": date, "day": "2020-01-01"}).day is None
