"""The gate of one text: what it refuses, in which order, and what it lets pass."""

from collections import Counter
from statistics import median
from time import process_time_ns
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.writing.gate.corpus import introduction, lines, rule_of
from workers.writing.gate.texts import CHECKS, TextRule, refusal_of

BAD, BAD_AFTER = lines("bad.jsonl"), lines("bad_after.jsonl")
GOOD, GOOD_AFTER = lines("good.jsonl"), lines("good_after.jsonl")


@pytest.mark.parametrize("corpus", [BAD, BAD_AFTER], ids=["bad", "bad_after"])
def test_no_bad_text_escapes(corpus: list[dict[str, Any]]) -> None:
    """Each text of the corpora is refused."""
    assert [line["text"] for line in corpus if refusal_of(line["text"], rule_of(line)) is None] == []


def test_the_corpora_are_large_enough() -> None:
    """A percentage of a few texts says nothing."""
    assert len(BAD) >= 150
    assert len(BAD_AFTER) >= 60
    assert min(Counter(line["language"] for line in GOOD).values()) >= 100


@pytest.mark.parametrize("corpus", [GOOD, GOOD_AFTER], ids=["good", "good_after"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_few_good_texts_are_refused(corpus: list[dict[str, Any]], language: str) -> None:
    """At most one in ten: each refusal costs a call of the model."""
    good = [line for line in corpus if line["language"] == language]
    refused = [line["text"] for line in good if refusal_of(line["text"], rule_of(line))]

    assert len(refused) <= len(good) / 10, refused


def test_each_text_is_refused_by_the_check_that_names_its_fault() -> None:
    """The model is told the first reason, so it must be the right one."""
    wrong = [
        (line["text"], line["first"], refusal.check)
        for line in BAD
        if "first" in line
        and (refusal := refusal_of(line["text"], rule_of(line)))
        and refusal.check != line["first"]
    ]

    assert wrong == []


@pytest.mark.parametrize("check", [check.name for check in CHECKS])
def test_each_check_is_the_first_to_refuse_three_texts(check: str) -> None:
    """Removing it would change what is reported, in each language that it reads."""
    languages = next(row.languages for row in CHECKS if row.name == check)
    first = [line for line in BAD if line.get("first") == check]

    assert len(first) >= 3
    assert {line["language"] for line in first} == languages


@pytest.mark.parametrize(
    "text",
    [
        "今後のご案内の参考にさせていただきます。",
        "ご経験は十分に活かせます。",
        "一緒に考えましょう。",
        "求人は一つひとつ選びました。",
        "準備は万全です。",
        "次の一歩を応援します。",
        "一覧をご覧ください。",
        "一人ひとりに合う求人を選びました。",
        "お時間のあるときにご覧ください。",
    ],
)
def test_japanese_words_that_only_hold_a_numeral_pass(text: str) -> None:
    """参 is a formal three, 十 a ten and 一 a one, but not here."""
    assert refusal_of(text, introduction("ja")) is None


@pytest.mark.parametrize(
    "text",
    [
        "There is no need to hurry.",
        "A few minutes are enough to read this list.",
        "One of these roles could suit you.",
        "Your first step could be here.",
        "Feel free to look around.",
        "Have a good day, and enjoy the list.",
        "We're glad that you've told us what you'd like.",
        "You’ll find roles in Node.js and C++17 here.",
    ],
)
def test_english_words_that_only_look_like_numbers_or_haste_pass(text: str) -> None:
    """A list of words alone would refuse them."""
    assert refusal_of(text, introduction("en")) is None


def test_the_same_words_are_refused_where_they_press_or_count() -> None:
    """The harmless phrases open no door."""
    for text, check in (
        ("Hurry, these roles are for you.", "time"),
        ("You have thirty minutes to apply.", "number_words"),
        ("Only minutes are left.", "time"),
        ("These roles are free.", "money"),
    ):
        refusal = refusal_of(text, introduction("en"))
        assert refusal is not None
        assert refusal.check == check
    refusal = refusal_of("三十分で応募できます。", introduction("ja"))
    assert refusal is not None
    assert refusal.check == "number_words"


def test_a_refusal_names_the_word_and_a_rule() -> None:
    """One sentence, which is written into the next prompt."""
    refusal = refusal_of("These jobs will be gone soon.", introduction("en"))

    assert refusal is not None
    assert refusal.check == "time"
    assert refusal.rule.startswith('Do not use the word "')
    assert refusal.rule.endswith(".")


def test_a_neutral_word_is_offered() -> None:
    """The model is told what to write instead."""
    refusal = refusal_of("看護婦の求人をご紹介します。", introduction("ja"))

    assert refusal is not None
    assert "看護師" in refusal.rule


def test_a_rule_never_holds_a_whole_sentence() -> None:
    """Logs and prompts may hold it: it is short whatever the text is."""
    rules = [refusal.rule for line in BAD + BAD_AFTER if (refusal := refusal_of(line["text"], rule_of(line)))]

    assert max(map(len, rules)) <= 160


def test_a_term_of_a_record_that_is_a_link_is_not_honoured() -> None:
    """A skill is written by a stranger."""
    rule = TextRule("introduction", "en", terms=frozenset(["evil.com", "call 0312345678"]))

    assert refusal_of("We have jobs for evil.com here.", rule) is not None
    assert refusal_of("We have jobs, so call 0312345678 now.", rule) is not None


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_long_text_is_refused_at_once(language: Any) -> None:
    """A model that loops until its cap costs no time here."""
    for text in (" " * 100_000, "{{" * 50_000, "a" * 100_000, "あ" * 100_000, "{{name}}" * 20_000):
        refusal = refusal_of(text, introduction(language))
        assert refusal is not None
        assert refusal.check == "length"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_text_is_judged_in_a_fraction_of_a_millisecond(language: str) -> None:
    """The median of its texts; the gate runs again whenever a text comes from the cache."""
    good = [line for line in GOOD if line["language"] == language]
    spent = []
    for line in good:
        rule = rule_of(line)
        refusal_of(line["text"], rule)
        start = process_time_ns()
        refusal_of(line["text"], rule)
        spent.append(process_time_ns() - start)

    assert median(spent) < 1_000_000


SPOILS = st.one_of(
    st.characters(categories=["Nd", "Nl", "No"]),
    st.characters(categories=["Cc", "Cf", "Co", "Zl", "Zp"]),
    st.sampled_from(
        [
            "https://a.example",
            "www.evil",
            "evil.com",
            "a@b.example",
            "evil。com",
            "@kairos",
            "evil .com",
            "x.y",
            "tel:",
        ]
    ),
)


@given(line=st.sampled_from(GOOD), spoil=SPOILS, blanks=st.booleans(), data=st.data())
def test_no_text_with_a_digit_a_link_an_address_or_a_control_passes(
    line: dict[str, Any], spoil: str, blanks: bool, data: st.DataObject
) -> None:
    """Wherever it stands in a good text, also inside of a token."""
    text = line["text"]
    place = data.draw(st.integers(0, len(text)))
    spoilt = f" {spoil} " if blanks else spoil

    assert refusal_of(text[:place] + spoilt + text[place:], rule_of(line)) is not None


@given(text=st.text(), language=st.sampled_from(["en", "ja"]))
def test_any_text_is_judged_without_an_error(text: str, language: Any) -> None:
    """What a model answers is never an exception of the gate."""
    refusal = refusal_of(text, introduction(language))
    if any(character.isdigit() or not (character.isprintable()) for character in text):
        assert refusal is not None
