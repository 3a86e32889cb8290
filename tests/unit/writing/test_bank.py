"""The bank: every sentence is let through by the gate, and every reader gets one of each part."""

from collections.abc import Iterator

import pytest

from workers.writing.bank import BANK, personal_text, section_text
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS
from workers.writing.gate.texts import TextRule, refusal_of
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.tokens import tokens_of

TOKENS = frozenset({"count", "more", "job.1.title", "skills", "var.campaign_name"})


def sentences() -> Iterator[tuple[str, TextRule]]:
    """Every sentence with its rule."""
    for language in EmailLanguage:
        words = BANK[language.value]
        for name, part in PERSONAL_PARTS.items():
            for text in words[name]:
                yield text, TextRule(part, language.value, TOKENS)
        for section in words["sections"].values():
            for name, part in SECTION_PARTS.items():
                for text in section[name]:
                    yield text, TextRule(part, language.value)


@pytest.mark.parametrize(("text", "rule"), [*sentences()])
def test_every_sentence_is_let_through(text: str, rule: TextRule) -> None:
    """It was read by people, too."""
    assert refusal_of(text, rule) is None
    assert tokens_of(text) <= TOKENS


@pytest.mark.parametrize("language", EmailLanguage)
def test_a_reader_of_whom_little_is_known_gets_whole_sentences(language: EmailLanguage) -> None:
    """Only what is known is named, and the same reader gets the same mail."""
    for number in range(50):
        text = personal_text(language, frozenset({"count"}), str(number))
        assert text == personal_text(language, frozenset({"count"}), str(number))
        assert frozenset().union(*map(tokens_of, text)) <= {"count"}


def test_readers_get_different_sentences() -> None:
    """All of them are used."""
    texts = {personal_text(EmailLanguage.ENGLISH, TOKENS, str(n)).subject for n in range(200)}
    assert texts == set(BANK["en"]["subject"])


def test_every_section_has_sentences_in_both_languages() -> None:
    """Of the six."""
    for language in EmailLanguage:
        for kind in EmailSectionType:
            assert all(section_text(language, kind, "1"))
