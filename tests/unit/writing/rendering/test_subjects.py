"""Subjects in the raw message, read back by a strict reader and by Python's own parser."""

import email
import random
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header

import pytest

from tests.unit.writing.rendering.pages import page
from tests.unit.writing.rendering.raw_messages import decoded, decoded_word
from workers.writing.rendering.message import encoded_subject, mime_message
from workers.writing.rendering.page import MailPage

PIECES = (
    *"新着求人件募集中のご案内転職田中様ヵヶーァ々〆髙﨑𠮷",
    *"abcXYZ0129!?&=_-()",
    "（急募）",
    "Senior Engineer",
    "é",
    "ü",
    "😀",
    "👩‍💻",
    "🇯🇵",
    "が",
    "＆",
    "　",
    "=?",
    "?=",
    " ",
    " ",
    " ",
)
MAIL = page("ja", 1)


def subject_of(mail: MailPage) -> tuple[str, str, str]:
    """The subject as the strict reader, Python's new parser and its old one read it."""
    raw = mime_message(mail, "h", "t", {"From": "a@jobs.example"})
    old = str(email.message_from_bytes(raw)["subject"]).replace("\r\n", "")  # it leaves the folds
    return (
        decoded(raw, "Subject"),
        str(email.message_from_bytes(raw, policy=policy.default)["subject"]),
        str(make_header(decode_header(old))),
    )


def generated(seed: int) -> str:
    """A mixed subject of 5 to 120 characters without blanks at its ends or double ones inside."""
    draw = random.Random(seed)
    length, text = draw.randint(5, 120), ""
    while len(text) < length:
        text = " ".join(f"{text}{draw.choice(PIECES)}".split(" ")).lstrip().replace("  ", " ")
    return text[:length].rstrip(" ") + "。"


def test_a_thousand_mixed_subjects_survive() -> None:
    """B3, B5: every length, every word whole, short enough and not empty; no blank is lost."""
    subjects = [generated(seed) for seed in range(1000)]

    assert {len(subject) for subject in subjects} >= set(range(6, 122))
    assert [
        subject for subject in subjects if set(subject_of(replace(MAIL, subject=subject))) != {subject}
    ] == []


@pytest.mark.parametrize(
    "subject",
    [
        "新着 求人 5 件 Senior Engineer 募集",
        "O'Neil & Söhne <K.K.>",
        "&#39; {{7*7}} <script>",
        "=?utf-8?b?eA==?=",
        "a =?",
        "👩‍💻" * 30,
        "求" * 120,
        "New jobs",
        "New jobs for data engineers in Tokyo and in Osaka that were chosen for you by what you have read",
        "x" * 66,
        "x" * 67,
        "x" * 1500,
        "word " * 20 + "end",
    ],
)
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    """B2, B4, B12: blanks between words, long emoji, what looks like markup or like an encoded word."""
    assert set(subject_of(replace(MAIL, subject=subject))) == {subject}


def test_plain_ascii_stays() -> None:
    """It is readable in the raw message."""
    assert encoded_subject("New jobs for you") == "New jobs for you"
    assert encoded_subject("") == ""


def test_encoded_words_have_one_blank_between_them() -> None:
    """B5: Yahoo refuses two words without one."""
    words = encoded_subject("求人のご案内" * 20).split(" ")

    assert "".join(map(decoded_word, words)) == "求人のご案内" * 20
    assert len(words) == 9


@pytest.mark.parametrize("subject", ["a\nb", "求\r\n人", "求人\x00", "\t求人"])
def test_a_control_in_a_subject_is_refused(subject: str) -> None:
    """It would end the header."""
    with pytest.raises(ValueError, match="control"):
        encoded_subject(subject)


@pytest.mark.parametrize("subject", [" a", "a ", " 求 "])
def test_blanks_at_the_ends_are_kept_by_encoding(subject: str) -> None:
    """Readers strip plain ones."""
    assert "".join(map(decoded_word, encoded_subject(subject).split(" "))) == subject
