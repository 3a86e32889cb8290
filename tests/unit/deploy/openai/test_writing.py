"""What the stand-in writes: it passes our gate, in every form that we ask for."""

import json
from typing import Any

import pytest

from deploy.embedded.openai.requests import read_response_request
from deploy.embedded.openai.strict_schema import SchemaPath
from deploy.embedded.openai.writing import answer_text, sentences
from tests.unit.deploy.openai.api import asked
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS, read_personal, read_sections
from workers.writing.gate.mail import refusal_of_mail
from workers.writing.gate.texts import Part, TextRule, refusal_of
from workers.writing.invite_prompt import INSTRUCTIONS, INVITATION_FORM
from workers.writing.invite_prompt import MEANINGS as OF_EVENTS
from workers.writing.letter_prompt import INSTRUCTIONS as LETTER_INSTRUCTIONS
from workers.writing.letter_prompt import LETTER_FORM
from workers.writing.letter_prompt import MEANINGS as OF_LETTERS
from workers.writing.models import EmailLanguage
from workers.writing.prompts import MEANINGS, NAMES, PERSONAL_FORM, SECTIONS_FORM, prompt_of, section_facts
from workers.writing.request import Form, Prompt

LANGUAGES: Any = ("en", "ja")
PARTS: dict[str, Part] = {**PERSONAL_PARTS, **SECTION_PARTS, "text": "introduction"}
GATED = [
    (language, path, row)
    for language in LANGUAGES
    for path, rows in sentences(language).items()
    for row in rows
]


def answered(what: Prompt, form: Form) -> str:
    """The answer to one of our prompts."""
    shape = {"type": "json_schema", "name": form.name, "strict": True, "schema": dict(form.schema)}
    request = asked(instructions=what.instructions, input=what.facts, text={"format": shape})
    return answer_text(read_response_request(request))


def personal(language: EmailLanguage, *tokens: str, **reader: str) -> str:
    """The prose around the sections for a reader, of whose mail these tokens are known."""
    facts = {
        "language": NAMES[language],
        "reader": reader,
        "tokens": {f"{{{{{name}}}}}": "" for name in tokens},
    }
    return answered(prompt_of(facts), PERSONAL_FORM)


@pytest.mark.parametrize(("language", "path", "row"), GATED)
def test_every_sentence_passes_the_gate(language: Any, path: SchemaPath, row: str) -> None:
    """Each as the part that it is written for."""
    tokens = {INVITATION_FORM.name: OF_EVENTS, LETTER_FORM.name: OF_LETTERS}.get(path[0], MEANINGS)
    rule = TextRule(PARTS[path[-1]], language, frozenset(tokens))

    assert refusal_of(row, rule) is None


@pytest.mark.parametrize("language", list(EmailLanguage))
def test_our_forms_are_filled_and_taken(language: EmailLanguage) -> None:
    """With all tokens, some, and none; a whole mail says nothing twice."""
    inside = read_sections(answered(prompt_of(section_facts(language)), SECTIONS_FORM), language)
    written = set()
    for tokens in (tuple(MEANINGS), ("count", "more", "job.1.title"), ("count",), ()):
        for level in ("junior", "mid", "senior"):
            around = read_personal(personal(language, *tokens, level=level), language, frozenset(tokens))
            texts = [
                around.introduction,
                *(text for each in inside.values() for text in each),
                around.closing,
            ]
            assert refusal_of_mail(texts, around.subject, around.preheader) is None
            written.add(around)

    assert len(written) > 6  # readers do not all get the same
    assert any("{{" in around.introduction for around in written)


@pytest.mark.parametrize("language", list(EmailLanguage))
@pytest.mark.parametrize("tokens", [tuple(OF_EVENTS), ("event.title", "event.date")])
def test_invitations_are_taken(language: EmailLanguage, tokens: tuple[str, ...]) -> None:
    """The subject names the event, as it must."""
    facts = {"language": NAMES[language], "tokens": {f"{{{{{name}}}}}": "" for name in tokens}}
    answer = answered(prompt_of(facts, instructions=INSTRUCTIONS), INVITATION_FORM)
    around = read_personal(answer, language, frozenset(tokens), {"subject": frozenset({"event.title"})})

    texts = [around.introduction, around.closing]
    assert refusal_of_mail(texts, around.subject, around.preheader) is None


@pytest.mark.parametrize("language", list(EmailLanguage))
@pytest.mark.parametrize("tokens", [tuple(OF_LETTERS), ("interest",), ()])
def test_letters_are_taken(language: EmailLanguage, tokens: tuple[str, ...]) -> None:
    """With all tokens, one, and none."""
    facts = {"language": NAMES[language], "tokens": {f"{{{{{name}}}}}": "" for name in tokens}}
    answer = answered(prompt_of(facts, instructions=LETTER_INSTRUCTIONS), LETTER_FORM)
    around = read_personal(answer, language, frozenset(tokens))

    texts = [around.introduction, around.closing]
    assert refusal_of_mail(texts, around.subject, around.preheader) is None


def test_the_language_is_that_of_the_request() -> None:
    """Named, by whatever name, or that of its letters."""
    for told, is_english in (
        ('{"language": "ja"}', False),
        ('{"language": "English", "title": "やさしい仕事"}', True),
        ("日本語で書いてください", False),
        ("Write something", True),
    ):
        text = answer_text(read_response_request(asked(input=told, text=None)))
        assert text.isascii() is is_english


def test_any_strict_schema_is_filled() -> None:
    """Enums, numbers, unions, references, lists of objects; a property that is not known gets a sentence."""
    properties = {
        "tone": {"type": "string", "enum": ["warm", "plain"]},
        "kind": {"const": "digest"},
        "score": {"type": "integer"},
        "is_good": {"type": "boolean"},
        "note": {"type": ["string", "null"]},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "variations": {"type": "array", "items": {"$ref": "#/$defs/variation"}},
        "nothing": {"type": "null"},
    }
    variation = {
        "type": "object",
        "properties": {
            "words": {"type": "string"},
            "next": {"anyOf": [{"$ref": "#/$defs/variation"}, {"type": "null"}]},
        },
        "required": ["words", "next"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {"variation": variation},
    }
    written = json.loads(answered(Prompt("", '{"language": "ja"}'), Form("any", schema)))

    assert written.keys() == properties.keys()
    assert written["tone"] in ("warm", "plain")
    assert (written["kind"], written["score"], written["is_good"], written["nothing"]) == (
        "digest",
        1,
        True,
        None,
    )
    known = sentences("ja")[("text",)]
    assert {written["note"], written["maybe"], written["variations"][0]["words"]} <= set(known)
