"""Reads a model's answers, and lets the gate look at every text of them. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from workers.writing.errors import WritingError
from workers.writing.gate.texts import Part, TextRule, refusal_of
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.section_rows import SECTION_ROWS
from workers.writing.texts import PersonalText, SectionText

SECTION_PARTS: Mapping[str, Part] = {"intro": "section_intro", "call_to_action": "call_to_action"}
PERSONAL_PARTS: Mapping[str, Part] = {
    "subject": "subject",
    "preheader": "preheader",
    "introduction": "introduction",
    "closing": "closing",
}
Sections = dict[EmailSectionType, SectionText]


class GateRefusedError(WritingError):
    """The gate refused a text: `check` is the row, `rule` tells a model what to do otherwise."""

    def __init__(self, name: str, check: str, rule: str) -> None:
        super().__init__(f"{name} was refused: {check}", "gate")
        self.check, self.rule = check, f"{name}: {rule}"


def read_personal(
    answer: str,
    language: EmailLanguage,
    tokens: frozenset[str],
    required: Mapping[str, frozenset[str]] = {},
) -> PersonalText:
    """The prose around what a mail shows; a part has all tokens that are `required` of it.

    Raises WritingError, or GateRefusedError for what the gate refuses.
    """
    texts = personal_parts(answer)
    for name, part in PERSONAL_PARTS.items():
        _check(name, texts[name], TextRule(part, language.value, tokens, required.get(name, frozenset())))
    return PersonalText(**texts)


def read_sections(answer: str, language: EmailLanguage) -> Sections:
    """The prose of the six sections. Raises as `read_personal`."""
    sections = {}
    for kind, texts in section_parts(answer).items():
        for name, part in SECTION_PARTS.items():
            _check(f"{kind.value}.{name}", texts[name], TextRule(part, language.value))
        sections[kind] = SectionText(**texts)
    return sections


def personal_parts(answer: str) -> dict[str, str]:
    """The texts around the sections, by part, whatever they say; WritingError if it has not all of them."""
    return _texts(_read(answer), PersonalText._fields, "answer")


def section_parts(answer: str) -> dict[EmailSectionType, dict[str, str]]:
    """The texts of the six sections, by part, as above."""
    whole = _read(answer)
    return {
        row.kind: _texts(whole.get(row.kind.value), SectionText._fields, row.kind.value)
        for row in SECTION_ROWS
    }


def personal_bytes(text: PersonalText) -> bytes:
    """The prose around the sections, to be kept."""
    return msgspec.json.encode(text._asdict())


def sections_bytes(sections: Sections) -> bytes:
    """The prose of the sections, to be kept."""
    return msgspec.json.encode({kind.value: text._asdict() for kind, text in sections.items()})


def _read(answer: str) -> Mapping[str, Any]:
    try:
        value = msgspec.json.decode(answer)
    except (ValueError, RecursionError):
        raise WritingError("the answer is no JSON", "schema") from None
    if not isinstance(value, dict):
        raise WritingError("the answer is no object", "schema")
    return value


def _texts(value: object, names: tuple[str, ...], where: str) -> dict[str, str]:
    """Texts by name; a text that is not there or no text is an error that names it."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise WritingError(f"{where} does not have exactly {', '.join(names)}", "schema")
    if wrong := [name for name in names if not isinstance(value[name], str)]:
        raise WritingError(f"{where}.{wrong[0]} is no text", "schema")
    return {name: " ".join(value[name].split()) for name in names}


def _check(name: str, text: str, rule: TextRule) -> None:
    refusal = refusal_of(text, rule)
    if refusal is not None:
        raise GateRefusedError(name, refusal.check, refusal.rule)
