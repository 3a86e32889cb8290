"""The English summary sentence by sentence."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.profile import EnrichedProfile
from schemas.profile.summary import english, japanese, summarise
from tests.unit.schemas.profile.summary.profiles import (
    HABITS,
    NOW,
    PASTA_NIGHT,
    WHO,
    attended,
    of_ann,
    profile,
)

NEW = " She's new and has not attended an event yet."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "Ann is new and has not attended an event yet."),
        ({"email": None}, "This person is new and has not attended an event yet."),
        ({"total_orders": 1}, "Ann is new and has placed one order but has not attended an event yet."),
        ({"name": "田中 健二", "age": 40}, "田中 健二 is 40 years old." + NEW),
        ({"name": " Ann.\n"}, "Ann is new and has not attended an event yet."),
        ({"age": 1}, "Ann is new and has not attended an event yet."),
        ({"age": 4}, "Ann is 4 years old." + NEW),
        ({"age": 1, "occupation": "Engineer"}, "Ann is an engineer." + NEW),
        ({"age": 8, "work_neighborhood": "SOMA"}, "Ann works in SOMA." + NEW),
        ({"age": 8, "occupation": "Student"}, "Ann is an 8-year-old student." + NEW),
        ({"age": 110, "occupation": "Nurse"}, "Ann is a nurse." + NEW),
        ({"age": 0}, "Ann is new and has not attended an event yet."),
        ({"age": 18, "occupation": "UX Designer"}, "Ann is an 18-year-old UX designer." + NEW),
        ({"occupation": "Engineer"}, "Ann is an engineer." + NEW),
        ({"occupation": "エンジニア"}, "Ann is an engineer." + NEW),
        ({"occupation": "CEO"}, "Ann is a CEO." + NEW),
        ({"occupation": "iOS Developer"}, "Ann is an iOS developer." + NEW),
        (
            {"age": 67, "occupation": "Retired", "home_neighborhood": "SOMA"},
            "Ann is a retired 67-year-old living in SOMA." + NEW,
        ),
        (
            {"occupation": "unemployed", "home_neighborhood": "SOMA"},
            "Ann is unemployed and lives in SOMA." + NEW,
        ),
        ({"occupation": "Student"}, "Ann is a student." + NEW),
        ({"occupation": "Marketing", "work_neighborhood": "Noe"}, "Ann works in marketing in Noe." + NEW),
        ({"age": 30, "occupation": "Sales"}, "Ann is a 30-year-old who works in sales." + NEW),
        (
            {"age": 32, "home_neighborhood": "SOMA", "work_neighborhood": "Noe"},
            "Ann is 32 years old, lives in SOMA, and works in Noe." + NEW,
        ),
        (
            {"age": 32, "home_neighborhood": "Noe", "work_neighborhood": "noe"},
            "Ann is 32 years old and both lives and works in Noe." + NEW,
        ),
        ({"occupation": "Cook", "work_neighborhood": "Noe"}, "Ann is a cook who works in Noe." + NEW),
        ({"occupation": "Cook", "work_neighborhood": "remote"}, "Ann is a cook who works remotely." + NEW),
        (
            {"occupation": "Cook", "home_neighborhood": "Noe", "work_neighborhood": "Noe"},
            "Ann is a cook living and working in Noe." + NEW,
        ),
        ({"home_neighborhood": "SOMA"}, "Ann lives in SOMA." + NEW),
        (
            {"occupation": " None ", "home_neighborhood": "n/a"},
            "Ann is new and has not attended an event yet.",
        ),
    ],
)
def test_the_first_sentence_has_the_name_and_the_known_facts(fields: dict[str, Any], expected: str) -> None:
    """Age, occupation, home and work."""
    assert of_ann("en", fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"interests": ["art"]}, "Ann is interested in art. She's new"),
        ({"interests": ["Art", "", "tea", "アート"]}, "Ann is interested in art and tea."),
        ({"interests": ["art", "tea", "wine", "jazz"]}, "interested in art, tea, wine, and more."),
        ({"dietary_restrictions": ["Vegan"]}, "Ann is a vegan."),
        ({"dietary_restrictions": ["vegetarian", "vegan"]}, "Ann is a vegan."),
        (
            {"dietary_restrictions": ["vegan"], "table_type_preference": "private"},
            "Ann is a vegan who prefers private table experiences.",
        ),
        ({"table_type_preference": "communal table"}, "Ann prefers communal table experiences."),
        ({"table_type_preference": "Rooftop"}, "Ann prefers rooftop seating."),
        ({"dietary_restrictions": ["gluten_free", "None", "halal"]}, "Ann needs gluten-free and halal food."),
        ({"dietary_restrictions": ["no allergies", "nut allergy"]}, "Ann is allergic to nuts."),
        (
            {"age": 30, "dietary_restrictions": ["halal", "nut allergy", "no pork", "low FODMAP"]},
            "She needs halal and low-FODMAP food, avoids pork, and is allergic to nuts.",
        ),
        ({"relationship_status": "Married"}, "She's married."),
        ({"relationship_status": "Single"}, "She's single."),
        ({"relationship_status": "Open"}, 'She describes her relationship status as "Open".'),
        (
            {"relationship_status": "Single", "friends": ["Mike"], **attended(2, 5)},
            "She often attends with her friend Mike.",
        ),
        (
            {"relationship_status": "Married", "friends": ["Mike", "Li"], **attended(2, 5)},
            "She's married and often attends with her friends Mike and Li.",
        ),
        (attended(1, 0), "Ann has attended one event so far, today."),
        (
            attended(1, 1, is_healthy_active_user=True),
            "an active user who has attended one event, yesterday.",
        ),
        (
            attended(2, 1, venue="The Vault"),
            "Ann is an occasional guest who has attended 2 events, most recently yesterday at The Vault.",
        ),
        (
            attended(15, 5, first=date(2023, 8, 10), is_healthy_active_user=True),
            "an active user who has attended 15 events over the past 6 months, most recently 5 days ago.",
        ),
        (
            attended(15, 70, first=date(2021, 2, 10), is_healthy_active_user=True),
            "an active, long-time user who has attended 15 events over the past 3 years, "
            "most recently 70 days ago.",
        ),
        (
            attended(3, 400, venue="The Vault"),
            "Ann is currently inactive, having attended 3 events but none in the past 13 months; "
            "the last was at The Vault.",
        ),
        (attended(3, 1000), "but none in the past 2 years."),
        (
            attended(1, 400, venue="The Vault"),
            "Ann is currently inactive; her only event was 13 months ago at The Vault.",
        ),
        ({"number_of_events_attended": 2}, "Ann is an occasional guest who has attended 2 events."),
        (
            {**attended(3, 5), "affinities": HABITS},
            "Her favorite events are wine tastings and dinners, and she keeps returning to Komorebi.",
        ),
        (
            {**attended(3, 400), "affinities": HABITS},
            "Her favorite events were wine tastings and dinners, and she kept returning to Komorebi.",
        ),
        (
            {**attended(3, 5, venue="Komorebi"), "affinities": HABITS},
            "Her favorite events are wine tastings and dinners.",
        ),
        (
            {"favorite_hosts": ["Mario", "Ploy", "Third"], **attended(6, 5)},
            "She frequently attends events hosted by Mario and Ploy.",
        ),
        (
            {"favorite_hosts": ["Mario", "Ploy"], "cuisine_preference": ["thai"], **attended(6, 400)},
            "She frequently attended events hosted by Mario and Ploy, and enjoys Thai cuisine venues.",
        ),
        ({"cuisine_preference": ["Thai food"]}, "She enjoys Thai cuisine venues."),
        (
            {"gender": None, "friends": ["A", "B", "C", "D"], **attended(2, 5)},
            "They often attend with their friends A, B, C, and one other.",
        ),
        ({"friends": ["A", "B", "A"], **attended(2, 5)}, "with her friends A, B, and one other."),
        ({"gender": "male", "friends": ["A"], **attended(2, 300)}, "He often attended with his friend A."),
        ({"gender": "non-binary", "cuisine_preference": ["Thai"]}, "They enjoy Thai cuisine venues."),
        ({"upcoming_events": [PASTA_NIGHT]}, "Her first event will be Pasta Night, tomorrow at The Vault."),
        (
            {"upcoming_events": [{"date": "2024-02-10"}, PASTA_NIGHT], **attended(1, 5)},
            "Her next event is later today, with one more to follow.",
        ),
        (
            {"upcoming_events": [{"date": "2024-02-09"}, PASTA_NIGHT]},
            "Her first event will be Pasta Night, tomorrow",
        ),
        ({"upcoming_events": [{}, {}]}, "She's signed up for 2 events."),
        ({"is_on_team": True}, "She's on the team."),
        ({"should_request_more_details": True}, "More details are needed to write personally."),
    ],
)
def test_every_form_of_a_sentence(fields: dict[str, Any], expected: str) -> None:
    """One row per form."""
    assert expected in of_ann("en", fields)


@pytest.mark.parametrize("sentences", [english.SENTENCES, japanese.SENTENCES])
def test_every_sentence_is_listed_once(sentences: tuple[object, ...]) -> None:
    """A sentence is one row."""
    assert len(set(sentences)) == len(sentences)


def test_a_summary_is_generated_from_a_profile_or_from_its_fields() -> None:
    """From the model, or from fields with dicts for events and affinities; other languages get English."""
    model = profile(**WHO, **attended(3, 5), affinities=HABITS, upcoming_events=[PASTA_NIGHT])
    plain = SimpleNamespace(**model.model_dump())
    for language in ("en", "ja"):
        assert summarise(model, language) == summarise(plain, language)
    assert summarise(model) == summarise(model, "en") == summarise(model, "fr")
    assert summarise(EnrichedProfile.model_validate({"id": "u", "as_of": NOW})).startswith(
        "This person is new"
    )
