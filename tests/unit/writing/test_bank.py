"""The bank: every sentence is let through by the gate, and every reader gets one of each part."""

from copy import deepcopy

import pytest

from workers.writing.bank import personal_text, section_text
from workers.writing.bank_sentences import TOKENS, ListedSentence, bank_sentences
from workers.writing.bank_tables import BANK
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.tokens import tokens_of


@pytest.mark.parametrize("sentence", [*bank_sentences()])
def test_every_sentence_is_let_through(sentence: ListedSentence) -> None:
    """It was read by people, too."""
    assert sentence.refusal is None
    assert tokens_of(sentence.text) <= sentence.rule.tokens


def test_every_list_of_the_bank_is_looked_at() -> None:
    """Two of six sections, four around them and four of an invitation, in both languages."""
    places = {sentence.place for sentence in bank_sentences()}
    wrong = deepcopy(dict(BANK))
    wrong["ja"]["sections"]["new_arrivals"]["intro"].append("今だけ3件の求人があります。")
    found = [each for each in bank_sentences(wrong) if each.refusal]

    assert len(places) == 2 * (4 + 4 + 6 * 2)
    assert [each.place for each in found] == ["ja.sections.new_arrivals.intro"]
    assert [each.refusal and each.refusal.check for each in found] == ["digits"]


@pytest.mark.parametrize("language", EmailLanguage)
def test_a_reader_of_whom_little_is_known_gets_whole_sentences(language: EmailLanguage) -> None:
    """Only what is known is named, and the same reader gets the same mail."""
    for number in range(50):
        text = personal_text(language, frozenset({"count"}), str(number))
        assert text == personal_text(language, frozenset({"count"}), str(number))
        assert frozenset().union(*map(tokens_of, text)) <= {"count"}


def test_readers_get_different_sentences() -> None:
    """All of them are used."""
    texts = {
        personal_text(EmailLanguage.ENGLISH, TOKENS | {"var.campaign_name"}, str(n)).subject
        for n in range(200)
    }
    assert texts == set(BANK["en"]["subject"])


def test_every_section_has_sentences_in_both_languages() -> None:
    """Of the six."""
    for language in EmailLanguage:
        for kind in EmailSectionType:
            assert all(section_text(language, kind, "1"))
