"""Readers of lists: words, and the participants of events."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import from_json

from workers.product.reading.addresses import ParsedAddress, parse_addresses
from workers.product.reading.values import (
    READ_ERRORS,
    PartialRead,
    UnreadableError,
    clean_text,
    is_number,
    quoted,
    read_text,
    reason_of,
    single_value,
    unwrap_extended_json,
)
from workers.product.reading.vocabularies import read_answer

# fields of a participant with an answer; the first that is there counts
ANSWERED = ("status", "rsvp", "response", "responseStatus", "response_status", "attending", "attended")
WORD_SEPARATORS = re.compile(r"[,;、，；\n]")
ADDRESSES = re.compile(r'(?:"[^"]*"|[^,;、，；\n])+')  # a comma inside a quoted name separates nothing


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
    """Participants: addresses, or objects with `email` (or `address`) and perhaps `name` and an answer.

    Who has answered something else than yes (ANSWERS in vocabularies.py) is left out.
    """
    participants: list[dict[str, str | None]] = []
    bad_parts: list[str] = []

    def add_participant(entry: Any) -> None:
        entry = single_value(entry)
        if isinstance(entry, dict):
            parsed = _parse_object(entry, bad_parts)
        else:
            parsed = [] if entry is None else parse_addresses(entry)
        participants.extend({"email": each.email, "name": each.name} for each in parsed)

    entries = [value] if isinstance(value, dict) else _entries(value, ADDRESSES.findall)
    reasons = _read_entries(entries, add_participant)
    return _list_or_partial(participants, [*reasons, *bad_parts])


def participant_texts(text: str) -> list[Any]:
    """The entries of a list of participants that is one text."""
    return [*_entries_in_text(text.strip(), ADDRESSES.findall)]


def _parse_object(entry: dict[Any, Any], bad_parts: list[str]) -> list[ParsedAddress]:
    """The participants in an object, several if it has several addresses, which then share no name.

    What cannot be read beside the address is left out and added to `bad_parts`.
    """
    email = entry.get("email")
    parsed = parse_addresses(entry.get("address") if email is None else email)
    if not parsed:
        raise UnreadableError("has no address")
    try:
        name = read_text(entry.get("name"))
    except READ_ERRORS:
        bad_parts.append("has a name that is no text")
        name = None
    if not _takes_part(entry, bad_parts):
        return []
    return [ParsedAddress(parsed[0].email, name or parsed[0].name)] if len(parsed) == 1 else parsed


def _takes_part(entry: Mapping[Any, Any], bad_parts: list[str]) -> bool:
    """Whether the answer of a participant is yes, or none is known."""
    if entry.keys().isdisjoint(ANSWERED):
        return True
    try:
        answer = next((read_answer(entry[name]) for name in ANSWERED if entry.get(name) is not None), None)
    except READ_ERRORS:
        answer = PartialRead(None, "has an answer that is no text")
    if isinstance(answer, PartialRead):
        bad_parts.append(answer.reason)
        return True
    return answer in (None, "yes")


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
