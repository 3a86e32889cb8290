"""Opens an input of `kairos enrich`: what it is, is found out before anything of it is read.

Compressed files are unpacked; text is read in its encoding; anything else is refused with advice.
"""

import bz2
import codecs
import gzip
import io
import lzma
import re
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import BinaryIO, NamedTuple, cast

from workers.commands.enrich_entries import STANDARD_STREAM, RefusedFile

HEAD_BYTES = 1 << 16  # from which the kind of a file is found out
CHUNK_BYTES = 1 << 20
UNPACKED: tuple[tuple[bytes, Callable[[BinaryIO], BinaryIO]], ...] = (
    (b"\x1f\x8b", lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file))),
    (b"BZh", lambda file: cast(BinaryIO, bz2.BZ2File(file))),
    (b"\xfd7zXZ\0", lambda file: cast(BinaryIO, lzma.LZMAFile(file))),  # noqa: SIM115 - the caller closes it
)
UNPACK_ERRORS = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)
WORKBOOK = "save the sheet as “CSV UTF-8” there"
# how a file begins (a pattern on its first bytes), what it is, and what to do
REFUSED: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"PK\x03\x04.*?xl/", re.DOTALL), f"is an Excel workbook; {WORKBOOK}"),
    (
        re.compile(rb"PK\x03\x04.{0,80}application/vnd\.oasis", re.DOTALL),
        f"is an OpenDocument file; {WORKBOOK}",
    ),
    (re.compile(rb"PK(\x03\x04|\x05\x06)"), "is a ZIP archive; unpack it"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), f"is an old Excel workbook; {WORKBOOK}"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "is compressed by zstd; unpack it"),
    (re.compile(rb"7z\xbc\xaf|Rar!"), "is an archive; unpack it"),
    (re.compile(rb".{257}ustar", re.DOTALL), "is a tar archive; unpack it"),
    (
        re.compile(rb"PAR1|ARROW1|Obj\x01|ORC|\x93NUMPY"),
        "is a table of a data tool; export it as CSV or JSON Lines",
    ),
    (re.compile(rb"SQLite format 3\0"), "is a SQLite database; export the table as CSV"),
    (re.compile(rb"%PDF"), "is a PDF; the data themselves are needed, as CSV or JSON"),
    (re.compile(rb"\{\\rtf"), "is a text of a word processor; save it as plain text"),
    (
        re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml|!--)", re.IGNORECASE),
        "is a web page or XML, perhaps instead of a download; CSV or JSON is needed",
    ),
)
# the longer mark stands first; with a mark, the name of the codec removes it
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # of files with zero bytes and without a mark
CANDIDATES = ("cp932", "euc_jp", "cp1252", "gb18030")  # whose readings are shown when a file is no UTF-8
NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")  # characters that no text has
WORD = re.compile(r"[^\s,;|\"'{}\[\]:<>()]*[^\x00-\x7f][^\s,;|\"'{}\[\]:<>()]*")
LONGEST_WORD = 12
JIS = re.compile(rb"\x1b\$[@B]")


class LineFaults(NamedTuple):
    """How many lines beyond ASCII are in an encoding and how many are not, and the first that is not."""

    good: int
    bad: int
    first: int
    line: bytes


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """A file, or stdin for `-`, as bytes that can be read again: what is no regular file is copied first."""
    with nullcontext(sys.stdin.buffer) if name == STANDARD_STREAM else open(name, "rb") as file:
        if name != STANDARD_STREAM and file.seekable():
            yield file
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield cast(BinaryIO, copy)


def as_text(file: BinaryIO, encoding: str | None) -> io.TextIOWrapper:
    """The text of a file that can be read again, with the line ends as they are; raises RefusedFile.

    `encoding` is that of a file that is neither UTF-8 nor marked with its encoding. Bytes that are not in the
    encoding become lone surrogates.
    """
    try:
        head = head_of(file)
        for beginning, unpack in UNPACKED:
            if head.startswith(beginning):
                file = unpack(file)
                head = head_of(file)
                break
        for pattern, advice in REFUSED:
            if pattern.match(head):
                raise RefusedFile(advice)
        name = encoding_of(head, file, encoding)
    except UNPACK_ERRORS as error:
        raise RefusedFile(f"is compressed and cannot be unpacked: {error}") from None
    file.seek(0)
    return io.TextIOWrapper(file, name, "surrogateescape", newline="")


def head_of(file: BinaryIO) -> bytes:
    """The first bytes; the file stands at its beginning again."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return head


def encoding_of(head: bytes, file: BinaryIO, given: str | None) -> str:
    """The codec in which a file is read; raises RefusedFile when it is unknown, with what it may be."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return wide_encoding(head, given)
    if given is None and JIS.search(head):
        raise RefusedFile("is in JIS; give --encoding iso2022_jp")
    faults = None if is_encoded(file, "utf-8") else line_faults(file, "utf-8")
    if faults is None and not (given and JIS.search(head)):
        return "utf-8-sig"
    if given is not None:
        return checked_encoding(file, given)
    assert faults is not None
    if faults.bad <= faults.good:
        return "utf-8-sig"
    raise RefusedFile(f"is not UTF-8{encoding_advice(faults)}", faults.first)


def wide_encoding(head: bytes, given: str | None) -> str:
    """The codec of a file with zero bytes and without a mark; raises RefusedFile for what is no text."""
    for name in (given, *WIDE):
        if name is None:
            continue
        text = head[: len(head) // 4 * 4].decode(name, "replace")
        if not NO_TEXT.search(text[:-1]) and re.search("[\n,{]", text):
            return name
    raise RefusedFile("is no text; CSV, JSON or JSON Lines is needed (of a mongodump: bsondump FILE)")


def checked_encoding(file: BinaryIO, given: str) -> str:
    """The given codec, when more lines are in it than are not; else RefusedFile."""
    if is_encoded(file, given):
        return given
    faults = line_faults(file, given)
    if faults.bad > faults.good and codecs.lookup(given).name != "utf-8":
        raise RefusedFile(f"is not {given}{encoding_advice(faults)}", faults.first)
    return given


def is_encoded(file: BinaryIO, encoding: str) -> bool:
    """Whether all of a file is in an encoding."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def line_faults(file: BinaryIO, encoding: str) -> LineFaults:
    """Which lines are in an encoding."""
    file.seek(0)
    good, bad, first, example = 0, 0, 0, b""
    for number, line in enumerate(file, 1):
        if line.isascii():
            continue
        try:
            line.decode(encoding)
            good += 1
        except UnicodeError:
            bad += 1
            first, example = (first, example) if first else (number, line)
    return LineFaults(good, bad, first, example)


def encoding_advice(faults: LineFaults) -> str:
    """How the first faulty line reads in the encodings in which it can be."""
    readings = [
        f"--encoding {name} reads “{word}”" for name in CANDIDATES if (word := reading(faults.line, name))
    ]
    lines = "line that is" if faults.bad == 1 else f"{faults.bad:,} lines that are"
    leave_out = f"--encoding utf-8 leaves out the {lines} not UTF-8"
    return f"; choose what is right: {', '.join([*readings, leave_out])}"


def reading(line: bytes, encoding: str) -> str | None:
    """The first word beyond ASCII of a line in an encoding; None when it is no text in that."""
    try:
        text = line.decode(encoding)
    except UnicodeError:
        return None
    word = WORD.search(text)
    return None if word is None or NO_TEXT.search(text) else word[0][:LONGEST_WORD]
