"""Dead letters in a terminal and for programs: one line each, all of one, and no address in a list."""

import json
from typing import Any

import pytest
from rich.console import Console

from tests.unit.runtime.dead_letters.examples import WATERMARK, letter
from workers.commands.dead_letters_view import data, page, summary, table, value_text, whole


def printed(content: Any, width: int = 250) -> str:
    """The text that reaches a terminal of this width."""
    console = Console(width=width, highlight=False)
    with console.capture() as output:
        console.print(content)
    return output.get()


def test_the_list_has_one_line_per_letter_and_no_address() -> None:
    """The key of a person is shown, an address is not, and control characters are escaped."""
    letters = [
        letter(error="two\nlines \x1b[31mof mia@example.com"),
        letter("addresses", key=b"mia@example.com", worker="route"),
        letter(offset=9)._replace(replayed="2027-01-15T08:00:00+00:00"),
    ]
    lines = printed(table(letters, 250)).splitlines()
    assert len(lines) == 4
    assert "inbox/3/7" in lines[1]
    assert "u1" in lines[1]
    assert "mia@example.com" not in "".join(lines)
    assert "\x1b[31m" not in lines[1]
    assert "<address>" in lines[2]
    assert "replayed at 2027-01-15" in lines[3]
    assert summary(letters, 2) == "3 dead letters: 3 step; 1 replayed; the last 2 are shown"
    assert summary(letters[:1], 1) == "1 dead letter: 1 step; 0 replayed"
    assert summary([], 0) == "no dead letters"
    assert "mia@example.com" not in json.dumps([data(letter) for letter in letters])


def test_a_narrow_terminal_cuts_keys_and_errors_but_no_position() -> None:
    """`show` needs the position."""
    wide = letter(offset=123456, key=b"k" * 40, error="e" * 200)
    lines = printed(table([wide], 80), width=80).splitlines()
    assert len(lines) == 2
    assert all(part in lines[1] for part in ("2027-01-15 08:00:00", "people", "inbox/3/123456", "step"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b'{"name":"\xe7\x94\xb0\xe4\xb8\xad"}', '{\n  "name": "田中"\n}'),
        (b"{broken", "{broken"),
        (b"\xff\x00a\x1b", "\\xff\\x00a\\x1b"),
        (b"[" * 100_000, "[" * 100_000),
        (None, "none: a deletion"),
    ],
)
def test_a_value_is_shown_in_readable_form(value: bytes | None, text: str) -> None:
    """JSON is indented, other text is as it is, bytes that are no text are escaped."""
    assert value_text(value) == text


def test_the_page_of_a_letter_has_everything() -> None:
    """Headers, error and value, and whether it can be replayed."""
    text = printed(page(letter(value=b'{"a":[1]}', headers=[("trace", b"\x1b]0;x\x07")])))
    for part in ("inbox/3/7", "RuntimeError: failed", "can be put back", "trace", "kairos_reason", '"a": ['):
        assert part in text
    assert "\x1b]0;" not in text
    assert "stays: a watermark" in printed(page(letter(headers=WATERMARK.headers)))


def test_programs_get_the_bytes_as_base64() -> None:
    """A value that is no text is complete."""
    document = whole(letter(value=b"\xff"))
    assert (document["value"], document["key"], document["id"]) == ("/w==", "dTE=", "people/inbox/3/7")
    assert ["kairos_reason", "c3RlcA=="] in document["headers"]
