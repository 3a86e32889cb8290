"""Résumés: texts as they are, PDF files within bounds, and a note on what cannot be read."""

import base64
import sys
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.documents import User
from tests.unit.product.reading.pdf_files import pdf_of
from workers.product.mapping import map_document
from workers.product.reading import pdf, read
from workers.product.reading.resumes import MAX_RESUME, read_resume
from workers.product.reading.values import PartialRead, UnreadableError
from workers.product.sources import read_sources

LINES = ["Sous chef", "Ten years in Tokyo"]
FILE = pdf_of(LINES)
TEXT = "\n".join(LINES)
IN_BASE64 = base64.b64encode(FILE).decode()


def user_of(resume: Any) -> User:
    return read(User, {"id": "mia", "resume": resume})


@pytest.mark.parametrize(
    "given", [FILE, IN_BASE64, f"data:application/pdf;base64,{IN_BASE64}", f" {IN_BASE64}\n"]
)
def test_the_text_of_a_pdf_is_read(given: Any) -> None:
    """Bytes, base64 as documents hold them, and an address that holds the file."""
    assert read_resume(given) == TEXT


def test_a_text_keeps_its_lines() -> None:
    """As any prose; a word for nothing is none."""
    assert user_of("  Sous chef\n\n  ten years ").resume == "Sous chef\n\n  ten years"
    assert user_of("n/a").resume is None
    assert user_of("n/a").notes == []


def test_a_long_text_is_cut_with_a_note() -> None:
    """The first MAX_RESUME characters are read, and reading them again gives the same."""
    user = user_of("語" * (MAX_RESUME + 1))
    assert user.resume == "語" * MAX_RESUME
    assert [note.field for note in user.notes] == ["resume"]
    assert read(User, user.model_dump(mode="json")) == user


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"%PDF-1.7 and nothing else", "is no PDF that can be read"),
        (FILE[:200], "is no PDF that can be read"),
        (pdf_of([]), "is a PDF without text"),
        (b"%PDF-" + b" " * pdf.MAX_BYTES, "is a PDF of 5,000,005 bytes; at most 5,000,000 are read"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_a_note(file: bytes, reason: str) -> None:
    """The rest of the document is read."""
    user = user_of(base64.b64encode(file).decode())
    assert (user.id, user.resume) == ("mia", None)
    assert [(note.field, note.problem, note.reason) for note in user.notes] == [
        ("resume", "malformed", reason)
    ]


def test_the_calls_that_a_reading_takes_are_bounded() -> None:
    """Also when the library would go on for longer; the profiler of before is back afterwards."""
    before = sys.getprofile()
    with patch.object(pdf, "MAX_CALLS", 1_000), pytest.raises(UnreadableError, match="takes too long"):
        read_resume(FILE)
    assert sys.getprofile() is before


def test_the_pages_are_bounded() -> None:
    """The first ten, and none more when the text is long enough."""
    assert str(read_resume(pdf_of(["x"], pages=12))).count("x") == pdf.MAX_PAGES
    with patch.object(pdf, "MAX_PAGES", 1_000):
        cut = read_resume(pdf_of(["y" * 3_000], pages=900))
    assert isinstance(cut, PartialRead)
    assert len(cut.value) <= MAX_RESUME


@given(st.lists(st.tuples(st.integers(0, len(FILE) - 1), st.binary(min_size=1, max_size=3)), max_size=20))
def test_a_damaged_pdf_is_read_or_refused(damage: list[tuple[int, bytes]]) -> None:
    """Whatever the bytes are, nothing else is raised."""
    data = bytearray(FILE)
    for place, new in damage:
        data[place : place + len(new)] = new
    try:
        text = read_resume(bytes(data))
    except UnreadableError:
        return
    assert isinstance(text, str | PartialRead)


def test_capture_passes_on_the_text_and_never_the_file() -> None:
    """A file that cannot be read becomes a note as well, and is no reason to refuse the document."""
    source = read_sources({}).of("users")
    mapped = map_document(source, {"_id": "mia", "resume": FILE})
    broken = map_document(source, {"_id": "mia", "resume": b"GIF89a" * 100_000})

    assert mapped["resume"] == TEXT
    assert len(broken["resume"]) < 20
    assert [note.reason for note in read(User, broken).notes] == ["is no PDF that can be read"]
