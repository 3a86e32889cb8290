"""The platforms on which a message can go out: their parts, lengths and links, as rows. Pure.

A new platform is a row of PLATFORM_ROWS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

import regex

from schemas.mail import Language
from workers.mail.engine.errors import StrategyError
from workers.mail.engine.message_parts import MessagePart, MessageParts

# the alphabet of GSM 03.38; those of the second row take two places
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


@lru_cache(maxsize=4_096)
def graphemes(text: str) -> int:
    """How many characters a reader sees."""
    return len(regex.findall(r"\X", text))


def utf16_units(text: str) -> int:
    """How many characters the text has where an emoji counts as two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sms_segments(text: str) -> int:
    """Into how many short messages a network cuts a text: 160 or 153 septets each, or 70 or 67 characters."""
    if all(character in GSM or character in GSM_EXTENSION for character in text):
        length, alone, joined = sum(1 + (character in GSM_EXTENSION) for character in text), 160, 153
    else:
        length, alone, joined = utf16_units(text), 70, 67
    return 1 if length <= alone else -(-length // joined)


@dataclass(frozen=True, slots=True)
class Platform:
    """What a message on a platform is made of, and what it may have.

    `longest` bounds parts in graphemes, `longest_text` the text below the subject in what `measure` counts.
    `opt_out` is how a reader ends such messages, where the message has to say it.
    """

    name: str
    parts: tuple[MessagePart, ...]
    required: frozenset[MessagePart]
    longest: Mapping[MessagePart, int]
    longest_text: int
    most_links: int
    measure: Callable[[str], int] = graphemes
    between: str = "\n\n"
    opt_out: Mapping[Language, str] = field(default_factory=dict)

    def text_of(self, parts: MessageParts) -> str:
        """The text below the subject, its parts in the order of the platform."""
        texts = (parts.text(part) for part in self.parts if part != "subject")
        joined = self.between.join(text for text in texts if text)
        return joined if "\n" in self.between else " ".join(joined.split())


EMAIL = Platform(
    "email",
    ("subject", "greeting", "opening", "body", "call_to_action", "closing", "opt_out"),
    frozenset({"subject", "body", "opt_out"}),
    {"subject": 78, "greeting": 80, "opening": 300, "call_to_action": 300, "closing": 300},
    10_000,
    10,
    opt_out={
        "en": "To stop these mails, reply with the word unsubscribe.",
        "ja": "配信停止をご希望の方は「配信停止」とご返信ください。",
    },
)
LINKEDIN = Platform(
    "linkedin",
    ("greeting", "opening", "body", "call_to_action", "closing"),
    frozenset({"body"}),
    {},
    1_900,
    1,
    utf16_units,
)
SMS = Platform(
    "sms",
    ("opening", "body", "call_to_action", "opt_out"),
    frozenset({"body", "opt_out"}),
    {},
    3,
    1,
    sms_segments,
    " ",
    {"en": "Reply STOP to opt out.", "ja": "配信停止はSTOPと返信"},
)
PUSH = Platform(
    "push", ("subject", "body"), frozenset({"subject", "body"}), {"subject": 50}, 150, 0, between=" "
)
PLATFORM_ROWS = (
    EMAIL,
    LINKEDIN,
    SMS,
    PUSH,
)
PLATFORMS = {row.name: row for row in PLATFORM_ROWS}


def platform_named(name: str) -> Platform:
    """The platform of a name; StrategyError with the list for another one."""
    if name not in PLATFORMS:
        close = get_close_matches(str(name)[:40], list(PLATFORMS), n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        raise StrategyError(
            f"there is no platform {str(name)[:40]!r}, there are {', '.join(PLATFORMS)}{meant}"
        )
    return PLATFORMS[name]
