"""Whether a raw message is what mailbox providers ask of senders: rows, each with what is wrong. Pure.

For messages of any sender: what Gmail and Yahoo want of those who send much, RFC 8058, and RFC 5322.
"""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import Message
from typing import NamedTuple

from workers.deliver.message import ONE_CLICK

LONGEST_LINE, MOST_BYTES = 998, 102_000
ONCE = ("From", "To", "Subject", "Date", "Message-ID")
MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
HTTPS = re.compile(r"<(https://[^<>\s]+)>")
WORD = re.compile(r"=\?[^?]+\?[bBqQ]\?[^?]*\?=")
LONGEST_WORD = 75
SIGNED = ("from", "list-unsubscribe", "list-unsubscribe-post")


class RawMail(NamedTuple):
    """A message, its bytes, and its head without folding by line."""

    raw: bytes
    message: Message
    head: str


class RawFinding(NamedTuple):
    """What is wrong: the row's name, and one line of it."""

    name: str
    problem: str


def check_raw(raw: bytes) -> list[RawFinding]:
    """Everything that is wrong with a message, in the order of the rows; empty for one that is right."""
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "backslashreplace")
    mail = RawMail(raw, message_from_bytes(raw, policy=policy.compat32), head)
    return [RawFinding(name, problem) for name, row in ROWS for problem in row(mail)]


def lines(mail: RawMail) -> Iterator[str]:
    """Lines end by CRLF, and none is longer than allowed."""
    if b"\n" in mail.raw.replace(b"\r\n", b"") or b"\r" in mail.raw.replace(b"\r\n", b""):
        yield "a line does not end by CRLF"
    longest = max(map(len, mail.raw.split(b"\r\n")))
    if longest > LONGEST_LINE:
        yield f"a line has {longest:,} characters, {LONGEST_LINE} are allowed"


def headers(mail: RawMail) -> Iterator[str]:
    """What every message has, once."""
    for name in ONCE:
        count = len(mail.message.get_all(name, []))
        if count != 1:
            yield f"{name} stands there {count} times"
    if not MESSAGE_ID.fullmatch(str(mail.message.get("Message-ID", "")).strip()):
        yield "Message-ID is no <id@domain>"
    if not mail.head.isascii():
        yield "a header has letters that are not encoded"


def encoded_words(mail: RawMail) -> Iterator[str]:
    """Encoded words have a length at which every program reads them, and stand alone."""
    for word in WORD.findall(mail.head):
        if len(word) > LONGEST_WORD:
            yield f"an encoded word has {len(word)} characters, {LONGEST_WORD} are allowed"
    if re.search(r"\?==\?", mail.head):
        yield "two encoded words stand without a blank between them"


def one_click(mail: RawMail) -> Iterator[str]:
    """RFC 8058: both headers once, and an address of https."""
    found, posts = (mail.message.get_all(name, []) for name in ("List-Unsubscribe", "List-Unsubscribe-Post"))
    if len(found) != 1 or len(posts) != 1:
        yield f"List-Unsubscribe stands there {len(found)} times, List-Unsubscribe-Post {len(posts)} times"
        return
    if str(posts[0]).strip() != ONE_CLICK:
        yield f"List-Unsubscribe-Post is not {ONE_CLICK}"
    if len(HTTPS.findall(str(found[0]))) != 1:
        yield "List-Unsubscribe has not one address of https"
    if re.search(r"^List-Unsubscribe:[ \t]*\r?$", mail.head, re.MULTILINE | re.IGNORECASE):
        yield "List-Unsubscribe is folded right behind its name, which some programs do not read"


def signature(mail: RawMail) -> Iterator[str]:
    """A DKIM signature of the sender's domain that names what may not be changed."""
    found = [str(value) for value in mail.message.get_all("DKIM-Signature", [])]
    if not found:
        yield "there is no DKIM signature"
        return
    tags = [dict(tag.partition("=")[::2] for tag in re.sub(r"\s", "", each).split(";")) for each in found]
    domain = str(mail.message.get("From", "")).rpartition("@")[2].strip("> ").lower()
    own = [each for each in tags if is_under(domain, each.get("d", "").lower())]
    if not own:
        yield f"no DKIM signature is of the domain of From, {domain}"
        return
    names = own[0].get("h", "").lower().split(":")
    for name in SIGNED:
        if name not in names:
            yield f"the DKIM signature does not cover {name}"


def is_under(domain: str, signer: str) -> bool:
    """Whether a domain is the signer's or under it."""
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))


def parts(mail: RawMail) -> Iterator[str]:
    """A text part and an HTML part, both encoded so that no relay changes them, and not too large."""
    leaves = [part for part in mail.message.walk() if not part.is_multipart()]
    kinds = [part.get_content_type() for part in leaves]
    for kind in ("text/plain", "text/html"):
        if kind not in kinds:
            yield f"there is no part {kind}"
    for part in leaves:
        encoding = str(part.get("Content-Transfer-Encoding", "7bit")).lower()
        if part.get_content_maintype() == "text" and encoding not in {"base64", "quoted-printable"}:
            yield f"the part {part.get_content_type()} is sent as {encoding}"
        content = part.get_payload(decode=True)
        size = len(content) if isinstance(content, bytes) else 0
        if part.get_content_type() == "text/html" and size > MOST_BYTES:
            yield f"the HTML has {size:,} bytes: Gmail cuts it at {MOST_BYTES:,}"


def automatic(mail: RawMail) -> Iterator[str]:
    """Replies of absent people stay away."""
    if str(mail.message.get("Auto-Submitted", "")).strip().lower() != "auto-generated":
        yield "Auto-Submitted is not auto-generated"
    if mail.message.get("Precedence") is not None:
        yield "Precedence says what List-Id and Auto-Submitted say"


ROWS: tuple[tuple[str, Callable[[RawMail], Iterator[str]]], ...] = (
    ("lines", lines),
    ("headers", headers),
    ("encoded words", encoded_words),
    ("one click", one_click),
    ("signature", signature),
    ("parts", parts),
    ("automatic", automatic),
)
