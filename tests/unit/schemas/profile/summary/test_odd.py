"""300 profiles of odd words in each language: no summary has a mistake, and every odd word was used."""

import pytest

from schemas.profile.summary import summarise
from tests.unit.schemas.profile.summary.grammar import faults, without_quotations
from tests.unit.schemas.profile.summary.odd import PEOPLE, WORDS, odd_people

languages = pytest.mark.parametrize("language", ["en", "ja"])


@languages
@pytest.mark.parametrize("said_in", ["en", "ja"])
def test_no_summary_of_odd_words_has_a_mistake(language: str, said_in: str) -> None:
    """Outside quotations, which hold what people wrote; in both languages, whatever the words' own."""
    for number, person in enumerate(odd_people(language)):
        text = summarise(person, said_in)
        assert faults(without_quotations(text), said_in) == [], f"person {number}: {text}"


@languages
def test_every_odd_word_occurs(language: str) -> None:
    """Words that nobody has would prove nothing."""
    people = odd_people(language)
    assert len(people) == PEOPLE
    everything = "\n".join(person.model_dump_json(exclude={"summary"}) for person in people)
    assert [word for words in WORDS[language].values() for word in words if word not in everything] == []


@languages
def test_the_people_are_the_same_every_time(language: str) -> None:
    """So that they can be read."""
    assert odd_people(language) == odd_people(language)
