"""A reader of raw messages that forgives nothing, independent of Python's own parser."""

import re
from base64 import b64decode

ENCODED_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]+={0,2})\?=")
LONGEST_ENCODED_WORD, LONGEST_HEADER_LINE = 75, 76


def lines_of(raw: bytes) -> list[str]:
    """The lines of a message, each ended by CRLF; no other CR, LF or byte above 127."""
    assert raw.endswith(b"\r\n")
    lines = raw.decode("ascii").split("\r\n")[:-1]
    assert [line for line in lines if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", line)] == []
    return lines


def headers_of(raw: bytes) -> list[tuple[str, list[str]]]:
    """The headers: name and lines of the value, the first without the blank behind the colon."""
    lines = lines_of(raw)
    found: list[tuple[str, list[str]]] = []
    for line in lines[: lines.index("")]:
        if line[0] in " \t":
            assert line.strip(), "a folded line holds blanks only"
            found[-1][1].append(line)
        else:
            name, value = line.split(": ", 1)
            assert value.strip(), f"{name} is folded right after its colon, or empty"
            found.append((name, [value]))
    return found


def header_of(raw: bytes, name: str) -> str:
    """The one header with a name, unfolded and not decoded."""
    values = ["".join(lines) for found, lines in headers_of(raw) if found.lower() == name.lower()]
    assert len(values) == 1
    return values[0]


def decoded(raw: bytes, name: str) -> str:
    """An unstructured header by RFC 2047: all encoded words, or none."""
    (lines,) = (lines for found, lines in headers_of(raw) if found == name)
    assert max(len(f"{name}: {lines[0]}"), *map(len, lines)) <= LONGEST_HEADER_LINE
    value = "".join(lines)
    if "=?" not in value:
        return value
    return "".join(decoded_word(word) for word in value.split(" "))


def decoded_word(word: str) -> str:
    """One encoded word: not too long, not empty, whole characters in UTF-8."""
    found = ENCODED_WORD.fullmatch(word)
    assert found is not None, word
    assert len(word) <= LONGEST_ENCODED_WORD
    text = b64decode(found[1], validate=True).decode("utf-8")
    assert text
    return text
