"""Reasons in words, in both languages, and what is never said."""

from typing import get_args

import pytest

from workers.recommend.events.reasons import (
    ENGLISH,
    JAPANESE,
    REASONS,
    EventReason,
    WhyInvited,
    sentence,
)

SAID: dict[tuple[EventReason, str | int], tuple[str, str]] = {
    ("friends", 2): (
        "2 people you have met at earlier events are coming",
        "以前のイベントでご一緒した方が2名参加されます",
    ),
    ("friends", 1): (
        "Somebody you have met at earlier events is coming",
        "以前のイベントでご一緒した方が参加されます",
    ),
    ("host", "Chef Mario"): (
        "Chef Mario hosts it, whose events you have joined before",
        "以前ご参加いただいたChef Marioの会です",
    ),
    ("event_type", "wine_tasting"): (
        "You have joined wine tastings before",
        "これまでにもワインテイスティングにご参加いただいています",
    ),
    ("venue", "The Vault"): (
        "It is at The Vault, where you have been before",
        "以前お越しいただいたThe Vaultで開かれます",
    ),
    ("place", "渋谷"): ("It is close to you: 渋谷", "お近くの渋谷で開かれます"),
    ("cuisine", "イタリアン"): ("Italian is to your taste", "お好みのイタリア料理のイベントです"),
    ("interest", "wine"): ("It goes with your interest in wine", "ご関心のあるワインに関わるイベントです"),
    ("weekday", 5): ("You often come on Saturdays", "土曜日によくご参加いただいています"),
}


@pytest.mark.parametrize("told", SAID)
def test_a_reason_in_words(told: tuple[EventReason, str | int]) -> None:
    """Words that are known in both languages are said in that of the reader."""
    why = WhyInvited(told[0], 1.0, told[1])
    assert (sentence(why, "en"), sentence(why, "ja")) == SAID[told]


def test_every_reason_has_words_in_both_languages() -> None:
    """And its place among equals."""
    codes = set(get_args(EventReason))
    assert codes == set(REASONS) == set(ENGLISH) == set(JAPANESE) == {code for code, _ in SAID}


@pytest.mark.parametrize(
    "named",
    ["https://evil.example", "x" * 200, "TBD", "", "a.b@evil.example", "\x00", "🍷"],
)
@pytest.mark.parametrize("code", ["host", "venue", "event_type", "interest", "cuisine", "place"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_no_sentence_can_have_is_not_told(code: EventReason, named: str, language: str) -> None:
    """A link, a sentence, a price, or nothing at all."""
    assert sentence(WhyInvited(code, 1.0, named), language) is None
