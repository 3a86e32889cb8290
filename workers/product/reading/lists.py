"""Reads lists: words, and participants with their addresses."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pydantic_core import from_json

from workers.product.reading.values import (
    NOTHING,
    WITHOUT_MEANING,
    Unreadable,
    is_number,
    reason,
    said,
    shown,
    single,
    text,
    unwrapped,
    whole,
)

BETWEEN_WORDS = re.compile(r"[,;、，；\n]")
ADDRESSES = re.compile(r'(?:"[^"]*"|[^,;、，；\n])+')  # a comma in a quoted name parts nothing
LONGEST_ADDRESS = 320  # characters: 64 before the @, 255 behind it (RFC 3696, errata 1690 allow fewer)
NOT_IN_ADDRESS = re.compile(r'[\s<>,;"]')


class Partly(NamedTuple):
    """What could be read of a list, and why the rest could not."""

    value: list[Any]
    reason: str


class ParsedAddress(NamedTuple):
    """An address and the name that came with it."""

    email: str
    name: str | None


def words(value: Any) -> list[str] | Partly:
    """Words: a list, or one text with commas between; trimmed, each once whatever its case."""
    found: dict[str, str] = {}

    def take(entry: Any) -> None:
        word = said(entry) if type(entry) is str else text(entry)
        if word is not None:
            found.setdefault(word.casefold(), word)

    reasons = _each(_entries(value, BETWEEN_WORDS.split), take)
    return _told(list(found.values()), reasons)


def participants(value: Any) -> list[dict[str, str | None]] | Partly:
    """People on a list: addresses, or objects with `email` (or `address`) and perhaps `name`."""
    found: list[dict[str, str | None]] = []
    unnamed: list[str] = []

    def take(entry: Any) -> None:
        entry = single(entry)
        if isinstance(entry, dict):
            entry = _named(entry, unnamed)
        elif entry is not None:
            entry = person(entry)
        if entry is not None:
            found.append({"email": entry.email, "name": entry.name})

    entries = [value] if isinstance(value, dict) else _entries(value, ADDRESSES.findall)
    return _told(found, [*_each(entries, take), *unnamed])


def address(value: Any) -> str | None:
    """The address of a person, as it was written."""
    found = person(value)
    return None if found is None else found.email


def person(value: Any) -> ParsedAddress | None:
    """An address: `a@b.c`, `mailto:a@b.c`, `Name <a@b.c>`; a reason never holds it."""
    value = single(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable("is no text with an address")
    given, name = value.strip(), ""
    if given.lower() in NOTHING:
        return None
    if given.endswith(">"):
        name, _, given = given[:-1].rpartition("<")
    given = given.strip()
    while given[:7].lower() == "mailto:":
        given = given[7:].partition("?")[0].strip()
    local, _, domain = given.partition("@")
    if not local or not domain or "@" in domain or NOT_IN_ADDRESS.search(given):
        raise Unreadable("is no address")
    if len(given) > LONGEST_ADDRESS:
        raise Unreadable("is too long for an address")
    return ParsedAddress(whole(given), said(name.strip().strip("\"'")) if name else None)


def _named(entry: dict[Any, Any], unnamed: list[str]) -> ParsedAddress:
    email = entry.get("email")
    found = person(entry.get("address") if email is None else email)
    if found is None:
        raise Unreadable("has no address")
    try:
        name = text(entry.get("name"))
    except WITHOUT_MEANING:
        unnamed.append("has a name that is no text")
        name = None
    return ParsedAddress(found.email, name or found.name)


def _entries(value: Any, split: Callable[[str], Iterable[Any]]) -> Iterable[Any]:
    value = unwrapped(value)
    if isinstance(value, str):
        return _written(value.strip(), split)
    if value is None or isinstance(value, list | tuple):
        return value or ()
    if is_number(value):
        return (value,)
    raise Unreadable(f"{shown(value)} is no list")


def _written(value: str, split: Callable[[str], Iterable[Any]]) -> Iterable[Any]:
    """The entries of a list in one text: JSON, or with commas between."""
    if not (value.startswith("[") and value.endswith("]")):
        return split(value)
    try:
        return list(from_json(value))
    except ValueError:
        return [entry.strip().strip("\"'") for entry in split(value[1:-1])]


def _each(entries: Iterable[Any], take: Callable[[Any], None]) -> list[str]:
    """Take every entry that says something; the reasons of those that cannot be read."""
    reasons = []
    for place, entry in enumerate(entries, 1):
        try:
            if entry is not None:
                take(entry)
        except WITHOUT_MEANING as problem:
            reasons.append(f"entry {place}: {reason(problem)}")
    return reasons


def _told(value: list[Any], reasons: list[str]) -> list[Any] | Partly:
    if not reasons:
        return value
    more = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return Partly(value, reasons[0] + more)
