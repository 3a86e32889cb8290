"""The variation types, as rows: in which ways a message can differ, and the options of each. Pure.

A new option is a row of the type's options, a new type a row of VARIATION_TYPES. Every type has the option
AS_WRITTEN beside its own, which leaves the template as it is. What an option says is true of whoever has the
value that it names.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Literal, NamedTuple

from schemas.mail import Language
from workers.mail.engine.compliance import URL
from workers.mail.engine.errors import StrategyError
from workers.mail.engine.message_parts import MessagePart, MessageParts

AS_WRITTEN = "as_written"
LEAST_BODY: Mapping[Language, int] = {"en": 60, "ja": 30}  # characters of a body that says something
PlaceholderValues = Mapping[str, str]
Apply = Callable[[MessageParts, PlaceholderValues], MessageParts]


class VariationOption(NamedTuple):
    """One way to write: what it makes of a message, given the values of the person."""

    name: str
    apply: Apply


class VariationType(NamedTuple):
    """A way in which messages differ, in one part of them.

    `weighed_by` names the field of the strategy that has weights for its options. Without `keeps_template`
    the template as it is can not be chosen: it is one of the options, too.
    """

    name: str
    part: MessagePart
    options: tuple[VariationOption, ...]
    weighed_by: Literal["tone_rules", "content_rules"] | None = None
    keeps_template: bool = True

    @property
    def arms(self) -> tuple[str, ...]:
        """Its arms: TYPE:OPTION, the one that leaves the template as it is first."""
        return tuple(f"{self.name}:{name}" for name in (AS_WRITTEN, *(each.name for each in self.options)))


def says(part: MessagePart, en: str, ja: str) -> Apply:
    """Writes a part anew, as a template is written."""
    texts: Mapping[Language, str] = {"en": en, "ja": ja}

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        return parts.with_text(part, texts[parts.language], values)

    return apply


class Greeting(NamedTuple):
    """A greeting, or words of farewell, in both languages."""

    en: str
    ja: str


def tone(hello: Greeting, farewell: Greeting) -> Apply:
    """Writes greeting and closing anew; links of the closing stay, and a greeting whose name is not known."""
    greet, close = says("greeting", *hello), keeping_link("closing", *farewell)

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        greeted = greet(parts, values)
        return close(greeted if greeted.greeting else parts, values)

    return apply


def keeping_link(part: MessagePart, en: str, ja: str) -> Apply:
    """Writes a part anew, and puts the links behind it that stood in it."""
    say = says(part, en, ja)

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        found = URL.findall(parts.text(part))
        said = say(parts, values)
        if not found:
            return said
        return said.with_text(part, " ".join([said.text(part), *found]), {})

    return apply


def first_sentences(most: int) -> Apply:
    """Keeps so many sentences of the body: as many more as say something, and as hold all of its links."""

    def apply(parts: MessageParts, values: PlaceholderValues) -> MessageParts:
        links, least = URL.findall(parts.text("body")), LEAST_BODY[parts.language]
        for count in range(most, sum(map(len, parts.body))):
            short = parts.with_first_sentences(count)
            text = short.text("body")
            if len(text) >= least and URL.findall(text) == links:
                return short
        return parts

    return apply


TONE_OPTIONS = (
    VariationOption(
        "professional",
        tone(
            Greeting("Dear {{name}},", "{{name}}様"),
            Greeting("Kind regards", "よろしくお願いいたします。"),
        ),
    ),
    VariationOption(
        "casual",
        tone(
            Greeting("Hi {{first_name|there}},", "{{first_name}}さん、こんにちは。"),
            Greeting("Until next time", "それではまた。"),
        ),
    ),
    VariationOption(
        "friendly",
        tone(
            Greeting("Hello {{first_name|there}},", "{{first_name}}さん"),
            Greeting("All the best", "どうぞよろしくお願いします。"),
        ),
    ),
)
LENGTH_OPTIONS = (
    VariationOption("short", first_sentences(3)),
    VariationOption("brief", first_sentences(1)),
)
OPENING_OPTIONS = (
    VariationOption(
        "interest",
        says(
            "opening",
            "We know of your interest in {{interest}}.",
            "{{interest}}にご興味があると伺っております。",
        ),
    ),
    VariationOption(
        "technical",
        says("opening", "You work with {{skill}}.", "{{skill}}をお使いの方へのご案内です。"),
    ),
    VariationOption(
        "industry_news",
        says(
            "opening",
            "You work in {{industry}}.",
            "{{industry}}でお仕事をされている方へのご案内です。",
        ),
    ),
    VariationOption(
        "venue",
        says(
            "opening",
            "You have been our guest at {{venue}}.",
            "以前、{{venue}}にお越しいただき、ありがとうございました。",
        ),
    ),
    VariationOption(
        "host",
        says(
            "opening",
            "You have joined tables hosted by {{host}}.",
            "以前、{{host}}の会にご参加いただき、ありがとうございました。",
        ),
    ),
)
CALL_TO_ACTION_OPTIONS = (
    VariationOption("direct", keeping_link("call_to_action", "Have a look.", "ぜひご覧ください。")),
    VariationOption(
        "question",
        keeping_link("call_to_action", "Would you like to know more?", "詳しくご覧になりませんか。"),
    ),
)
SUBJECT_OPTIONS = (
    VariationOption("plain", says("subject", "A message for you", "お知らせ")),
    VariationOption(
        "named",
        says("subject", "{{first_name}}, a message for you", "{{first_name}}さんへのお知らせ"),
    ),
    VariationOption("interest", says("subject", "About {{interest}}", "{{interest}}のお知らせ")),
)
VARIATION_TYPES = (
    VariationType("tone", "closing", TONE_OPTIONS, "tone_rules"),
    VariationType("length", "body", LENGTH_OPTIONS),
    VariationType("opening", "opening", OPENING_OPTIONS, "content_rules"),
    VariationType("call_to_action", "call_to_action", CALL_TO_ACTION_OPTIONS),
    VariationType("subject", "subject", SUBJECT_OPTIONS),
)


def type_named(name: str, types: tuple[VariationType, ...] = VARIATION_TYPES) -> VariationType:
    """The variation type of a name; StrategyError with the list for another one."""
    found = {row.name: row for row in types}
    if not isinstance(name, str) or name not in found:
        close = get_close_matches(str(name)[:40], list(found), n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        raise StrategyError(
            f"there is no variation type {str(name)[:40]!r}, there are {', '.join(found)}{meant}"
        )
    return found[name]
