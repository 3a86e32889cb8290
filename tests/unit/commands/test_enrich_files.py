"""Documents from files: every format gives the same entries, and a bad one has its line."""

import io
import json
from typing import Any

import pytest

from workers.commands.enrich_entries import BrokenFile, FileEntry, RefusedFile
from workers.commands.enrich_files import Reading, documents

PEOPLE = [{"id": "u1", "name": "Ann"}, {"id": "u2", "name": "田中"}]
ARRAY = json.dumps(PEOPLE, ensure_ascii=False)
LINES = "".join(json.dumps(person, ensure_ascii=False) + "\n" for person in PEOPLE)
CSV = "id,name\nu1,Ann\nu2,田中\n"


def read(text: str | bytes, name: str = "users.json") -> list[FileEntry]:
    """The entries of a file of that name and content, without remarks on the file."""
    data = text if isinstance(text, bytes) else text.encode()
    entries = documents(name, io.BufferedReader(io.BytesIO(data)), Reading())
    return [entry for entry in entries if entry.value is not None or entry.error is not None]


def values(text: str | bytes, name: str = "users.json") -> list[Any]:
    """The values of its entries, none of which is bad."""
    entries = read(text, name)
    assert [entry.error for entry in entries] == [None] * len(entries)
    return [entry.value for entry in entries]


@pytest.mark.parametrize("before", ["", "\ufeff", "\ufeff \n"], ids=["plain", "mark", "mark and blanks"])
@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ARRAY, "users.json"),
        (json.dumps(PEOPLE, indent=2), "users.json"),
        (LINES, "users.json"),
        (LINES, "users.jsonl"),
        (LINES.replace("\n", "\r\n\n"), "users.NDJSON"),
        (LINES.rstrip(), "users"),
        ("\n".join(json.dumps(person, indent=2) for person in PEOPLE), "users.json"),
    ],
    ids=["array", "pretty", "lines", "jsonl", "blank lines", "no newline at the end", "pretty objects"],
)
def test_every_layout_of_json_gives_the_same_entries(text: str, name: str, before: str) -> None:
    """Whatever the file is called and however it is laid out, with or without a byte order mark."""
    assert values(before + text, name) == PEOPLE


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (CSV, "users.csv"),
        (CSV, "users.txt"),
        ("\ufeff" + CSV.replace("\n", "\r\n"), "users.csv"),
        (CSV.replace(",", ";"), "users.csv"),
        (CSV.replace(",", "\t"), "users.tsv"),
        ('id,name\n"u1","Ann"\n\n,\nu2, 田中 \n', "users.csv"),
    ],
    ids=["csv", "by content", "of a spreadsheet", "semicolons", "tabs", "quotes and blank rows"],
)
def test_every_kind_of_csv_gives_the_same_entries(text: str, name: str) -> None:
    """Whatever separates the cells."""
    assert values(text, name) == PEOPLE


def test_empty_cells_are_left_out_and_short_rows_are_read() -> None:
    """A cell may hold commas and line breaks; a column without a name is ignored."""
    text = 'id,name,interests,\nu1,,"tea, ""art""\nand more",x\nu2\n'

    assert values(text, "users.csv") == [{"id": "u1", "interests": 'tea, "art"\nand more'}, {"id": "u2"}]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a"])
@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_has_no_entries(name: str, text: str) -> None:
    """It is no error."""
    assert read(text, name) == []


def test_an_empty_array_has_no_entries() -> None:
    """It is no error."""
    assert read(" [ ] \n") == []


def test_the_lines_after_a_bad_one_are_read() -> None:
    """Each entry has its own line number, also below a bad one."""
    entries = read(b'{"id": "\xc3\xab"}\n{"id": 2,}\n\n{"id": "\xff"}\n[5]\n', "users.jsonl")

    assert [entry.line for entry in entries] == [1, 2, 4, 5]
    assert [entry.value for entry in entries] == [{"id": "ë"}, None, None, [5]]
    assert entries[1].error == "not JSON: trailing comma in column 10"
    assert entries[2].error == "not UTF-8"


def test_the_rows_after_a_bad_one_are_read() -> None:
    """Too many cells, an open quote, another encoding; the line is the one where the row begins."""
    text = b'id,name\nu1,Zo\xc3\xab\nu2,"two\nlines"\nu3,Bob,x\nu4,"a"b\nu5,' + b"\xff\nu6,Cid\n"

    entries = read(text, "users.csv")

    assert [entry.line for entry in entries] == [2, 3, 5, 6, 7, 8]
    assert [entry.line for entry in entries if entry.error] == [5, 6, 7]
    assert entries[2].error == "3 cells, the header has 2"
    assert str(entries[3].error).startswith("not CSV: ")
    assert entries[4].error == "not UTF-8"
    assert entries[5].value == {"id": "u6", "name": "Cid"}


def test_entries_of_an_array_have_their_lines() -> None:
    """Whether an entry begins on a line of its own or not."""
    assert [entry.line for entry in read('[\n {"id": 1}, {"id": 2},\n\n {"id":\n 3}\n]')] == [2, 2, 4]


@pytest.mark.parametrize("levels", [150, 400, 900])
@pytest.mark.parametrize(
    "text", ["{deep}\n{good}\n", "[{deep},{good}]", "{{}}{deep}{good}", '{{"users": [{deep},{good}]}}']
)
@pytest.mark.parametrize("letter", ["e", "\\ud83d\\ude00"])
def test_a_value_with_too_many_levels_is_left_out(text: str, levels: int, letter: str) -> None:
    """In every form of JSON; what reads it calls itself for each level."""
    deep = f'{{"id": "{letter}", "x": {"[" * levels}{"]" * levels}}}'

    entries = read(text.format(deep=deep, good='{"id": 2}'), "users.json")

    assert {"id": 2} in [entry.value for entry in entries]
    errors = [entry.error for entry in entries if entry.error]
    assert len(errors) == (levels > 150)
    assert all("levels" in error or "recursion limit" in error for error in errors)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('[{"id": 1},\n{"id": 2,}]', r"^2: not JSON: "),
        ('[{"id": 1}\n{"id": 2}]', r"^2: not JSON: expected ','"),
        ('[{"id": 1}', r"^1: not JSON: expected ','"),
        ('[{"id": 1},', r"^1: not JSON: expected '\]'"),
        ("[", r"^1: not JSON: expected '\]'"),
        ('[{"id": 1}]\n[{"id": 2}]', r"^2: not JSON: more after the end of the list"),
        ("[" * 100_000, r"^1: not JSON: RecursionError"),
        ('[{"id": 1},\n{"id": ' + "9" * 5_000 + "}]", r"^2: not JSON: a number with too many digits$"),
        (b'[\n{"id": "\xff"}]', r"^2: is not UTF-8"),
        (b'["\xc3\xab",\n"\xc3\xab",\n"\xff"]', r"^3: not UTF-8"),
    ],
    ids=["value", "comma", "open", "cut", "only begun", "two arrays", "deep", "digits", "bytes", "a byte"],
)
def test_an_array_that_breaks_off_is_an_error(text: str | bytes, error: str) -> None:
    """Nothing shows where its next entry begins, and none may be left out unnoticed."""
    with pytest.raises((BrokenFile, RefusedFile), match=error):
        read(text)


def test_a_first_line_longer_than_what_is_peeked_counts_as_json_lines() -> None:
    """The format is detected without reading all of a file."""
    people = [{"id": f"u{number}", "text": "x" * 40_000} for number in range(3)]

    assert values("".join(json.dumps(person) + "\n" for person in people)) == people
