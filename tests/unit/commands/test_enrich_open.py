"""What a file is, is found out before it is read: compressed, of another encoding, or no text at all."""

import bz2
import gzip
import io
import json
import lzma
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unit.commands.test_enrich import run
from workers.cli import kairos

CSV = "id,name,email\n1,田中,a@example.jp\n2,鈴木,b@example.jp\n"
NAMES = ["田中", "鈴木"]


def names(data: bytes, tmp_path: Path, *options: str, name: str = "users.csv") -> list[str]:
    """The names of the users in a file; it must be readable."""
    (tmp_path / name).write_bytes(data)
    done = run("--users", tmp_path / name, "--format", "json", *options)
    assert done.exit_code == 0, done.stderr
    return [profile["name"] for profile in json.loads(done.stdout)]


def refusal(data: bytes, tmp_path: Path, *options: str, name: str = "users.csv") -> str:
    """The single line with which a file is refused."""
    (tmp_path / name).write_bytes(data)
    done = run("--users", tmp_path / name, "--format", "json", *options)
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.endswith("; nothing was written")
    return line


@pytest.mark.parametrize(
    "codec",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_unicode_is_read_in_every_form(codec: str, tmp_path: Path) -> None:
    """With a byte order mark or without."""
    lines = "".join(json.dumps({"id": n, "name": n}, ensure_ascii=False) + "\r\n" for n in NAMES)
    array = json.dumps([{"id": n, "name": n} for n in NAMES], ensure_ascii=False)

    assert names(CSV.encode(codec), tmp_path) == NAMES
    assert names(lines.encode(codec), tmp_path, name="users.jsonl") == NAMES
    assert names(array.encode(codec), tmp_path, name="users.json") == NAMES


@pytest.mark.parametrize(
    ("codec", "text"),
    [("cp932", "田中"), ("euc_jp", "田中"), ("cp1252", "Zoë"), ("cp1252", "José Muñoz"), ("gb18030", "王伟")],
)
@pytest.mark.parametrize("name", ["users.csv", "users.json", "users.jsonl"])
def test_another_encoding_is_refused_with_its_readings_and_read_when_given(
    codec: str, text: str, name: str, tmp_path: Path
) -> None:
    """As a fault of the file: nobody is left out row by row."""
    content = {
        "users.csv": f"id,name\n1,{text}\n2,{text}\n",
        "users.json": json.dumps([{"id": 1, "name": text}, {"id": 2, "name": text}], ensure_ascii=False),
        "users.jsonl": f'{{"id": 1, "name": "{text}"}}\n{{"id": 2, "name": "{text}"}}\n',
    }[name].encode(codec)

    line = refusal(content, tmp_path, name=name)

    assert "is not UTF-8; choose what is right: " in line
    assert f"--encoding {codec} reads “{text.split()[0]}”" in line
    assert names(content, tmp_path, "--encoding", codec, name=name) == [text, text]


def test_jis_looks_like_ascii_and_is_refused(tmp_path: Path) -> None:
    """It would be read as garbage."""
    assert "give --encoding iso2022_jp" in refusal(CSV.encode("iso2022_jp"), tmp_path)
    assert names(CSV.encode("iso2022_jp"), tmp_path, "--encoding", "iso2022_jp") == NAMES


def test_a_given_encoding_leaves_utf_8_as_it_is(tmp_path: Path) -> None:
    """It is that of the files that are not UTF-8; one that is wrong is refused as well."""
    assert names(CSV.encode(), tmp_path, "--encoding", "cp932") == NAMES
    assert "is not euc_jp" in refusal(CSV.encode("cp932"), tmp_path, "--encoding", "euc_jp")


def test_single_lines_that_are_not_utf_8_are_left_out(tmp_path: Path) -> None:
    """Where others show that the file is UTF-8, or it is said so; each is named and counted."""
    users = tmp_path / "users.csv"
    users.write_bytes(CSV.encode() + b"3,Zo\xeb,c@example.jp\n")
    done = run("--users", users, "--format", "json")
    assert len(json.loads(done.stdout)) == 2
    assert done.stderr.splitlines()[:2] == [f"{users}:4: not UTF-8", "1 bad record left out"]

    assert names(b"id,name\n1,Zo\xeb\n2,Ann\n", tmp_path, "--encoding", "utf-8") == ["Ann"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["users.csv", "users.csv.gz", "users"])
def test_compressed_files_are_unpacked(pack: object, name: str, tmp_path: Path) -> None:
    """Whatever they are called, and whatever is in them."""
    assert callable(pack)
    assert names(pack(CSV.encode()), tmp_path, name=name) == NAMES
    assert names(pack(CSV.encode("utf-16")), tmp_path, name=name) == NAMES
    assert "cannot be unpacked" in refusal(pack(CSV.encode() * 99)[:60], tmp_path, name=name)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["users.csv", "users.jsonl", "users.json"])
def test_a_compressed_file_that_is_cut_off_far_inside_is_refused(
    codec: str, name: str, tmp_path: Path
) -> None:
    """Also one whose encoding is known from its first bytes, so that it was not read to its end before."""
    rows = {
        "users.csv": "id\n" + "\n".join(map(str, range(70_000))),
        "users.jsonl": "\n".join(f'{{"id": {n}}}' for n in range(70_000)),
        "users.json": json.dumps([{"id": n} for n in range(70_000)]),
    }
    packed = gzip.compress(rows[name].encode(codec))

    line = refusal(packed[:-2_000], tmp_path, name=name)

    assert "Compressed file ended before the end-of-stream marker was reached" in line


def workbook(inner: str) -> bytes:
    """A ZIP archive with a member."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype" if "opendocument" in inner else "[Content_Types].xml", inner)
        archive.writestr("xl/workbook.xml" if "opendocument" not in inner else "content.xml", "x")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (workbook("x" * 3000), "is an Excel workbook; save the sheet as “CSV UTF-8” there"),
        (workbook("application/vnd.oasis.opendocument.spreadsheet"), "is an OpenDocument file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "is an old Excel workbook"),
        (b"PK\x03\x04" + bytes(100), "is a ZIP archive; unpack it"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page or XML"),
        (b"\xef\xbb\xbf\n <HTML lang=ja>", "is a web page or XML"),
        (b'<?xml version="1.0"?><users/>', "is a web page or XML"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"PAR1\x15\x04", "is a table of a data tool"),
        (b"SQLite format 3\0" + bytes(84), "is a SQLite database"),
        (b"\x28\xb5\x2f\xfd\x04\x58", "is compressed by zstd"),
        (b"\x16\x00\x00\x00\x02id\x00\x02\x00\x00\x001\x00\x00", "is no text"),
        (bytes(100), "is no text"),
    ],
)
def test_what_is_no_table_is_refused_with_advice(data: bytes, advice: str, tmp_path: Path) -> None:
    """Whatever it is called, and also inside a compression."""
    assert advice in refusal(data, tmp_path, name="users.csv")
    assert advice in refusal(gzip.compress(data), tmp_path, name="users.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("id,name\n", "has a header and no rows"),
        ('{"users": []}', "read the list under “users”"),
    ],
)
def test_a_file_without_records_is_told(text: str, said: str, tmp_path: Path) -> None:
    """It is no error, except with --strict."""
    (tmp_path / "users").write_text(text)
    done = run("--users", tmp_path / "users", "--format", "json")

    assert (done.exit_code, json.loads(done.stdout)) == (0, [])
    assert said in done.stderr
    assert run("--users", tmp_path / "users", "--strict").exit_code == 1


@pytest.mark.parametrize("text", ["null", "12", '"text"', "true"])
def test_a_single_value_is_refused(text: str, tmp_path: Path) -> None:
    """It is no header."""
    assert f"holds {text} and no list of objects" in refusal(text.encode(), tmp_path, name="users.json")


@pytest.mark.parametrize("text", ['{"u1": {"name": "Ann"}, "u2": {}}', '{"error": "not found"}\n', "{}"])
def test_an_object_that_is_no_document_is_refused(text: str, tmp_path: Path) -> None:
    """Documents by their ids, as some databases export them; the error of an interface."""
    assert "; a list of objects is needed" in refusal(text.encode(), tmp_path, name="users.json")


def test_the_list_inside_an_answer_is_read(tmp_path: Path) -> None:
    """Under any name; records of Airtable are their fields, with their id."""
    users = b'{"total": 2, "users": [{"id": 1, "name": "Ann"},\n {"id": 2, "name": "Bo"}]}\n'
    assert names(users, tmp_path, name="users.json") == ["Ann", "Bo"]
    page = b'{"records":[{"id":"rec1","createdTime":"2024-02-09","fields":{"name":"Ann"}}],"offset":"x"}'
    assert names(page, tmp_path, name="users.json") == ["Ann"]
    assert names(b'{"id": 1, "name": "Ann", "friends": [{"id": 2}]}', tmp_path, name="u.json") == ["Ann"]


def test_the_standard_input_is_a_file(tmp_path: Path) -> None:
    """Of any kind, because it is read as a whole first."""
    for data in (CSV.encode(), CSV.encode("utf-16"), gzip.compress(CSV.encode())):
        done = CliRunner().invoke(kairos, ["enrich", "--users", "-", "--output", "-"], input=data)
        assert [profile["name"] for profile in json.loads(done.stdout)] == NAMES
    assert "\n-: is empty" in CliRunner().invoke(kairos, ["enrich", "--users", "-"], input=b"").stderr
