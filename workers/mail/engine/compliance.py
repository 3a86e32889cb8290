"""Whether a message keeps the rules of its platform: each rule is a row, and names what breaks it. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from workers.mail.engine.message_parts import PARTS, MessagePart, MessageParts
from workers.mail.engine.placeholders import PLACEHOLDER
from workers.mail.engine.platforms import Platform, graphemes
from workers.writing.gate.links import first_link
from workers.writing.gate.values import KEPT, MARKUP, TEMPLATE, UNSEEN
from workers.writing.gate.values import PLACEHOLDER as FORGOTTEN

Where = MessagePart | Literal["text"]
URL = re.compile(r"https?://[^\s<>\"'{}|\\^`\[\]（）「」『』、。，！？]+", re.IGNORECASE)
HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE)
LONGEST_URL = 500
TEXTS_KEPT = 4_096  # the variations of a message have most of their texts in common


class ComplianceFinding(NamedTuple):
    """A rule that a message breaks, and in which part (`text`: in all of it together)."""

    rule: str
    where: Where
    detail: str


class CheckedMessage(NamedTuple):
    """A message that is looked at: its parts, its platform, and what may stand in no text.

    `texts` are those of the parts that the platform shows, but empty ones.
    """

    parts: MessageParts
    platform: Platform
    protected: frozenset[str]
    texts: Sequence[tuple[MessagePart, str]]


class ComplianceRule(NamedTuple):
    """A rule of all platforms; what it bounds stands in the platform's row."""

    name: str
    check: Callable[[CheckedMessage], Iterator[tuple[Where, str]]]


def required_parts(message: CheckedMessage) -> Iterator[tuple[Where, str]]:
    """A part that the platform needs is missing."""
    there = {part for part, _ in message.texts}
    yield from ((part, "is missing") for part in PARTS if part in message.platform.required - there)


def lengths(message: CheckedMessage) -> Iterator[tuple[Where, str]]:
    """A part or the whole text is longer than the platform shows."""
    platform = message.platform
    for part, text in message.texts:
        most = platform.longest.get(part, platform.longest_text * 1_000)
        if len(text) > most and graphemes(text) > most:
            yield part, f"is longer than {most} characters"
    # no measure counts more than two for a character
    if 2 * sum(len(text) + len(platform.between) for _, text in message.texts) <= platform.longest_text:
        return
    if platform.measure(platform.text_of(message.parts)) > platform.longest_text:
        yield "text", f"is longer than {platform.longest_text}"


def links(message: CheckedMessage) -> Iterator[tuple[Where, str]]:
    """A link that is not https, that names no plain host, or one more than the platform allows.

    What a client would turn into a link counts: hosts, mail addresses, numbers of telephones.
    """
    count = 0
    for part, text in message.texts:
        found = links_in(text)
        count += found.number
        if not found.are_plain:
            yield part, "has a link that is no plain https link"
        if part == "subject" and found.number:
            yield part, "has a link"
        if becomes_link(text):
            yield part, "has something that a client turns into a link"
    if count > message.platform.most_links:
        yield "text", f"has more than {message.platform.most_links} links"


def forbidden_content(message: CheckedMessage) -> Iterator[tuple[Where, str]]:
    """Markup, a control or invisible character, or a placeholder that was not filled."""
    for part, text in message.texts:
        yield from ((part, detail) for detail in forbidden_in(text))


def personal_data(message: CheckedMessage) -> Iterator[tuple[Where, str]]:
    """The reader's address, telephone or the like."""
    protected = [value.casefold() for value in message.protected]
    for part, text in message.texts if protected else ():
        folded = text.casefold()
        if any(value in folded for value in protected):
            yield part, "has personal data of the reader"


COMPLIANCE_RULES = (
    ComplianceRule("required-parts", required_parts),
    ComplianceRule("length", lengths),
    ComplianceRule("links", links),
    ComplianceRule("forbidden-content", forbidden_content),
    ComplianceRule("personal-data", personal_data),
)


def findings_of(
    parts: MessageParts, platform: Platform, protected: frozenset[str] = frozenset()
) -> tuple[ComplianceFinding, ...]:
    """What of a message breaks a rule of its platform; nothing if it may go out."""
    shown = (part for part in PARTS if part in platform.parts)
    texts = [(part, text) for part in shown if (text := parts.text(part))]
    message = CheckedMessage(parts, platform, protected, texts)
    return tuple(
        ComplianceFinding(rule.name, where, detail)
        for rule in COMPLIANCE_RULES
        for where, detail in rule.check(message)
    )


class LinksOfText(NamedTuple):
    """How many links a text has, and whether all are plain ones."""

    number: int
    are_plain: bool


@lru_cache(maxsize=TEXTS_KEPT)
def links_in(text: str) -> LinksOfText:
    """The links in a text."""
    found = URL.findall(text)
    return LinksOfText(len(found), all(map(is_plain_link, found)))


@lru_cache(maxsize=TEXTS_KEPT)
def becomes_link(text: str) -> bool:
    """Whether a client turns something in a text into a link, beside the links that it has."""
    return first_link(URL.sub(" ", text)) is not None


@lru_cache(maxsize=TEXTS_KEPT)
def forbidden_in(text: str) -> tuple[str, ...]:
    """What may stand in no text, and stands in this one."""
    bare = URL.sub(" ", text)
    found = {
        "has a character that is not shown": has_unseen(bare.replace("\n", " ")),
        "has markup": MARKUP.search(bare),
        "has a placeholder that was not filled": any(
            pattern.search(bare) for pattern in (TEMPLATE, PLACEHOLDER, FORGOTTEN)
        ),
    }
    return tuple(detail for detail, is_there in found.items() if is_there)


def has_unseen(text: str) -> bool:
    """Whether a text has a character that shows nothing, but for joiners of emoji and variants of kanji."""
    kept = {found.start() for found in KEPT.finditer(text)}
    return any(found.start() not in kept for found in UNSEEN.finditer(text))


def is_plain_link(url: str) -> bool:
    """Whether a link is https, short, to a named host, without a user in front of it."""
    try:
        parts = urlsplit(url)
        host, has_port = parts.hostname or "", parts.port is not None
    except ValueError:
        return False
    is_https = parts.scheme == "https" and "@" not in parts.netloc
    return is_https and not has_port and len(url) <= LONGEST_URL and bool(HOST.fullmatch(host))
