"""A mail before its variation is chosen: its texts as a template, with all ways to vary it. Pure.

Where a model writes, its subject and its introduction are the template as it is, which is an arm; where none
does, every arm is a sentence of the bank, and the first one is that of the control group.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple

from schemas.mail import Language
from workers.mail.engine.message_parts import MessagePart, MessageParts
from workers.mail.engine.message_template import MessageTemplate, sentences_of
from workers.mail.engine.variation_types import (
    Apply,
    PlaceholderValues,
    VariationOption,
    VariationType,
    type_named,
)
from workers.writing.tokens import filled

LATER = "…"  # stands for what a model will write
TONE = type_named("tone")


class DraftSentence(NamedTuple):
    """A subject or a beginning: the name of its option, its text with tokens, and as it is shown.

    `brief` is its first sentence with tokens, `rest` are the paragraphs that come behind it.
    """

    name: str
    text: str
    shown: str
    brief: str
    rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftTexts:
    """What a draft is made of: `call` is the call to action as it is, `calls` are the other ones.

    `prose` are the paragraphs that stand behind the introduction, other than what code shows.
    """

    kind: str
    language: Language
    subjects: Sequence[DraftSentence]
    openings: Sequence[DraftSentence]
    greeting: str
    calls: tuple[VariationOption, ...]
    call: str = ""
    closing: str = ""
    prose: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)  # of the tokens


@dataclass(frozen=True)
class MailDraft:
    """A mail of a kind as the engine sees it.

    `texts` has the text with tokens of each arm that is a sentence, `briefs` the first sentence of each
    introduction.
    """

    kind: str
    template: MessageTemplate
    types: tuple[VariationType, ...]
    texts: Mapping[str, str]
    briefs: Mapping[str, str]


def draft_of(made: DraftTexts, *, is_modelled: bool) -> MailDraft:
    """The draft of a mail; `is_modelled`: a model will write its subject and its introduction."""
    subject, opening = made.subjects[0], made.openings[0]
    template = MessageTemplate(
        body=(LATER,) if is_modelled else (opening.rest or made.prose or ("",)),
        subject=LATER if is_modelled else subject.shown,
        greeting=made.greeting,
        opening=LATER if is_modelled else opening.shown,
        call_to_action=made.call,
        closing=made.closing,
        id=made.kind,
        language=made.language,
    )
    subjects = tuple(VariationOption(each.name, puts("subject", each)) for each in made.subjects)
    openings = tuple(VariationOption(each.name, puts("opening", each)) for each in made.openings)
    types = (
        TONE,
        VariationType("opening", "opening", openings, keeps_template=is_modelled),
        VariationType("call_to_action", "call_to_action", made.calls),
        VariationType("subject", "subject", subjects, keeps_template=is_modelled),
        VariationType("length", "opening", (VariationOption("brief", briefly(made)),)),
    )
    texts = {f"subject:{each.name}": each.text for each in made.subjects}
    texts |= {f"opening:{each.name}": each.text for each in made.openings}
    return MailDraft(made.kind, template, types, texts, {each.text: each.brief for each in made.openings})


def bank_sentences_of(
    texts: Sequence[str], values: Mapping[str, str], language: Language
) -> tuple[DraftSentence, ...]:
    """Sentences of a bank: each is an arm by its text, wherever it stands in its list."""
    return tuple(
        DraftSentence(name_of(text), text, filled(text, values), sentences_of(text, language)[0])
        for text in texts
    )


def literal(name: str, text: str, rest: tuple[str, ...] = ()) -> DraftSentence:
    """A text without tokens, which is not made shorter: the names in it may have stops."""
    return DraftSentence(name, text, text, text, rest)


def name_of(sentence: str) -> str:
    """The name of the option of a sentence of the bank."""
    return blake2b(sentence.encode(), digest_size=5).hexdigest()


def puts(part: MessagePart, sentence: DraftSentence) -> Apply:
    """Puts a sentence in its place, with the paragraphs behind it."""

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        body = tuple((each,) for each in sentence.rest) or parts.body
        return replace(parts, **{part: sentence.shown}, body=body)  # type: ignore[arg-type]

    return apply


def briefly(made: DraftTexts) -> Apply:
    """Keeps the first sentence of the introduction, and no prose behind it."""
    short = {each.shown: filled(each.brief, made.values) for each in made.openings}

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        return replace(parts, opening=short.get(parts.opening, parts.opening), body=())

    return apply
