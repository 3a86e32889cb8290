"""Many generated profiles: every summary is well written, complete, and has nothing unknown."""

import re
import tomllib
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.profile import EnrichedProfile
from schemas.profile.summary import summarise
from schemas.profile.summary.facts import WORKING_AGES
from tests.unit.schemas.profile.summary.grammar import RULES, faults
from tests.unit.schemas.profile.summary.profiles import LISTS, NOW, TEXTS, Maker, profile

THOUSANDS = 1_500  # people per language and kind
TOKEN = re.compile(r"Q[a-z]+z[a-j]+")
LIMITS = {"interests": 3, "cuisinepreference": 2, "favoritehosts": 2, "friends": 3, "dietaryrestrictions": 8}
languages = pytest.mark.parametrize("language", ["en", "ja"])
people = pytest.mark.parametrize("people", [300, pytest.param(THOUSANDS, marks=pytest.mark.slow)])


@people
@languages
@pytest.mark.parametrize("tokens", [False, True], ids=["words", "tokens"])
def test_no_summary_has_a_mistake(language: str, tokens: bool, people: int) -> None:
    """Whichever fields have values, none, or odd ones."""
    maker = Maker(5, tokens)
    for number in range(people):
        text = summarise(maker.person(), language)
        assert faults(text, language) == [], f"person {number}: {text}"
        assert not (tokens and language == "ja" and " " in text), text


@people
@languages
def test_a_summary_has_all_required_values_and_no_others(language: str, people: int) -> None:
    """Every token is one of the profile's, and occurs once; no required one is missing; so for numbers."""
    maker = Maker(6, tokens=True)
    for number in range(people):
        person = maker.person()
        text = summarise(person, language)
        tokens, known = TOKEN.findall(text), set(TOKEN.findall(person.model_dump_json(exclude={"summary"})))
        numbers = {int(digits) for digits in re.findall(r"\d+", TOKEN.sub("", text))}

        assert set(tokens) <= known, f"person {number}: {text}"
        assert len(tokens) == len(set(tokens)), f"person {number}: {text}"
        assert all(len(re.findall(rf"Q{field}z", text)) <= limit for field, limit in LIMITS.items()), text
        assert required(person) <= set(tokens), f"person {number}: {text}"
        assert numbers_required(person) <= numbers <= numbers_allowed(person), f"person {number}: {text}"


ANYTHING = st.none() | st.text(max_size=120)
MANY = st.lists(st.text(max_size=20), max_size=6)


@languages
@given(
    texts=st.fixed_dictionaries(dict.fromkeys(TEXTS, ANYTHING)),
    lists=st.fixed_dictionaries(dict.fromkeys(LISTS, MANY)),
)
def test_any_characters_can_be_a_value(language: str, texts: dict[str, Any], lists: dict[str, Any]) -> None:
    """Whatever people type, a summary is one line of whole sentences in single spaces."""
    text = summarise(profile(**texts, **lists, upcoming_events=[{"name": texts["name"]}]), language)
    assert text.isprintable()
    assert text == " ".join(text.split())
    assert text.endswith("." if language == "en" else "。")


def tokens_of(*values: str | None, limit: int | None = None) -> set[str]:
    """The first tokens of some values."""
    return set(islice((token for value in values for token in TOKEN.findall(value or "")), limit))


def required(person: EnrichedProfile) -> set[str]:
    """The tokens that a summary must have: each single value, and the first of each list."""
    has_attended, upcoming = person.days_since_last_event is not None, person.upcoming_events[:1]
    return {
        *tokens_of(person.name, person.occupation, person.home_neighborhood, person.work_neighborhood),
        *tokens_of(person.relationship_status, person.table_type_preference),
        *tokens_of(*person.interests, limit=3),
        *tokens_of(*person.dietary_restrictions, limit=8),
        *tokens_of(*person.cuisine_preference, limit=2),
        *tokens_of(*person.favorite_hosts, limit=2),
        *tokens_of(*person.friends, limit=3),
        *(tokens_of(person.last_event_venue) if has_attended else ()),
        *tokens_of(*(value for event in upcoming for value in (event.name, event.venue))),
        *tokens_of(
            *(liked.name for liked in person.affinities.get("event_type", []) if liked.weight > 1), limit=2
        ),
    }


def numbers_required(person: EnrichedProfile) -> set[int]:
    """Age, number of events, days since the last one; number of orders of a person without events."""
    events, days = person.number_of_events_attended, person.days_since_last_event or 0
    return {
        *([person.age] if person.age and person.age in WORKING_AGES else []),
        *([events] if events > 1 else []),
        *([person.total_orders] if person.total_orders > 1 and not events else []),
        *([days] if 1 < days <= 180 else []),
    }


def numbers_allowed(person: EnrichedProfile) -> set[int]:
    """The required ones, orders, numbers of items left out, days ahead, months and years since the dates."""
    dates = [day for day in (person.first_event_date, person.last_event_date) if day]
    spans = [(NOW.date() - day).days for day in dates]
    periods = {whole(span / unit) for span in spans for unit in (30.44, 365.25) for whole in (int, round)}
    ahead = [(event.date - NOW.date()).days for event in person.upcoming_events if event.date]
    friends = len([friend for friend in person.friends if TOKEN.search(friend)])
    left_out = {friends - 3, len(person.upcoming_events) - 1, len(person.upcoming_events)}
    return {1, person.age or 0, person.total_orders, *numbers_required(person), *periods, *ahead, *left_out}


BAD = tomllib.loads((Path(__file__).parent / "golden" / "bad_summaries.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in BAD for text in BAD[language]]
)
def test_the_rules_match_every_bad_summary(language: str, text: str) -> None:
    """Rules that match nothing would prove nothing."""
    assert faults(text, language) != []


@languages
def test_every_rule_matches_a_bad_summary(language: str) -> None:
    """No rule is superfluous."""
    unmatched = [
        rule.mistake
        for rule in RULES[language]
        if not any(map(re.compile(rule.pattern).search, BAD[language]))
    ]
    assert unmatched == []
