"""The prompt: its facts, and what it must not hold."""

import json
from typing import Any

import pytest

from tests.unit.mail.mails import FULL, JAPANESE, decision
from workers.mail.prompt import INSTRUCTIONS, prompt


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
def test_the_prompt_names_no_person(brief: dict[str, Any]) -> None:
    """No name, no id, no address, even when a product keeps an address where a name belongs."""
    odd = brief | {"favorite_hosts": ["mario@vault.example", "Mario (mario@vault.example)"]}

    request = prompt(decision(brief=odd))

    everything = request.instructions + request.facts
    for secret in ("@", "Sarah", "田中", "健二", "user_001"):
        assert secret not in everything
    assert json.loads(request.facts)["favorite_hosts"] == ["(address)", "Mario (address)"]


@pytest.mark.parametrize(
    ("name", "summary", "expected"),
    [
        ("Al", "Al is almost 30. Al's at Alba.", "the reader is almost 30. the reader's at Alba."),
        ("田中健二.", "田中健二 is 30.", "the reader is 30."),
        ("(Jo!", "(Jo! is 30.", "the reader is 30."),
        ("Sarah", "Sarahさんは32歳です。Sarahsonは別の人。", "読者さんは32歳です。Sarahsonは別の人。"),
        ("田中健二", "田中健二さんは30歳です。", "読者さんは30歳です。"),
        (None, "This person is 30.", "This person is 30."),
    ],
)
def test_the_summary_speaks_of_the_reader(name: str | None, summary: str, expected: str) -> None:
    """The name is replaced, words that contain it stay, and a name is not read as a pattern."""
    language = "ja" if "です" in summary else "en"
    facts = prompt(decision(brief={"first_name": name, "summary": summary, "language": language})).facts

    assert json.loads(facts)["summary"] == expected


def test_the_instructions_are_the_same_for_all() -> None:
    """A stable prefix can be cached; equal briefs give equal prompts, whoever they are about."""
    assert prompt(decision()).instructions == prompt(decision("ask", JAPANESE)).instructions == INSTRUCTIONS
    assert prompt(decision()) == prompt(decision(id="user_002:9", person="user_002"))
