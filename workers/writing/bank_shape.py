"""Whether a bank of sentences has all tables and lists, and no others. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from workers.writing.bank_tables import GREETINGS, INVITE, INVITE_WORDS, READERS, SECTIONS, reader_class
from workers.writing.drafts import PERSONAL_PARTS, SECTION_PARTS
from workers.writing.gate.texts import Part
from workers.writing.models import EmailLanguage
from workers.writing.plan import LEVELS, STYLES
from workers.writing.section_rows import SECTION_ROWS

UNKNOWN = "unknown"
READER_CLASSES = tuple(
    reader_class(level, style) for level in (UNKNOWN, *LEVELS) for style in (UNKNOWN, *STYLES)
)


class BankProblem(NamedTuple):
    """What is wrong: in which line of the file, if it is in one, at which place of the tables, and what."""

    line: int | None
    place: str
    detail: str


def shape_problems(bank: Mapping[str, Any]) -> Iterator[BankProblem]:
    """What is missing, what is too much, and what is no text."""
    yield from _names("", bank, [each.value for each in EmailLanguage])
    for language in EmailLanguage:
        tables, here = bank.get(language.value), language.value
        if tables is None:
            continue
        yield from _names(here, tables, [*GREETINGS, *PERSONAL_PARTS, SECTIONS, INVITE], [READERS])
        if not isinstance(tables, dict):
            continue
        yield from _words(here, tables, GREETINGS)
        yield from _lists(here, tables, PERSONAL_PARTS)
        if SECTIONS in tables:
            yield from _section_shape(f"{here}.{SECTIONS}", tables[SECTIONS])
        if READERS in tables:
            yield from _reader_shape(f"{here}.{READERS}", tables[READERS])
        if INVITE in tables:
            yield from _names(f"{here}.{INVITE}", tables[INVITE], [*INVITE_WORDS, *PERSONAL_PARTS])
            yield from _words(f"{here}.{INVITE}", tables[INVITE], INVITE_WORDS)
            yield from _lists(f"{here}.{INVITE}", tables[INVITE], PERSONAL_PARTS)


def _section_shape(place: str, sections: object) -> Iterator[BankProblem]:
    """Of the sections all must be there, each with all of its parts."""
    yield from _names(place, sections, [row.kind.value for row in SECTION_ROWS])
    for kind, table in sections.items() if isinstance(sections, dict) else ():
        yield from _names(f"{place}.{kind}", table, SECTION_PARTS)
        yield from _lists(f"{place}.{kind}", table, SECTION_PARTS)


def _reader_shape(place: str, readers: object) -> Iterator[BankProblem]:
    """Of the classes of readers some may be there, each with some parts."""
    yield from _names(place, readers, (), READER_CLASSES)
    for name, table in readers.items() if isinstance(readers, dict) else ():
        yield from _names(f"{place}.{name}", table, (), PERSONAL_PARTS)
        yield from _lists(f"{place}.{name}", table, PERSONAL_PARTS)


def _names(
    place: str, table: object, required: Collection[str], optional: Collection[str] = ()
) -> Iterator[BankProblem]:
    if not isinstance(table, dict):
        yield BankProblem(None, place, "must be a table")
        return
    for name in required:
        if name not in table:
            yield BankProblem(None, f"{place}.{name}".lstrip("."), "is missing")
    for name in table.keys() - {*required, *optional}:
        yield BankProblem(None, f"{place}.{name}".lstrip("."), "there is no such table or part")


def _words(place: str, table: object, names: Collection[str]) -> Iterator[BankProblem]:
    if not isinstance(table, dict):
        return
    for name in names:
        if not isinstance(table.get(name, ""), str):
            yield BankProblem(None, f"{place}.{name}", "must be a text")


def _lists(place: str, table: object, parts: Mapping[str, Part]) -> Iterator[BankProblem]:
    if not isinstance(table, dict):
        return
    for name in parts:
        texts = table.get(name, [""])  # one that is missing was told already
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            yield BankProblem(None, f"{place}.{name}", "must be a list of at least one text")
