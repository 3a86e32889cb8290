"""Documents from files: every format gives the same entries, and a bad one has its line."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from workers.commands.enrich_files import BrokenFile, FileEntry, documents

PEOPLE = [{"id": "u1", "name": "Ann"}, {"id": "u2", "name": "田中"}]
ARRAY = json.dumps(PEOPLE, ensure_ascii=False)
LINES = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in PEOPLE)
CSV = "id,name\nu1,Ann\nu2,田中\n"


def read(text: str | bytes, name: str = "users.json") -> list[FileEntry]:
    """What a file of that name and content gives."""
    data = text if isinstance(text, bytes) else text.encode()
    return list(documents(Path(name), io.BufferedReader(io.BytesIO(data))))


def values(text: str | bytes, name: str = "users.json") -> list[Any]:
    """Its entries, none of which is bad."""
    found = read(text, name)
    assert [one.wrong for one in found] == [None] * len(found)
    return [one.value for one in found]


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
        ("\n".join(json.dumps(one, indent=2) for one in PEOPLE), "users.json"),
    ],
    ids=["array", "pretty", "lines", "jsonl", "blank lines", "no newline at the end", "pretty objects"],
)
def test_every_kind_of_json_gives_the_same(text: str, name: str, before: str) -> None:
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
def test_every_kind_of_table_gives_the_same(text: str, name: str) -> None:
    """Whatever separates the cells."""
    assert values(text, name) == PEOPLE


def test_empty_cells_say_nothing_and_short_rows_are_read() -> None:
    """A cell may hold commas and lines; a column without a name is none."""
    text = 'id,name,interests,\nu1,,"tea, ""art""\nand more",x\nu2\n'

    assert values(text, "users.csv") == [{"id": "u1", "interests": 'tea, "art"\nand more'}, {"id": "u2"}]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a"])
@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_has_no_entries(name: str, text: str) -> None:
    """There is nothing wrong with it."""
    assert read(text, name) == []


def test_an_empty_array_has_no_entries() -> None:
    """As the others."""
    assert read(" [ ] \n") == []


def test_a_bad_line_does_not_touch_the_others() -> None:
    """Each entry has its own line, also below a bad one."""
    found = read(b'{"id": 1}\n{"id": 2,}\n\n{"id": "\xff"}\n[5]\n', "users.jsonl")

    assert [one.line for one in found] == [1, 2, 4, 5]
    assert [one.value for one in found] == [{"id": 1}, None, None, [5]]
    assert found[1].wrong == "not JSON: trailing comma in column 10"
    assert found[2].wrong is not None


def test_a_bad_row_does_not_touch_the_others() -> None:
    """Too many cells, an open quote, another encoding; the line is where the row begins."""
    text = b'id,name\nu1,Ann\nu2,"two\nlines"\nu3,Bob,x\nu4,"a"b\nu5,' + b"\xff\nu6,Cid\n"

    found = read(text, "users.csv")

    assert [one.line for one in found] == [2, 3, 5, 6, 7, 8]
    assert [one.line for one in found if one.wrong] == [5, 6, 7]
    assert found[2].wrong == "3 cells, the header has 2"
    assert str(found[3].wrong).startswith("not CSV: ")
    assert found[4].wrong == "not UTF-8"
    assert found[5].value == {"id": "u6", "name": "Cid"}


def test_entries_of_an_array_have_their_lines() -> None:
    """Pretty or not."""
    assert [one.line for one in read('[\n {"id": 1}, {"id": 2},\n\n {"id":\n 3}\n]')] == [2, 2, 4]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[{"id": 1},\n{"id": 2,}]', r"^2: not JSON: "),
        ('[{"id": 1}\n{"id": 2}]', r"^2: not JSON: expected ','"),
        ('[{"id": 1}', r"^1: not JSON: expected ','"),
        ('[{"id": 1},', r"^1: not JSON: expected '\]'"),
        ("[", r"^1: not JSON: expected '\]'"),
        ('[{"id": 1}]\n[{"id": 2}]', r"^2: not JSON: more after the end of the list"),
        ("[" * 100_000, r"^1: not JSON: RecursionError"),
        (b'[\n{"id": "\xff"}]', r"^2: not UTF-8"),
    ],
    ids=["value", "comma", "open", "cut", "only begun", "two arrays", "deep", "bytes"],
)
def test_an_array_that_breaks_off_is_an_error(text: str | bytes, wrong: str) -> None:
    """Nothing tells where its next entry begins, so nobody is left out in silence."""
    with pytest.raises(BrokenFile, match=wrong):
        read(text)


def test_a_long_first_line_is_one_of_many() -> None:
    """The format is told without reading all of a file."""
    many = [{"id": f"u{number}", "text": "x" * 40_000} for number in range(3)]

    assert values("".join(json.dumps(one) + "\n" for one in many)) == many
