"""A message as its parts, filled with the values of a person, and as the text of a platform. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from schemas.mail import Language
from workers.mail.engine.message_template import MessageTemplate, sentences_of
from workers.mail.engine.placeholders import filled, names_in

MessagePart = Literal["subject", "greeting", "opening", "body", "call_to_action", "closing", "opt_out"]
PARTS: tuple[MessagePart, ...] = (
    "subject", "greeting", "opening", "body", "call_to_action", "closing", "opt_out",
)  # fmt: skip
BLANK: Mapping[Language, str] = {"en": " ", "ja": ""}  # between sentences


@dataclass(frozen=True, slots=True)
class MessageParts:
    """The parts of a message, without placeholders; the body as paragraphs of sentences.

    `used` are the placeholders that had a value for it, `left_out` how many sentences of the template lacked
    one.
    """

    language: Language
    body: tuple[tuple[str, ...], ...]
    subject: str = ""
    greeting: str = ""
    opening: str = ""
    call_to_action: str = ""
    closing: str = ""
    opt_out: str = ""
    used: frozenset[str] = frozenset()
    left_out: int = 0

    def text(self, part: MessagePart) -> str:
        """The text of a part, paragraphs with a blank line between them."""
        if part != "body":
            return str(getattr(self, part))
        blank = BLANK[self.language]
        return "\n\n".join(blank.join(sentences) for sentences in self.body)

    def with_text(self, part: MessagePart, text: str, values: Mapping[str, str]) -> "MessageParts":
        """The parts with another text in place of one that is not the body, filled like it."""
        sentences, _, used = filled_sentences(text, self.language, values)
        changes = {part: BLANK[self.language].join(sentences)}
        return replace(self, **changes, used=self.used | used)  # type: ignore[arg-type]

    def with_first_sentences(self, most: int) -> "MessageParts":
        """The parts with the first sentences of the body only."""
        kept, rest = [], most
        for paragraph in self.body:
            if rest > 0:
                kept.append(paragraph[:rest])
                rest -= len(paragraph)
        return replace(self, body=tuple(kept))


def parts_of(template: MessageTemplate, values: Mapping[str, str]) -> MessageParts:
    """The parts of a template with the values of a person; a sentence that lacks one is left out."""
    paragraphs, left_out, used = [], 0, frozenset[str]()
    for text in template.body:
        sentences, missing, found = filled_sentences(text, template.language, values)
        left_out, used = left_out + missing, used | found
        if sentences:
            paragraphs.append(sentences)
    parts = MessageParts(template.language, tuple(paragraphs), used=used)
    for part in PARTS:
        if part not in ("body", "opt_out"):
            text = getattr(template, part)
            left_out += filled_sentences(text, template.language, values)[1]
            parts = parts.with_text(part, text, values)
    return replace(parts, left_out=left_out)


def filled_sentences(
    text: str, language: Language, values: Mapping[str, str]
) -> tuple[tuple[str, ...], int, frozenset[str]]:
    """The sentences of a text that can be filled, how many cannot, and the placeholders that had a value."""
    whole, left_out, used = [], 0, set[str]()
    for sentence in sentences_of(text, language):
        done = filled(sentence, values)
        if done is None:
            left_out += 1
        else:
            whole.append(done)
            used.update(name for name in names_in(sentence) if name in values)
    return tuple(whole), left_out, frozenset(used)
