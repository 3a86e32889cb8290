"""Spellings of the same word."""

import pytest

from schemas.folding import folded, folded_kind, one_spelling, several_spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Vault", "the  vault"),
        ("wine_tasting", "Wine Tasting"),
        ("Pop-up", "pop up"),
        ("O’Neil's", "O'NEIL’S"),
        ("Ｂａｒ １２", "bar 12"),
        ("Vault.", "vault"),
        ("ｶﾌｪ", "カフェ"),
        ("Vau\u200blt", "vault"),
    ],
)
def test_spellings_of_a_word_have_one_key(one: str, other: str) -> None:
    """Case, width, blanks, hyphens, quotes, stops, invisible letters."""
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dinner", "dinners"), ("lunch", "Lunches"), ("Party", "parties"),
        ("cooking class", "cooking_classes"), ("movie", "movies"), ("course", "courses"),
        ("wine tasting", "Wine-Tastings"),
    ],
)  # fmt: skip
def test_a_kind_has_one_key_in_singular_and_plural(one: str, other: str) -> None:
    """As types of events are written."""
    assert folded_kind(one) == folded_kind(other)


@pytest.mark.parametrize(
    ("one", "other"), [("class", "clas"), ("bus", "bu"), ("jam", "jams"), ("tea", "teas")]
)
def test_short_words_and_words_that_end_in_s_keep_it(one: str, other: str) -> None:
    """They may be other words."""
    assert folded_kind(one) != folded_kind(other)


def test_the_most_frequent_spelling_is_shown() -> None:
    """Of several as frequent ones the first; nothing else changes, and None stays."""
    assert one_spelling(["the vault", None, "The Vault", "The Vault", "x"]) == [
        "The Vault", None, "The Vault", "The Vault", "x",
    ]  # fmt: skip
    assert one_spelling(["Dinner", "dinners", "dinner"], folded_kind) == ["Dinner"] * 3
    assert one_spelling(["a", "b", "a", ""]) == ["a", "b", "a", ""]
    assert several_spellings(["Dinner", "x", "dinners"], folded_kind)
    assert not several_spellings(["Dinner", "x", "dinners"])
