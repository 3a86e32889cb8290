"""Templates of messages: read from what programs have, checked before anything is made of them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from schemas.mail import Language
from workers.mail.engine.errors import TemplateError
from workers.mail.engine.placeholders import NEVER_SHOWN, PLACEHOLDER, PLACEHOLDERS, PROTECTED, names_in

MOST_CHARACTERS = 20_000  # of a part
PARAGRAPHS_KEPT = 2_048  # cut into sentences; those of templates and of variations come again and again
NAMES = [row.name for row in PLACEHOLDERS]
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
SENTENCE_END = re.compile(r"[.!?。！？]")
# abbreviations do not end a sentence
SENTENCES: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bNo\.)\s+"),
    "ja": re.compile(r"(?<=[。！？])\s*"),
}
HOLE = r"\{\{[^{}]*\}\}"
GREETINGS: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        rf"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening))\b(?:{HOLE}|[^,.!?\n{{}}]){{0,80}}[,.!]",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        rf"(?:{HOLE}|[^。、！？\n{{}}]){{0,40}}(?:様|さん)[、。]?(?:こんにちは[。！])?|(?:こんにちは|こんばんは)[。！]"
    ),
}
KANA = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A message with placeholders: `{{name}}`, or `{{name|a default}}`; all parts but the body may be empty.

    A sentence with a placeholder that has neither a value nor a default is left out. `language` is that of
    its texts: whatever is added to them is in the same one.
    """

    body: tuple[str, ...]
    subject: str = ""
    greeting: str = ""
    opening: str = ""
    call_to_action: str = ""
    closing: str = ""
    id: str = "template"
    language: Language = "en"

    def __post_init__(self) -> None:
        check_template(self)


TEXTS = ("subject", "greeting", "opening", "call_to_action", "closing")
FIELDS = [each.name for each in fields(MessageTemplate)]


def read_template(template: object) -> MessageTemplate:
    """A template from a text (paragraphs), a mapping with the fields of MessageTemplate, or one itself.

    TemplateError names the part that cannot be used, and what to do.
    """
    if isinstance(template, MessageTemplate):
        return template
    if isinstance(template, str):
        return template_of_text(template)
    if not isinstance(template, Mapping):
        raise TemplateError(f"a template is a text, a mapping or a MessageTemplate, not {_kind(template)}")
    for name in template:
        if name not in FIELDS:
            raise TemplateError(f"a template has no {str(name)[:40]!r}{_meant(str(name), FIELDS)}")
    values: dict[str, Any] = dict(template)
    body = values.get("body", "")
    values["body"] = _paragraphs(body) if isinstance(body, str) else tuple(_listed(body))
    values.setdefault("language", _language(values["body"]))
    return MessageTemplate(**values)


@lru_cache(maxsize=256)
def template_of_text(text: str) -> MessageTemplate:
    """The template of a text alone: paragraphs with a blank line between them, or a greeting first."""
    body = _paragraphs(text)
    language = _language(body)
    found = GREETINGS[language].match(body[0]) if body else None
    if found is None:
        return MessageTemplate(body=body, language=language)
    rest = tuple(part for part in (body[0][found.end() :].strip(), *body[1:]) if part)
    if not rest:
        return MessageTemplate(body=body, language=language)
    return MessageTemplate(body=rest, greeting=found.group(), language=language)


def check_template(template: MessageTemplate) -> None:
    """Raise TemplateError for a template that cannot be used."""
    if not isinstance(template.body, tuple) or not template.body:
        raise TemplateError("the body of the template is empty: write at least one sentence")
    if template.language not in SENTENCES:
        raise TemplateError("the language of a template is en or ja")
    if not isinstance(template.id, str) or not template.id.strip():
        raise TemplateError("the id of a template is a text")
    for name, text in _parts(template):
        if not isinstance(text, str):
            raise TemplateError(f"{name}: must be a text, not {_kind(text)}")
        if len(text) > MOST_CHARACTERS:
            raise TemplateError(f"{name}: has {len(text)} characters, at most {MOST_CHARACTERS} are read")
        _check_placeholders(name, text)


def _check_placeholders(part: str, text: str) -> None:
    for name in names_in(text):
        if name in NEVER_SHOWN | PROTECTED:
            raise TemplateError(
                f"{part}: {{{{{name}}}}} is personal data that no message may show: remove it"
            )
        if name not in NAMES:
            raise TemplateError(
                f"{part}: there is no placeholder {{{{{name[:40]}}}}}{_meant(name, NAMES)}; "
                f"there are {', '.join(NAMES)}"
            )
    for found in PLACEHOLDER.finditer(text):
        if SENTENCE_END.search(found[2] or ""):
            raise TemplateError(f"{part}: the default of {found[1]} may not end a sentence")
    if BRACES.search(PLACEHOLDER.sub("", text)):
        raise TemplateError(f"{part}: braces stand around no placeholder; write {{{{first_name|there}}}}")


def sentences_of(paragraph: str, language: Language) -> list[str]:
    """The sentences of a paragraph, blanks folded."""
    return [*_sentences(paragraph, language)]


@lru_cache(maxsize=PARAGRAPHS_KEPT)
def _sentences(paragraph: str, language: Language) -> tuple[str, ...]:
    text = " ".join(paragraph.split())
    return tuple(each for part in SENTENCES[language].split(text) if (each := part.strip()))


def _parts(template: MessageTemplate) -> Iterable[tuple[str, Any]]:
    yield from ((name, getattr(template, name)) for name in TEXTS)
    yield from ((f"body[{number}]", text) for number, text in enumerate(template.body))


def _paragraphs(text: str) -> tuple[str, ...]:
    parts = re.split(r"\r?\n[ \t]*\r?\n", text)
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def _listed(body: object) -> Iterable[Any]:
    if not isinstance(body, list | tuple):
        raise TemplateError(f"body: must be a text or a list of paragraphs, not {_kind(body)}")
    return body


def _language(body: Iterable[Any]) -> Language:
    return "ja" if any(isinstance(text, str) and KANA.search(text) for text in body) else "en"


def _meant(name: str, names: list[str]) -> str:
    close = get_close_matches(name[:40], names, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _kind(value: object) -> str:
    return type(value).__name__
