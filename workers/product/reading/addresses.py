"""Readers of email addresses: cleaned of what cannot be seen, domains in the form that mail servers use."""

import re
from typing import Any, NamedTuple
from unicodedata import category, normalize

import idna

from workers.product.reading.values import (
    PartialRead,
    UnreadableError,
    clean_text,
    encodable,
    is_empty,
    single_value,
)

LONGEST_ADDRESS = 320  # characters: 64 before the @, 255 behind it (RFC 3696, errata 1690 allow fewer)
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-][A-Za-z0-9.-]*[A-Za-z0-9]")
NOT_IN_ADDRESS = re.compile(r'[\s<>,;"\x00-\x1f\x7f]')
BETWEEN = re.compile(r"[\s,;、，；/|&]+")
# what stands around an address, such as the apostrophe by which a spreadsheet marks text
BEFORE, BEHIND = " '\"`‘“([", " '\"`’”)].,;:。、"


class ParsedAddress(NamedTuple):
    """An address, and the name that was written with it."""

    email: str
    name: str | None


def read_address(value: Any) -> str | PartialRead | None:
    """One email address, in the case in which it was written; the first of several, with a note."""
    parsed = parse_addresses(value)
    if not parsed:
        return None
    first = parsed[0].email
    return (
        first if len(parsed) == 1 else PartialRead(first, f"has {len(parsed)} addresses; the first is used")
    )


def parse_addresses(value: Any) -> list[ParsedAddress]:
    """The address of a value, or several in one text, each once; the reason of an error never holds one."""
    try:
        parsed = parse_address(value)
    except UnreadableError:
        text = single_value(value)
        parts = [part for part in BETWEEN.split(text) if "@" in part] if isinstance(text, str) else ()
        if len(parts) < 2:
            raise
        several = [each for part in parts if (each := parse_address(part)) is not None]
        return [*{each.email.lower(): each for each in reversed(several)}.values()][::-1]
    return [] if parsed is None else [parsed]


def parse_address(value: Any) -> ParsedAddress | None:
    """An address: `a@b.c`, `mailto:a@b.c`, `Name <a@b.c>`; the reason of an error never holds it."""
    if type(value) is str and len(value) <= LONGEST_ADDRESS and PLAIN_ADDRESS.fullmatch(value):
        return ParsedAddress(value, None)  # nearly always: the other cases follow
    value = single_value(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError("is no text with an address")
    address, name = visible(value).strip(), ""
    if is_empty(address):
        return None
    if address.endswith(">"):
        name, _, address = address[:-1].rpartition("<")
    address = address.strip()
    while address[:7].lower() == "mailto:":
        address = address[7:].partition("?")[0].strip()
    local, _, domain = address.lstrip(BEFORE).rstrip(BEHIND).partition("@")
    domain = domain if domain.isascii() else ascii_domain(domain)
    address = f"{local}@{domain}"
    if not local or not domain or "@" in domain or NOT_IN_ADDRESS.search(address):
        raise UnreadableError("is no address")
    if len(address) > LONGEST_ADDRESS:
        raise UnreadableError("is too long for an address")
    return ParsedAddress(encodable(address), clean_text(name.strip().strip("\"'")) if name else None)


def visible(text: str) -> str:
    """The text without letters that cannot be seen (zero width, soft hyphens), in NFKC."""
    if text.isascii():
        return text
    return normalize("NFKC", "".join([letter for letter in text if category(letter) != "Cf"]))


def ascii_domain(domain: str) -> str:
    """A domain with other letters than ASCII as `xn--…`, by IDNA 2008; UnreadableError for none."""
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise UnreadableError("is no address") from None
