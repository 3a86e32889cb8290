"""Readers of lists: words, and participants with their addresses."""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pydantic_core import from_json

from workers.product.reading.values import (
    EMPTY_WORDS,
    READ_ERRORS,
    UnreadableError,
    clean_text,
    encodable,
    is_number,
    quoted,
    read_text,
    reason_of,
    single_value,
    unwrap_extended_json,
)

WORD_SEPARATORS = re.compile(r"[,;、，；\n]")
ADDRESSES = re.compile(r'(?:"[^"]*"|[^,;、，；\n])+')  # a comma inside a quoted name separates nothing
LONGEST_ADDRESS = 320  # characters: 64 before the @, 255 behind it (RFC 3696, errata 1690 allow fewer)
NOT_IN_ADDRESS = re.compile(r'[\s<>,;"\x00-\x1f\x7f]')


class PartialRead(NamedTuple):
    """The entries of a list that could be read, and why the others could not."""

    value: list[Any]
    reason: str


class ParsedAddress(NamedTuple):
    """An address, and the name that was written with it."""

    email: str
    name: str | None


def read_words(value: Any) -> list[str] | PartialRead:
    """Words: a list, or one text with commas between them; trimmed, each once, regardless of case."""
    words: dict[str, str] = {}

    def add_word(entry: Any) -> None:
        word = clean_text(entry) if type(entry) is str else read_text(entry)
        if word is not None:
            words.setdefault(word.casefold(), word)

    reasons = _read_entries(_entries(value, WORD_SEPARATORS.split), add_word)
    return _list_or_partial(list(words.values()), reasons)


def read_participants(value: Any) -> list[dict[str, str | None]] | PartialRead:
    """Participants: addresses, or objects with `email` (or `address`) and perhaps `name`."""
    participants: list[dict[str, str | None]] = []
    bad_names: list[str] = []

    def add_participant(entry: Any) -> None:
        entry = single_value(entry)
        if isinstance(entry, dict):
            entry = _parse_object(entry, bad_names)
        elif entry is not None:
            entry = parse_address(entry)
        if entry is not None:
            participants.append({"email": entry.email, "name": entry.name})

    entries = [value] if isinstance(value, dict) else _entries(value, ADDRESSES.findall)
    reasons = _read_entries(entries, add_participant)
    return _list_or_partial(participants, [*reasons, *bad_names])


def read_address(value: Any) -> str | None:
    """One email address, in the case in which it was written."""
    parsed = parse_address(value)
    return None if parsed is None else parsed.email


def parse_address(value: Any) -> ParsedAddress | None:
    """An address: `a@b.c`, `mailto:a@b.c`, `Name <a@b.c>`; the reason of an error never holds it."""
    value = single_value(value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError("is no text with an address")
    address, name = value.strip(), ""
    if address.lower() in EMPTY_WORDS:
        return None
    if address.endswith(">"):
        name, _, address = address[:-1].rpartition("<")
    address = address.strip()
    while address[:7].lower() == "mailto:":
        address = address[7:].partition("?")[0].strip()
    local, _, domain = address.partition("@")
    if not local or not domain or "@" in domain or NOT_IN_ADDRESS.search(address):
        raise UnreadableError("is no address")
    if len(address) > LONGEST_ADDRESS:
        raise UnreadableError("is too long for an address")
    return ParsedAddress(encodable(address), clean_text(name.strip().strip("\"'")) if name else None)


def _parse_object(entry: dict[Any, Any], bad_names: list[str]) -> ParsedAddress:
    """The participant in an object; a name that cannot be read is left out and added to `bad_names`."""
    email = entry.get("email")
    parsed = parse_address(entry.get("address") if email is None else email)
    if parsed is None:
        raise UnreadableError("has no address")
    try:
        name = read_text(entry.get("name"))
    except READ_ERRORS:
        bad_names.append("has a name that is no text")
        name = None
    return ParsedAddress(parsed.email, name or parsed.name)


def _entries(value: Any, split: Callable[[str], Iterable[Any]]) -> Iterable[Any]:
    value = unwrap_extended_json(value)
    if isinstance(value, str):
        return _entries_in_text(value.strip(), split)
    if value is None or isinstance(value, list | tuple):
        return value or ()
    if is_number(value):
        return (value,)
    raise UnreadableError(f"{quoted(value)} is no list")


def _entries_in_text(value: str, split: Callable[[str], Iterable[Any]]) -> Iterable[Any]:
    """The entries of a list that is one text: a JSON array, or entries with commas between them."""
    if not (value.startswith("[") and value.endswith("]")):
        return split(value)
    try:
        return list(from_json(value))
    except ValueError:
        return [entry.strip().strip("\"'") for entry in split(value[1:-1])]


def _read_entries(entries: Iterable[Any], read_entry: Callable[[Any], None]) -> list[str]:
    """Call `read_entry` with every entry that is not null; return the reasons of those it cannot read."""
    reasons = []
    for number, entry in enumerate(entries, 1):
        try:
            if entry is not None:
                read_entry(entry)
        except READ_ERRORS as error:
            reasons.append(f"entry {number}: {reason_of(error)}")
    return reasons


def _list_or_partial(values: list[Any], reasons: list[str]) -> list[Any] | PartialRead:
    """The list; with the first reason and the number of further ones when entries were lost."""
    if not reasons:
        return values
    further = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    return PartialRead(values, reasons[0] + further)
