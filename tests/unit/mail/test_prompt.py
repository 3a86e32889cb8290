"""What the model is told, and which answers are taken."""

import json
from typing import Any

import pytest

from tests.unit.mail.mails import FULL, JAPANESE, decision
from workers.mail.draft import Draft, read_draft, text_format
from workers.mail.prompt import INSTRUCTIONS, prompt
from workers.mail.writer import WritingError

ENGLISH = {"subject": "Pasta again?", "body": ["It was good to have you."], "closing": "See you"}


def test_the_prompt_of_an_invitation() -> None:
    """The facts, word for word."""
    assert prompt(decision()).facts == (
        "{\n"
        ' "task": "Invite the person to come again, in the light of what they like. '
        'Ask for a short reply.",\n'
        ' "language": "English",\n'
        ' "summary": "the reader is a 32-year-old engineer. She\'s interested in hiking.",\n'
        ' "interests": [\n  "hiking",\n  "photography",\n  "cooking"\n ],\n'
        ' "favorite_hosts": [\n  "Chef Mario",\n  "Chef Ploy"\n ],\n'
        ' "venues": [\n  "The Vault"\n ],\n'
        ' "upcoming_events": [\n  "Pasta Night"\n ],\n'
        ' "question": "Which cuisines do you like best?"\n'
        "}"
    )


def test_the_prompt_of_a_question() -> None:
    """Missing facts are left out; Japanese stays readable."""
    brief = {"language": "ja", "question": JAPANESE["question"]}

    assert json.loads(prompt(decision("ask", brief)).facts) == {
        "task": "Ask the person the one question given under `question`, kindly; a short reply is enough.",
        "language": "Japanese",
        "question": "お好きな料理のジャンルは何ですか。",
    }


@pytest.mark.parametrize("brief", [FULL, JAPANESE], ids=["en", "ja"])
def test_the_prompt_names_nobody(brief: dict[str, Any]) -> None:
    """No name, no id, no address, even when a product keeps an address where a name belongs."""
    odd = brief | {"favorite_hosts": ["mario@vault.example", "Mario (mario@vault.example)"]}

    asked = prompt(decision(brief=odd))

    everything = asked.instructions + asked.facts
    for secret in ("@", "Sarah", "田中", "健二", "user_001"):
        assert secret not in everything
    assert json.loads(asked.facts)["favorite_hosts"] == ["(address)", "Mario (address)"]


@pytest.mark.parametrize(
    ("name", "summary", "told"),
    [
        ("Al", "Al is almost 30. Al's at Alba.", "the reader is almost 30. the reader's at Alba."),
        ("田中健二.", "田中健二 is 30.", "the reader is 30."),
        ("(Jo!", "(Jo! is 30.", "the reader is 30."),
        ("Sarah", "Sarahさんは32歳です。Sarahsonは別の人。", "読者さんは32歳です。Sarahsonは別の人。"),
        ("田中健二", "田中健二さんは30歳です。", "読者さんは30歳です。"),
        (None, "This person is 30.", "This person is 30."),
    ],
)
def test_the_summary_speaks_of_the_reader(name: str | None, summary: str, told: str) -> None:
    """The name goes, words that hold it stay, and a name is no pattern."""
    language = "ja" if "です" in summary else "en"
    facts = prompt(decision(brief={"first_name": name, "summary": summary, "language": language})).facts

    assert json.loads(facts)["summary"] == told


def test_the_instructions_are_the_same_for_all() -> None:
    """A stable prefix can be cached; equal briefs give equal prompts, whoever they are about."""
    assert prompt(decision()).instructions == prompt(decision("ask", JAPANESE)).instructions == INSTRUCTIONS
    assert prompt(decision()) == prompt(decision(id="user_002:9", person="user_002"))


def test_the_schema_is_strict() -> None:
    """Every property is required and nothing else allowed, as structured output wants it."""
    found = text_format()

    assert found["strict"] is True
    assert found["schema"]["additionalProperties"] is False
    assert set(found["schema"]["required"]) == set(found["schema"]["properties"]) == set(Draft.model_fields)


def test_a_good_answer_is_taken() -> None:
    """Its parts come out."""
    assert read_draft(json.dumps(ENGLISH), "en") == Draft(**ENGLISH)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "language", "why"),
    [
        ({"subject": ""}, "en", "subject is empty"),
        ({"subject": "x" * 121}, "en", "subject has 121 characters, 120 are allowed"),
        ({"subject": "a\nBcc: b"}, "en", "subject holds a line break"),
        ({"body": []}, "en", "the text has 0 paragraphs"),
        ({"body": ["x"] * 7}, "en", "the text has 7 paragraphs"),
        ({"body": ["fine", "x" * 1201]}, "en", "body.1 has 1201 characters"),
        ({"body": ["see https://a.example"]}, "en", "body.0 holds a link"),
        ({"body": ["write to me@a.example"]}, "en", "body.0 holds a link"),
        ({"body": ["Dear {{name}}"]}, "en", "body.0 holds a link"),
        ({"closing": "  "}, "en", "closing is empty"),
        ({"body": ["またお越しください。"]}, "en", "the text is not English"),
        ({}, "ja", "the text is not Japanese"),
        ({"extra": 1}, "en", "the answer is no mail: extra: extra_forbidden"),
        ({"body": "one string"}, "en", "the answer is no mail: body: list_type"),
    ],
)
def test_a_bad_answer_is_refused(change: dict[str, Any], language: Any, why: str) -> None:
    """The reason names the part, and repeats nothing of the text."""
    with pytest.raises(WritingError, match=why):
        read_draft(json.dumps(ENGLISH | change), language)


@pytest.mark.parametrize("answer", ["", "{", "null", '{"subject": "cut of'])
def test_what_is_no_mail_is_refused(answer: str) -> None:
    """Cut or empty JSON."""
    with pytest.raises(WritingError, match="the answer is no mail"):
        read_draft(answer, "en")
