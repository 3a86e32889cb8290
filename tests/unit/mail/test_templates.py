"""The templates: whole sentences, whichever facts are missing."""

import itertools
import re
from typing import Any

import pytest

from tests.unit.mail.mails import FULL, JAPANESE, decision
from workers.mail.phrases import PHRASES
from workers.mail.templates import compose, join_names
from workers.mail.writer import MailText

FACTS = ("first_name", "interests", "favorite_hosts", "venues", "upcoming_events", "question")
CASES = [
    pytest.param(
        language, verdict, missing, id=f"{language}-{verdict}-without-{'-'.join(missing) or 'nothing'}"
    )
    for language in ("en", "ja")
    for verdict in ("send", "ask")
    for count in range(len(FACTS) + 1)
    for missing in itertools.combinations(FACTS, count)
]


def write(language: str, verdict: Any = "send", **facts: Any) -> MailText:
    """The text for a brief of these facts."""
    return compose(decision(verdict, {"language": language, **facts}))


@pytest.mark.parametrize(("language", "verdict", "missing"), CASES)
def test_every_combination_reads_well(language: Any, verdict: Any, missing: tuple[str, ...]) -> None:
    """Whole sentences in one language, no gap where a fact is missing, every given fact of a kind used."""
    full = JAPANESE if language == "ja" else FULL
    facts = {name: value for name, value in full.items() if name not in missing and name != "summary"}

    text = compose(decision(verdict, facts | {"language": language}))

    everything = [text.subject, text.greeting, *text.body, text.closing]
    assert "[MOCK]" not in text.subject
    assert all(line == line.strip() and line for line in everything)
    assert not re.search(r"  |None|\[\]|[{}]| ,| \.|、、|「」|、に|、の", "\n".join(everything))
    assert all(line.endswith((".", "?", "。")) for line in text.body)
    hiragana = re.search("[ぁ-ゖ]", "".join(text.body))
    assert (hiragana is not None) == (language == "ja")
    assert ("first_name" in facts) == (str(full["first_name"]) in text.greeting)
    if verdict == "ask":
        assert (full["question"] in text.body) == ("question" in facts)
    else:
        for name in ("interests", "favorite_hosts", "venues", "upcoming_events"):
            assert (name in facts) == (full[name][0] in "".join(text.body))


def test_the_full_english_invitation() -> None:
    """The words, as a reader gets them."""
    assert compose(decision()) == MailText(
        "See you at Pasta Night",
        "Hi Sarah,",
        (
            "You are on the list for Pasta Night, and we look forward to seeing you there.",
            "You have joined tables hosted by Chef Mario and Chef Ploy and been our guest at The Vault; "
            "it would be lovely to have you with us again.",
            "We know of your interest in hiking, photography and cooking, and keep it in mind when we choose "
            "what to tell you.",
            "Simply reply to this mail and tell us what you would enjoy next.",
        ),
        "Warm regards",
        "template",
    )


def test_the_full_japanese_invitation() -> None:
    """The words, as a reader gets them."""
    assert compose(decision(brief=JAPANESE)) == MailText(
        "パスタの夕べでお会いしましょう",
        "田中健二様",
        (
            "「パスタの夕べ」にお申し込みいただき、ありがとうございます。当日お会いできるのを楽しみにしております。",
            "これまでシェフ・マリオの会やザ・ヴォルトでのイベントにご参加いただき、ありがとうございます。"
            "またご一緒できましたら幸いです。",
            "登山、写真にご興味があると伺っております。今後のご案内の参考にさせていただきます。",
            "ご希望がございましたら、このメールにそのままご返信ください。",
        ),
        "今後ともよろしくお願いいたします。",
        "template",
    )


@pytest.mark.parametrize(
    ("facts", "subject"),
    [
        ({"favorite_hosts": ["Mario"], "venues": ["The Vault"]}, "Another table with Mario?"),
        ({"venues": ["The Vault"], "interests": ["hiking"]}, "Back to The Vault?"),
        ({"interests": ["hiking"]}, "Your interest in hiking"),
        ({}, "What would you like to do next?"),
    ],
)
def test_the_first_known_fact_makes_the_subject(facts: dict[str, Any], subject: str) -> None:
    """An upcoming event, then a host, a venue, an interest."""
    assert write("en", **facts).subject == f"{subject}"


def test_a_decision_without_a_brief_has_a_neutral_text() -> None:
    """No facts, and still a greeting and paragraphs."""
    text = compose(decision().model_copy(update={"brief": None}))

    assert (text.greeting, len(text.body)) == ("Hello,", 2)


def test_odd_facts_stay_on_one_line() -> None:
    """Line breaks, blanks, repetitions and long names come from a product's data."""
    text = write("en", first_name="Sa\r\nrah", venues=["", "a\nb", "a b", "x" * 300], question="Why\nnot?")

    assert text.greeting == "Hi Sa rah,"
    assert text.subject == "Back to a b?"
    assert "a b and " + "x" * 59 + "…" in text.body[0]
    assert write("en", "ask", question="Why\nnot?").body[1] == "Why not?"


def test_names_are_listed_as_the_language_does() -> None:
    """At most three, without an Oxford comma."""
    names = ["wine_tasting", "b", "c", "d"]

    assert join_names(names, PHRASES["en"]) == "wine tasting, b and c"
    assert join_names(names, PHRASES["ja"]) == "wine tasting、b、c"
    assert join_names([], PHRASES["en"]) == ""


def test_a_template_does_not_use_the_summary() -> None:
    """The summary holds the age."""
    assert "32" in FULL["summary"]
    assert "32" not in str(compose(decision()))
