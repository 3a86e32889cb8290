"""CSV in the files of `kairos enrich`: quotation marks, separators, headers; no line is lost uncounted."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.commands.test_enrich import run
from workers.commands.enrich_columns import fields_of
from workers.commands.enrich_files import Reading, documents

HEADER = "id,name,email,age"


def enriched(tmp_path: Path, text: str | bytes, *options: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The profiles of a file of users, and the lines on stderr, without the name of the file."""
    users = tmp_path / "users.csv"
    users.write_bytes(text.encode() if isinstance(text, str) else text)
    done = run("--users", users, "--format", "json", *options)
    return json.loads(done.stdout or "[]"), done.stderr.replace(f"{users}:", "").splitlines()


def row(number: int, quoted: bool = False) -> str:
    """A row of a file with HEADER."""
    cells = f"u{number}", f"Ann {number}", f"a{number}@example.com", f"{20 + number % 50}"
    return ",".join(f'"{cell}"' if quoted else cell for cell in cells)


STRAY = {
    "opens the name": ('{id},"Ann,{email},30', False),
    "opens the last cell": ('{id},Ann,{email},"30', False),
    "opens the id": ('"{id},Ann,{email},30', False),
    "in a quoted cell": ('"{id}","Ann "the first"","{email}","30"', True),
    "ends too early": ('"{id}","Ann,"{email}","30"', True),
    "not closed, all quoted": ('"{id}","Ann","{email}","30', True),
}


@pytest.mark.parametrize("at", [1, 2466, 4999])
@pytest.mark.parametrize(("text", "quoted"), STRAY.values(), ids=STRAY)
def test_a_stray_quotation_mark_costs_its_own_row(text: str, quoted: bool, at: int) -> None:
    """Of 5,000 rows the one is named, and all others are read, wherever it is."""
    rows = [row(number, quoted) for number in range(1, 5001)]
    rows[at - 1] = text.format(id=f"u{at}", email=f"a{at}@example.com")
    file = io.BytesIO("\n".join([HEADER, *rows]).encode())

    entries = list(documents("users.csv", file, Reading(fields=fields_of("users"))))

    (bad,) = (entry for entry in entries if entry.error)
    assert (bad.line, bad.lines) == (at + 1, 1)
    assert str(bad.error).startswith("not CSV: ")
    values = [entry.value["id"] for entry in entries if not entry.error]
    assert values == [f"u{number}" for number in range(1, 5001) if number != at]


def test_the_table_counts_the_row_that_is_lost(tmp_path: Path) -> None:
    """Read, used, of no user, with the same id, left out."""
    rows = [row(number) for number in range(1, 201)]
    rows[99] = 'u100,"Ann,a100@example.com,30'

    profiles, errors = enriched(tmp_path, "\n".join([HEADER, *rows]))

    assert len(profiles) == 199
    assert errors[0].startswith("101: not CSV: a quotation mark is not closed")
    assert errors[1] == "1 bad record left out"
    assert errors[3].split()[-5:] == ["200", "199", "0", "0", "1"]


@pytest.mark.parametrize("apart", [1, 2, 40])
def test_rows_between_two_stray_quotation_marks_are_not_one_row(apart: int, tmp_path: Path) -> None:
    """The first is left out; the one that ends the cell is read, with a remark."""
    rows = [row(number) for number in range(1, 101)]
    rows[9], rows[9 + apart] = 'u10,"Ann,a@example.com,30', f'u{10 + apart},Bo",b@example.com,31'

    profiles, errors = enriched(tmp_path, "\n".join([HEADER, *rows]))

    assert len(profiles) == 99
    assert "u10" not in {profile["id"] for profile in profiles}
    assert errors[0].startswith("11: not CSV: a quotation mark opens here")
    assert f" has a quotation mark without its pair (line {11 + apart})" in errors


def test_the_given_rows_are_not_merged(tmp_path: Path) -> None:
    """The smallest file in which a quotation mark makes one person of two; --strict writes nothing."""
    text = f'{HEADER}\n1,"Ann,a@example.com,30\n2,Bo",b@example.com,31\n'

    profiles, _ = enriched(tmp_path, text)

    assert [(profile["id"], profile["email"], profile["age"]) for profile in profiles] == [
        ("2", "b@example.com", 31)
    ]
    assert enriched(tmp_path, text, "--strict")[0] == []


def test_lines_that_are_lost_with_a_row_are_counted_as_lines(tmp_path: Path) -> None:
    """Those that look like no row of their own, up to the next one that does."""
    text = f'{HEADER}\n1,"Ann\nlikes tea\nand "art",a@example.com,30\n2,Bo,b@example.com,31\n'

    profiles, errors = enriched(tmp_path, text)

    assert [profile["id"] for profile in profiles] == ["2"]
    assert errors[0].endswith("; 3 lines are lost")
    assert errors[1] == "1 bad record left out (3 lines)"


def test_cells_with_line_breaks_are_read(tmp_path: Path) -> None:
    """Also where their lines have as many commas as a row."""
    text = 'id,name,interests\nu1,"Ann\nMary",tea\nu2,Bo,"red,\ngreen,blue,\nart"\nu3,"Cy ""C"" ","a\n\nb"\n'

    profiles, errors = enriched(tmp_path, text)

    assert [profile["name"] for profile in profiles] == ["Ann Mary", "Bo", 'Cy "C"']
    assert profiles[1]["interests"] == ["red", "green", "blue", "art"]
    assert "left out" in errors[0]
    assert len(errors) == 2


@pytest.mark.parametrize(
    "text",
    [
        'id;name;email;"Foods (Thai, Italian, Greek, French)"\n1;Ann;a@x.jp;x\n',
        "sep=;\nid;name;email\n1;Ann;a@x.jp\n",
        '"sep=|"\r\nid|name|email\r\n1|Ann|a@x.jp\r\n',
        "id|name|email\n1|Ann|a@x.jp\n",
        "id\tname, in full\tname\temail\n1\tx\tAnn\ta@x.jp\n",
        "Export of all users; made with care\n\nid,name,email\n1,Ann,a@x.jp\n",
        "People\nas of 2024\nid,name,email\n1,Ann,a@x.jp\n",
        "id,name,email\r1,Ann,a@x.jp\r",
        "\n\nid,name,email\n1,Ann,a@x.jp\n",
        "id,name,email,,\n1,Ann,a@x.jp,,\n",
        "id,name,email\n1,Ann,a@x.jp,,,\n",
        '"id","na\nme","email","name"\n1,,a@x.jp,Ann\n',
    ],
)
def test_separator_and_header_are_found_by_parsing(text: str, tmp_path: Path) -> None:
    """Separators in a quoted header, a line that names the separator, titles, old line ends, empty cells."""
    profiles, errors = enriched(tmp_path, text)

    assert [(p["id"], p["name"], p["email"]) for p in profiles] == [("1", "Ann", "a@x.jp")]
    assert errors[1].split()[-5:] == ["1", "1", "0", "0", "0"]


def test_a_title_is_told_and_the_delimiter_can_be_given(tmp_path: Path) -> None:
    """A separator that is not tried is asked for."""
    assert " 1 line before the header left out" in enriched(tmp_path, "All users\nid,name\n1,Ann\n")[1]

    assert "give --delimiter" in enriched(tmp_path, "id~name\n1~Ann\n")[1][0]
    assert enriched(tmp_path, "id~name\n1~Ann\n", "--delimiter", "~")[0][0]["name"] == "Ann"
    assert enriched(tmp_path, "id\tname\n1\tAnn, B\n", "--delimiter", "tab")[0][0]["name"] == "Ann, B"


def test_rows_with_other_numbers_of_cells(tmp_path: Path) -> None:
    """Empty cells behind the last column are nothing, others are an error; a short row is read and told."""
    profiles, errors = enriched(tmp_path, "id,name,age\n1,Ann,30,\n2,Bo\n3,Cy,30,x,\n4,Di,,,\n")

    assert [profile["id"] for profile in profiles] == ["1", "2", "4"]
    assert errors[0] == "4: 4 cells, the header has 3"
    assert " has 2 cells, the header has 3 (line 3)" in errors
    assert enriched(tmp_path, "id,name,age\n2,Bo\n", "--strict")[0] == []


def test_the_header_of_a_second_file_behind_the_first_is_nobody(tmp_path: Path) -> None:
    """Files are put together so; it is told, and no record is lost by it."""
    text = "\n".join([HEADER, row(1), "id, name,email ,age", row(2), HEADER, row(3), ""])

    profiles, lines = enriched(tmp_path, text)

    assert [profile["id"] for profile in profiles] == ["u1", "u2", "u3"]
    assert lines[-1] == " has the header again (2 times, first in line 3)"
    assert enriched(tmp_path, text, "--strict")[0] == []


def test_of_two_columns_with_one_name_the_first_value_counts(tmp_path: Path) -> None:
    """An empty cell takes nothing away, and the columns are named."""
    profiles, errors = enriched(tmp_path, "id,email,email\n1,,a@x.jp\n2,b@x.jp,c@x.jp\n3,d@x.jp,\n")

    assert [profile["email"] for profile in profiles] == ["a@x.jp", "b@x.jp", "d@x.jp"]
    assert " has two columns “email”; of each row the first that is not empty counts" in errors
    told = enriched(tmp_path, "id,,name\n1,x,Ann\n")[1]
    assert " has a value in a column without a name (line 2)" in told


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("会員ID,氏名\n1,田中\n", "“会員ID” (did you mean id?), “氏名” (did you mean name?)"),
        ("user_id,email\n1,a@x.jp\n", "has no column id: it begins with “user_id”, “email”; “user_id” (did"),
        ("1,Ann,a@x.jp\n2,Bo,b@x.jp\n", "has no header with a field that is read: it begins with “1”, “Ann”"),
        ('id,"name\n1,Ann\n', "quotation mark"),
    ],
)
def test_a_file_without_a_usable_header_is_refused(text: str, error: str, tmp_path: Path) -> None:
    """Its rows are not tried one by one."""
    profiles, errors = enriched(tmp_path, text)

    assert (profiles, len(errors)) == ([], 1)
    assert error in errors[0] or "not CSV" in errors[0]
