"""What a model answers: read strictly, and looked at text by text."""

import json
from typing import Any

import pytest

from workers.writing.drafts import GateRefusedError, read_personal, read_sections
from workers.writing.errors import WritingError
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.prompts import PERSONAL_FORM, SECTIONS_FORM

ENGLISH = EmailLanguage.ENGLISH
TOKENS = frozenset({"count"})
PERSONAL = {
    "subject": "{{count}} jobs for you",
    "preheader": "Open roles for you, all in one place.",
    "introduction": "Here are {{count}} open roles for you.",
    "closing": "We wish you a good search.",
}
SECTIONS = {
    kind.value: {"intro": "These roles may match your profile.", "call_to_action": "See more roles"}
    for kind in EmailSectionType
}


def test_good_texts_are_taken() -> None:
    """White space is folded."""
    around = read_personal(
        json.dumps(PERSONAL | {"closing": " We wish\nyou a good search. "}), ENGLISH, TOKENS
    )

    assert around.closing == PERSONAL["closing"]
    assert set(read_sections(json.dumps(SECTIONS), ENGLISH)) == set(EmailSectionType)


@pytest.mark.parametrize(
    "answer",
    [
        "", "[]", "null", "{", "[" * 100_000, json.dumps({}), json.dumps(PERSONAL | {"more": "x"}),
        json.dumps(PERSONAL | {"closing": None}), json.dumps(PERSONAL | {"closing": ["x"]}),
        json.dumps({name: text for name, text in PERSONAL.items() if name != "closing"}),
    ],
)  # fmt: skip
def test_an_answer_in_another_form_is_refused(answer: str) -> None:
    """It says which part is wrong, and nothing of the text."""
    with pytest.raises(WritingError) as refused:
        read_personal(answer, ENGLISH, TOKENS)
    assert refused.value.reason == "schema"


def test_a_section_that_is_missing_is_named() -> None:
    lacking = {name: texts for name, texts in SECTIONS.items() if name != "popular_jobs"}
    with pytest.raises(WritingError, match="popular_jobs does not have exactly intro, call_to_action"):
        read_sections(json.dumps(lacking), ENGLISH)


def test_what_the_gate_refuses_is_named_with_its_rule() -> None:
    """So that the model can be told."""
    texts = SECTIONS | {"new_arrivals": {"intro": "There are 12 roles.", "call_to_action": "See more roles"}}
    with pytest.raises(GateRefusedError, match=r"new_arrivals\.intro was refused: digits") as refused:
        read_sections(json.dumps(texts), ENGLISH)
    assert refused.value.check == "digits"
    assert refused.value.rule.startswith("new_arrivals.intro: ")


@pytest.mark.parametrize("schema", [PERSONAL_FORM.schema, SECTIONS_FORM.schema])
def test_the_forms_are_strict(schema: dict[str, Any]) -> None:
    """Every property is required, no other allowed, at every level; there are no bounds and no defaults."""
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    for inner in schema["properties"].values():
        if inner["type"] == "object":
            test_the_forms_are_strict(inner)
        else:
            assert inner == {"type": "string"}
