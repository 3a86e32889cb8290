"""Runs of hiragana: listed parts only, and where each kind of part may stand."""

import re

import pytest

from workers.writing.gate.hiragana import LISTS, is_listed, unlisted_run


def test_the_lists_hold_hiragana_only_and_no_part_twice() -> None:
    """An entry of another shape would never match; one of two kinds would open a door."""
    assert [part for parts in LISTS.values() for part in parts if not re.fullmatch(r"[ぁ-ゖ]+", part)] == []
    assert LISTS["words"] & (LISTS["particles"] | LISTS["prefixes"] | LISTS["continuations"]) == frozenset()
    assert all(len(part) > 1 for part in LISTS["words"])


@pytest.mark.parametrize(
    "text",
    [
        "お仕事をご紹介します",
        "{{name}}さんへ",
        "アプリの",
        "選ばれている求人",
        "まずはお気軽に",
        "広げていける",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    """Particles behind words, prefixes in front of them, the ends of verbs."""
    assert unlisted_run(text.replace("{{name}}", "\ue000")) is None


@pytest.mark.parametrize(
    "name", ["さくら", "とうきょう", "なごや", "とよた", "はなこ", "うみ", "ひとけた", "さんびゃく"]
)
def test_names_and_numbers_do_not(name: str) -> None:
    """Nor behind a particle, nor with one, nor with an end of politeness."""
    for text in (name, f"{name}の求人", f"仲間の{name}より", f"{name}さんへ", f"美しい{name}で"):
        assert unlisted_run(text) is not None, text


def test_a_part_stands_where_its_kind_may() -> None:
    """No particle begins a sentence, none follows another one; a prefix needs a word behind it."""
    assert is_listed("のお", "word", True)
    assert not is_listed("のお", None, True)
    assert not is_listed("のお", "word", False)
    assert not is_listed("とよ", "word", True)
    assert is_listed("しい", "kanji", True)
    assert not is_listed("しい", "word", True)
