"""The forms in sentences: cleaned texts, capitals, articles, known words."""

import pytest

from schemas.profile.summary.cuisines import CUISINES
from schemas.profile.summary.diets import DIETS
from schemas.profile.summary.english_case import in_sentence, without_article
from schemas.profile.summary.english_forms import with_article
from schemas.profile.summary.interests import INTERESTS
from schemas.profile.summary.lexicon import MAX_LENGTH, Lexicon, Word, clean
from schemas.profile.summary.occupations import OCCUPATIONS
from schemas.profile.summary.places import PLACES
from schemas.profile.summary.words import EVENT_TYPES, GENDERS, RELATIONSHIPS, TABLES

LEXICONS = {
    "genders": GENDERS,
    "relationships": RELATIONSHIPS,
    "diets": DIETS,
    "tables": TABLES,
    "cuisines": CUISINES,
    "event types": EVENT_TYPES,
    "places": PLACES,
    "occupations": OCCUPATIONS,
    "interests": INTERESTS,
}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        ("", ""),
        (" \n", ""),
        ("N/A", ""),
        ("n/a.", ""),
        ("None", ""),
        (" - ", ""),
        ("...", ""),
        ("()", ""),
        ("prefer not to say", ""),
        ("特になし。", ""),
        ("\u200b", ""),
        ("  two\n words ", "two words"),
        ("tea\u3000art", "tea art"),
        ("- tea,", "tea"),
        ("Tea!!", "Tea"),
        ("tea ()", "tea"),
        ("a\u200b () b", "a b"),
        ("_rock_climbing", "rock climbing"),
        ("C++", "C++"),
        (".NET", ".NET"),
        ("O'Neil (Bo)", "O'Neil (Bo)"),
        ("中目黒。", "中目黒"),
        ("x" * 300, "x" * (MAX_LENGTH - 1) + "…"),
        ("word " * 50, ("word " * 15).strip() + "…"),
    ],
)
def test_a_text_is_cleaned(raw: str | None, text: str) -> None:
    """Single spaces, no bullets, no final punctuation, nothing that means no value, and a limited length."""
    assert clean(raw) == text


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Software Engineer", "software engineer"),
        ("SOFTWARE ENGINEER", "software engineer"),
        ("NURSE", "nurse"),
        ("CEO", "CEO"),
        ("UX DESIGNER", "UX designer"),
        ("iOS Developer", "iOS developer"),
        ("DevOps Lead", "DevOps lead"),
        ("French Teacher", "French teacher"),
        ("UNESCO Officer", "UNESCO officer"),
        ("R Programmer", "R programmer"),
        ("R&D Manager", "R&D manager"),
        ("3D Artist", "3D artist"),
        ("Full-Stack Developer", "full-stack developer"),
        ("Co-Founder", "co-founder"),
        ("Engineer at Blue Bottle", "engineer at Blue Bottle"),
        ("VP of Sales", "VP of sales"),
        ("看護師", "看護師"),
    ],
)
def test_a_title_inside_a_sentence_is_in_lower_case(title: str, written: str) -> None:
    """Except abbreviations, names, and words with capitals inside."""
    assert in_sentence(title) == written


@pytest.mark.parametrize(
    ("noun", "article"),
    [
        ("engineer", "an"),
        ("nurse", "a"),
        ("hourly worker", "an"),
        ("honest broker", "an"),
        ("hotel clerk", "a"),
        ("university lecturer", "a"),
        ("user researcher", "a"),
        ("usher", "an"),
        ("undertaker", "an"),
        ("European", "a"),
        ("one-man band", "a"),
        ("UX designer", "a"),
        ("HR manager", "an"),
        ("MBA student", "an"),
        ("CEO", "a"),
        ("NASA engineer", "a"),
        ("X-ray technician", "an"),
        ("iOS developer", "an"),
        ("unemployed 30-year-old", "an"),
        ("8-year-old", "an"),
        ("11-year-old", "an"),
        ("18-year-old", "an"),
        ("80-year-old", "an"),
        ("32-year-old", "a"),
        ("110-year-old", "a"),
        ("180 cm player", "a"),
        ("3D artist", "a"),
        ("électricien", "an"),
        ("看護師", "a"),
    ],
)
def test_the_article_depends_on_the_pronunciation(noun: str, article: str) -> None:
    """Numbers are words, abbreviations are spelt, and some letters are silent."""
    assert with_article(noun) == f"{article} {noun}"


@pytest.mark.parametrize(("text", "noun"), [("a nurse", "nurse"), ("The CEO", "CEO"), ("Anna", "Anna")])
def test_an_article_that_was_entered_is_removed(text: str, noun: str) -> None:
    """The sentence has its own."""
    assert without_article(text) == noun


@pytest.mark.parametrize("spelling", ["Wine Tasting", "wine_tasting", "WINE-TASTING", "ワインテイスティング"])
def test_a_known_word_is_matched_by_all_its_spellings(spelling: str) -> None:
    """Capitals, underscores, hyphens, either language."""
    assert EVENT_TYPES.read(f" {spelling}. ") == (
        "wine tastings",
        "ワインテイスティング",
        "",
        ("wine-tasting", "ワイン会"),
    )


@pytest.mark.parametrize("name", LEXICONS)
def test_every_row_is_matched_by_both_languages(name: str) -> None:
    """No row hides that of another word (an allergy and food that is avoided have the same texts)."""
    rows = [row for row in LEXICONS[name].rows() if row.kind != "allergy"]
    for row in rows:
        assert LEXICONS[name].read(row.en) == row
        for spelling in row.also:
            assert LEXICONS[name].read(spelling) == row


def test_an_unknown_word_is_the_same_in_both_languages() -> None:
    """And a word that is given twice is one."""
    lexicon = Lexicon([Word("tea", "お茶")])
    assert lexicon.read("Ski Jumping") == Word("Ski Jumping", "Ski Jumping")
    assert lexicon.read_all(["tea", " お茶", "None", "x"]) == [Word("tea", "お茶"), Word("x", "x")]
