"""The summary, sentence by sentence and for whatever a product holds."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.names import first_name, full_name, name_from_address, normalise
from schemas.profile import EnrichedProfile
from schemas.summary import SENTENCES, summarise

NEW = " She's new and has not attended an event yet."
WHO: dict[str, Any] = {"email": "ann.lee@x.jp", "gender": "Female"}


def summary(**fields: Any) -> str:
    return (
        EnrichedProfile.model_validate(
            {"id": "u", "as_of": datetime(2024, 2, 10, tzinfo=UTC), **WHO, **fields}
        )
        .at(datetime(2024, 2, 10, tzinfo=UTC))
        .summary
    )


def attended(count: int, days: int, **more: Any) -> dict[str, Any]:
    last = date.fromordinal(date(2024, 2, 10).toordinal() - days)
    return {
        "number_of_events_attended": count,
        "last_event_venue": more.pop("venue", None),
        "first_event_date": more.pop("first", last),
        "last_event_date": last,
        **more,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Little is known about Ann." + NEW),
        ({"email": None}, "Little is known about this person." + NEW),
        ({"name": "田中 健二", "age": 40}, "田中 健二 is 40 years old." + NEW),
        ({"age": 32}, "Ann is 32 years old." + NEW),
        ({"age": 18, "occupation": "UX Designer"}, "Ann is an 18-year-old UX designer." + NEW),
        ({"occupation": "Engineer"}, "Ann is an engineer." + NEW),
        (
            {"age": 32, "home_neighborhood": "SOMA", "work_neighborhood": "Noe"},
            "Ann is 32 years old, lives in SOMA, and works in Noe." + NEW,
        ),
        ({"occupation": "Cook", "work_neighborhood": "Noe"}, "Ann is a cook who works in Noe." + NEW),
        ({"home_neighborhood": "SOMA"}, "Ann lives in SOMA." + NEW),
        ({"occupation": " None ", "home_neighborhood": "n/a"}, "Little is known about Ann." + NEW),
    ],
)
def test_the_first_sentence_names_the_person(fields: dict[str, Any], expected: str) -> None:
    """Age, occupation, home and work, as far as they are known."""
    assert summary(**fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"interests": ["art"]}, "She's interested in art."),
        ({"interests": ["art", "", "tea"]}, "She's interested in art and tea."),
        ({"dietary_restrictions": ["Vegan"]}, "She's a vegan."),
        (
            {"dietary_restrictions": ["vegan"], "table_type_preference": "private"},
            "She's a vegan preferring private table experiences.",
        ),
        ({"table_type_preference": "communal table"}, "She prefers communal table experiences."),
        (
            {"dietary_restrictions": ["gluten-free", "None", "halal"]},
            "Dietary needs: gluten-free and halal.",
        ),
        ({"relationship_status": "Married"}, "She's married."),
        ({"relationship_status": "Single"}, "Little is known about Ann." + NEW),
        (attended(1, 0), "She has attended 1 event, today."),
        (
            attended(2, 1, venue="The Vault"),
            "She has attended 2 events, most recently yesterday at The Vault.",
        ),
        (
            attended(15, 5, first=date(2023, 8, 10), is_healthy_active_user=True),
            "She's an active user who has attended 15 events over the past 6 months, most recently 5 days",
        ),
        (
            attended(3, 400, is_healthy_active_user=True),
            "She has attended 3 events over the past 13 months, most recently 400 days ago.",
        ),
        ({"number_of_events_attended": 2}, "She has attended 2 events."),
        (
            {"favorite_hosts": ["Mario", "Ploy", "Third"]},
            "She frequently attends events hosted by Mario and Ploy.",
        ),
        ({"cuisine_preference": ["Thai"]}, "She enjoys Thai cuisine venues."),
        ({"friends": ["Mike"]}, "She often attends with her friend Mike."),
        (
            {"gender": None, "friends": ["A", "B", "C", "D"]},
            "They often attend with their friends A, B, and C.",
        ),
        ({"gender": "male", "friends": ["A"]}, "He often attends with his friend A."),
        ({"gender": "x", "cuisine_preference": ["Thai"]}, "They enjoy Thai cuisine venues."),
        ({"should_request_more_details": True}, "More details are needed to write personally."),
    ],
)
def test_every_sentence_reads_well(fields: dict[str, Any], expected: str) -> None:
    """One line per shape that a sentence takes."""
    assert expected in summary(**fields)


odd = st.sampled_from(["", " ", "None", "none", "null", "  Two  words ", "Thai", "n/a", "A."])
maybe = st.none() | odd
PROFILES = st.fixed_dictionaries(
    {
        "email": st.none() | st.just("ann.lee@x.jp"),
        "name": maybe,
        "age": st.none() | st.integers(0, 120),
        "number_of_events_attended": st.integers(0, 4),
        "is_healthy_active_user": st.booleans(),
        "should_request_more_details": st.booleans(),
        "last_event_date": st.none() | st.just("2024-01-05"),
        "last_event_venue": maybe,
        **{
            name: st.lists(odd, max_size=3)
            for name in (
                "interests",
                "cuisine_preference",
                "dietary_restrictions",
                "friends",
                "favorite_hosts",
            )
        },
        **dict.fromkeys(
            (
                "gender",
                "occupation",
                "relationship_status",
                "table_type_preference",
                "home_neighborhood",
                "work_neighborhood",
            ),
            maybe,
        ),
    }
)


@settings(max_examples=300, deadline=None)
@given(PROFILES)
def test_a_summary_is_clean_english(fields: dict[str, Any]) -> None:
    """It never says None, has no doubled space, no dangling `and`, and its sentences begin and end well."""
    text = summary(**fields)
    assert not re.search(r"none|null|\s\s|and[.,]|,,|\.\.|,\.| [.,]|n/a", text, re.IGNORECASE)
    assert text.endswith(".")
    assert all(part[0].isupper() for part in text.split(". "))


def test_every_sentence_is_a_row_and_the_first_is_never_empty() -> None:
    """Adding a sentence is adding a row; the first always names the person."""
    profile = EnrichedProfile.model_validate({"id": "u", "as_of": "2024-02-10"})
    assert len(set(SENTENCES)) == len(SENTENCES)
    assert summarise(SimpleNamespace(**profile.__dict__)).startswith("Little is known about this person.")


@pytest.mark.parametrize(
    ("name", "address", "full", "first"),
    [
        (None, "sarah.chen@email.com", "Sarah Chen", "Sarah"),
        (None, " MIKE_jones+list@x.jp", "Mike Jones", "Mike"),
        (None, "ann-marie99@x.jp", "Ann Marie", "Ann"),
        (None, "12345@x.jp", None, None),
        (None, None, None, None),
        (" Ann  Lee ", "b@x.jp", "Ann Lee", "Ann"),
        ("田中健二", None, "田中健二", "田中健二"),
        ("  ", "bob@x.jp", "Bob", "Bob"),
    ],
)
def test_a_name_is_the_one_given_or_made_from_the_address(
    name: str | None, address: str | None, full: str | None, first: str | None
) -> None:
    """The given name wins; an address gives its words; without letters there is no name."""
    assert (full_name(name, address), first_name(name, address)) == (full, first)


def test_an_address_has_one_spelling() -> None:
    """Trimmed and in lower case; nothing is the empty address."""
    assert (normalise(" Ann@X.jp "), normalise(None)) == ("ann@x.jp", "")
    assert name_from_address("") is None
