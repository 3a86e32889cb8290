"""The checks of raw messages: our own pass all of them, and each finds what it is for."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.outgoing import ADDRESS, AT, ORIGIN, email
from workers.commands.mail import mail
from workers.deliver.conformance import ROWS, check_raw
from workers.deliver.dkim import DkimKey
from workers.deliver.message import raw_message

SIGNING = ORIGIN._replace(dkim=DkimKey("mail.example", "k1", rsa.generate_private_key(65537, 2048)))
RAW = raw_message(email(subject="今週のおすすめ求人です" * 4, language="ja"), ADDRESS, SIGNING, AT)
LONG = b"X: " + b"x" * 1000 + b"\r\n"
# by the row: what is changed in a message that is right
WRONG: dict[str, list[tuple[bytes, bytes]]] = {
    "lines": [(b"\r\n\r\n", b"\r\n\r\nlone\nline"), (b"\r\nFrom:", b"\r\n" + LONG + b"From:")],
    "headers": [
        (b"Message-ID: <", b"Message-ID: "),
        (b"\r\nDate:", b"\r\nX-Date:"),
        (b"\r\nFrom:", b"\r\nSubject: twice\r\nFrom:"),
        (b"\r\nFrom:", "\r\nX: é\r\nFrom:".encode()),
    ],
    "encoded words": [
        (b"?=\r\n =?", b"?==?"),
        (b"\r\nFrom:", b"\r\nX: =?utf-8?b?" + b"A" * 80 + b"?=\r\nFrom:"),
    ],
    "one click": [
        (b"List-Unsubscribe-Post: ", b"X-Post: "),
        (b"=One-Click", b"=Two-Clicks"),
        (b"<https://m.example", b"<http://m.example"),
        (b"\r\nList-Unsubscribe: ", b"\r\nList-Unsubscribe:\r\n "),
        (b"\r\nFrom:", b"\r\nList-Unsubscribe: <https://m.example/u>\r\nFrom:"),
    ],
    "signature": [
        (b"DKIM-Signature:", b"X-Signature:"),
        (b"d=mail.example", b"d=other.example"),
        (b"List-Unsubscribe-Post:", b"X-Other:"),
    ],
    "parts": [
        (b"text/plain", b"text/other"),
        (b"text/html", b"text/other"),
        (b"Encoding: base64", b"Encoding: 8bit"),
    ],
    "automatic": [(b"auto-generated", b"no"), (b"\r\nFrom:", b"\r\nPrecedence: bulk\r\nFrom:")],
}


def test_our_own_message_passes_every_check() -> None:
    """Signed, with one click."""
    assert check_raw(RAW) == []
    assert {name for name, _ in ROWS} == WRONG.keys()


@pytest.mark.parametrize(("name", "old", "new"), [(name, *case) for name in WRONG for case in WRONG[name]])
def test_a_check_finds_what_it_is_for(name: str, old: bytes, new: bytes) -> None:
    """Whatever else is wrong with it then."""
    changed = RAW.replace(old, new, -1 if new == b"X-Other:" else 1)
    assert changed != RAW
    assert name in {finding.name for finding in check_raw(changed)}


def test_a_large_page_is_found() -> None:
    """Gmail would cut it, and with it the link to unsubscribe."""
    raw = raw_message(email(html="<p>" + "x" * 110_000, text="x"), ADDRESS, SIGNING, AT)
    (finding,) = check_raw(raw)
    assert (finding.name, "110,003" in finding.problem) == ("parts", True)


@given(st.binary(max_size=400), st.integers(0, 2_000))
def test_any_bytes_can_be_checked(noise: bytes, at: int) -> None:
    """A file may be anything."""
    check_raw(noise)
    check_raw(RAW[:at] + noise + RAW[at:])


def test_the_command_says_it_line_by_line(tmp_path: Path) -> None:
    """With an exit code for a pipeline."""
    file = tmp_path / "mail.eml"
    file.write_bytes(RAW)
    right = CliRunner().invoke(mail, ["check-raw", str(file)])
    assert (right.exit_code, right.output) == (0, f"all {len(ROWS)} checks passed\n")
    wrong = CliRunner().invoke(mail, ["check-raw", "-"], input=RAW.replace(b"auto-generated", b"no"))
    assert (wrong.exit_code, wrong.output) == (
        1,
        "automatic: Auto-Submitted is not auto-generated\n1 finding\n",
    )
