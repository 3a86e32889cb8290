"""What a received mail says, whatever it is: the headers that are shown, and its parts as text. Pure."""

import re
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import NamedTuple

from schemas.mail import Language
from workers.demo.site.source import ReceivedMail

MOST_CHARACTERS = 200_000  # of a part, or of the raw message, that are shown
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
BREAKS = re.compile(r"[\r\n]+")
SHOWN_OUTSIDE = '<base target="_blank">'
READ_ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError)


class MailContent(NamedTuple):
    """A mail as it is shown; what it does not have is empty. `headers` are all of them, in their order."""

    number: int
    at: int  # epoch milliseconds
    to: str
    sender: str
    subject: str
    language: Language | None
    headers: Sequence[tuple[str, str]]
    html: str
    text: str
    raw: str

    @property
    def framed_html(self) -> str:
        """The HTML for a frame: its links open outside of it."""
        return HEAD.sub(lambda found: found.group() + SHOWN_OUTSIDE, self.html, count=1)


def content_of(mail: ReceivedMail) -> MailContent:
    """Read a mail; of bytes that are no mail the raw text alone is there."""
    try:
        message = message_from_bytes(mail.raw, policy=policy.compat32)
        kinds = {kind: part_of(message, kind) for kind in ("text/html", "text/plain")}
    except READ_ERRORS:
        message, kinds = Message(), {}
    headers = [(name, decoded(value)) for name, value in message.items()]
    first = {name.lower(): value for name, value in reversed(headers)}
    language = first.get("content-language", "").strip().lower()
    return MailContent(
        number=mail.number,
        at=mail.at,
        to=mail.recipient,
        sender=first.get("from", ""),
        subject=first.get("subject", ""),
        language="ja" if language == "ja" else "en" if language == "en" else None,
        headers=headers,
        html=kinds.get("text/html", ""),
        text=kinds.get("text/plain", ""),
        raw=printable(mail.raw.decode("utf-8", "replace")),
    )


def decoded(value: object) -> str:
    """A header's value with its encoded words read, in one line; as it stands where they cannot be."""
    plain = BREAKS.sub("", str(value))
    try:
        read = str(make_header(decode_header(plain)))
    except READ_ERRORS:
        read = plain
    return printable(BREAKS.sub(" ", read).replace("\t", " "))


def part_of(message: Message, kind: str) -> str:
    """The first part of a kind as text; empty without one."""
    for part in message.walk():
        if part.get_content_type() != kind or part.is_multipart():
            continue
        try:
            content = part.get_payload(decode=True)
        except READ_ERRORS:
            continue
        if isinstance(content, bytes):
            return printable(text_of(content, str(part.get_content_charset() or "utf-8")))
    return ""


def text_of(content: bytes, charset: str) -> str:
    """Bytes as text; UTF-8 where the character set is none that is known."""
    try:
        return content.decode(charset, "replace")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def printable(text: str) -> str:
    """The beginning of a text, without what UTF-8 or HTML cannot hold."""
    return (
        text[:MOST_CHARACTERS]
        .replace("\x00", "\N{REPLACEMENT CHARACTER}")
        .encode("utf-8", "replace")
        .decode()
    )
