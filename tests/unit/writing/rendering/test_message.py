"""The raw message: its parts come back byte by byte, its lines are short, its headers whole."""

import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest

from tests.unit.writing.rendering.pages import LANGUAGES, Words, page
from tests.unit.writing.rendering.raw_messages import decoded, decoded_word, header_of, headers_of, lines_of
from workers.writing.rendering.message import mime_message
from workers.writing.rendering.render import render_html, render_text

UNSUBSCRIBE = "<https://jobs.example/u/AbCdEfGhIjKlMnOpQrStUv>"
HEADERS = {
    "From": "青空キャリア <careers@jobs.example>",
    "To": "reader@mail.example",
    "Date": "Mon, 30 Nov 2026 17:00:00 +0900",
    "Message-ID": "<0123456789abcdef@jobs.example>",
    "List-Unsubscribe": UNSUBSCRIBE,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": "Jobs <jobs.jobs.example>",
    "Feedback-ID": "weekly:3:kairos",
}
ENCODINGS = {"ja": "base64", "en": "quoted-printable"}


def parsed(raw: bytes) -> EmailMessage:
    """The message as Python's own parser reads it, which must find no defect."""
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [defect for part in message.walk() for defect in part.defects] == []
    return message


def contents(raw: bytes) -> list[str]:
    """The parts, decoded, in order, with LF."""
    return [
        bytes(part.get_payload(decode=True)).decode().replace("\r\n", "\n")
        for part in parsed(raw).iter_parts()
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_come_back_as_they_were(language: Words) -> None:
    """Text first, then HTML; each in the encoding of the language."""
    mail = page(language, 40)
    html, text = render_html(mail), render_text(mail)
    message = parsed(raw := mime_message(mail, html, text, HEADERS))
    parts = list(message.iter_parts())

    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert {part["content-transfer-encoding"] for part in parts} == {ENCODINGS[language]}
    assert {part.get_content_charset() for part in parts} == {"utf-8"}
    assert contents(raw) == [text, html]
    assert message["subject"] == mail.subject
    assert message["content-language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "filler",
    ["words and ", "求人のご案内", "=", "é ", "x", " ", ".", "\t", "👩‍💻", "From ", "\u3000"],
)
def test_a_long_line_is_cut_nowhere(language: Words, filler: str) -> None:
    """B1: 1,500 characters with a URL in the middle; no line of the message is over 76 columns."""
    url = "https://jobs.example/jobs/7?a=1&b=%26&u=https://x.example/?c=1#f"
    text = f"{filler * 800}"[:718] + url
    text += f"{filler * 800}"[: 1500 - len(text)]
    raw = mime_message(page(language, 1), f"<p>{text}</p>", text, HEADERS)

    assert len(text) == 1500
    assert contents(raw) == [text, f"<p>{text}</p>"]
    assert max(map(len, lines_of(raw))) <= 76


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "\n", "a\r\nb\rc\nd", ".\n..\n", "a \nb\t\n", "--=_\n\n\n", "a=3Db=\n"])
def test_odd_texts_come_back(language: Words, text: str) -> None:
    """Line ends become one kind; dots, blanks at the end and what looks like code survive."""
    raw = mime_message(page(language, 1), text, text, HEADERS)
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")

    assert contents(raw) == [wanted, wanted]


def test_headers_come_as_they_were_given() -> None:
    """B22: one line each, in their order, none folded after its colon; both of RFC 8058 once."""
    mail = page("ja", 1)
    raw = mime_message(mail, "h", "t", HEADERS)
    found = headers_of(raw)

    assert [name for name, _ in found][: len(HEADERS)] == list(HEADERS)
    assert header_of(raw, "List-Unsubscribe") == UNSUBSCRIBE
    assert header_of(raw, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert {name for name, lines in found if len(lines) > 1} <= {"Subject"}
    assert len(f"List-Unsubscribe: {UNSUBSCRIBE}") <= 76


def test_the_address_to_opt_out_of_the_sender_is_a_header() -> None:
    """Without one that was given; nothing says that one click is enough, as the address is everybody's."""
    mail = page("ja", 1)
    given = {name: value for name, value in HEADERS.items() if not name.startswith("List-Unsubscribe")}
    assert mail.sender is not None
    raw = mime_message(mail, "h", "t", given)

    assert header_of(raw, "List-Unsubscribe") == f"<{mail.sender.opt_out_url}>"
    assert "List-Unsubscribe-Post" not in dict(headers_of(raw))
    other = mime_message(mail, "h", "t", given | {"list-unsubscribe": "<https://jobs.example/u/1>"})
    assert header_of(other, "List-Unsubscribe") == "<https://jobs.example/u/1>"
    for sender in (None, replace(mail.sender, opt_out_url=None)):
        raw = mime_message(replace(mail, sender=sender), "h", "t", given)
        assert "List-Unsubscribe" not in dict(headers_of(raw))


@pytest.mark.parametrize(
    "url",
    [
        "https://jobs.example/u\r\nBcc: victim@mail.example",
        "https://jobs.example/u>, <mailto:victim@mail.example",
        "https://jobs.example/u/{token}",
        "https://jobs.example/停止",
        "https://jobs.example/u v",
        "https://jobs.example/%zz",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "",
        "https://jobs.example/" + "x" * 990,
    ],
)
def test_an_address_that_no_header_can_hold_makes_none(url: str) -> None:
    """Whoever made the page; the mail is sent all the same."""
    mail = page("en", 1)
    assert mail.sender is not None
    raw = mime_message(
        replace(mail, sender=replace(mail.sender, opt_out_url=url)), "h", "t", {"From": "a@b.c"}
    )

    assert {"List-Unsubscribe", "Bcc"}.isdisjoint(dict(headers_of(raw)))


def test_a_long_unsubscribe_link_stays_one_line() -> None:
    """The standard library would make encoded words of it, which no mail program follows."""
    link = f"<https://jobs.example/u/{'x' * 300}>, <mailto:stop@jobs.example?subject=stop>"
    raw = mime_message(page("en", 1), "h", "t", {**HEADERS, "List-Unsubscribe": link})

    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("青空キャリア <careers@jobs.example>", "青空キャリア"),
        ("Blue Sky Careers <careers@jobs.example>", "Blue Sky Careers"),
        ("O'Neil, Söhne & Co. <careers@jobs.example>", "O'Neil, Söhne & Co."),
        ('Sky, "Blue" \\ Inc. <careers@jobs.example>', 'Sky, "Blue" \\ Inc.'),
        ("boss@evil.example, <careers@jobs.example>", "boss@evil.example,"),
        ('"Sky, Inc." <careers@jobs.example>', "Sky, Inc."),
        ("=?utf-8?b?eA==?= <careers@jobs.example>", "=?utf-8?b?eA==?="),
        ("<careers@jobs.example>", ""),
        ("careers@jobs.example", ""),
    ],
)
def test_a_name_before_an_address_is_encoded_or_quoted(sender: str, name: str) -> None:
    """Readers see it as it was given, and exactly one address."""
    raw = mime_message(page("ja", 1), "h", "t", {**HEADERS, "From": sender})
    (address,) = parsed(raw)["from"].addresses

    assert address.addr_spec == "careers@jobs.example"
    assert address.display_name == name


def test_a_long_japanese_name_is_folded_between_its_words() -> None:
    """Python's own parser would show blanks between the words of a name, which RFC 2047 forbids."""
    name = "株式会社青空キャリア・データエンジニア向け求人のご案内編集部"
    raw = mime_message(page("ja", 1), "h", "t", {"From": f"{name} <careers@jobs.example>"})
    *words, address = header_of(raw, "From").split(" ")

    assert "".join(map(decoded_word, words)) == name
    assert address == "<careers@jobs.example>"
    assert max(map(len, lines_of(raw))) <= 76


def test_other_headers_with_other_letters_are_encoded() -> None:
    """A name of a campaign may be Japanese, and a header's name long."""
    name = "X-The-Name-Of-The-Campaign"
    raw = mime_message(page("ja", 1), "h", "t", {name: "秋の転職フェア" * 5 + " 😀"})

    assert decoded(raw, name) == "秋の転職フェア" * 5 + " 😀"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nBcc: victim@mail.example"),
        ("X-A", "a\nb"),
        ("X-A", "a\x00"),
        ("X A", "a"),
        ("X-A:", "a"),
        ("", "a"),
        ("subject", "a"),
        ("Content-Type", "text/plain"),
        ("from", "b@jobs.example"),
        ("X-A", "x" * 999),
        ("To", "田中 <a@b.example>, 佐藤 <c@d.example>"),
        ("To", "<田中@b.example>"),
    ],
)
def test_a_header_that_cannot_be_sent_is_refused(name: str, value: str) -> None:
    """No second header through a value, no header twice."""
    with pytest.raises(ValueError, match="header"):
        mime_message(page("en", 1), "h", "t", {**HEADERS, name: value})


def test_the_same_mail_gives_the_same_bytes() -> None:
    """A repeated hand-over is the same message; another text has another boundary."""
    mail = page("ja", 1)

    assert mime_message(mail, "h", "t", HEADERS) == mime_message(mail, "h", "t", HEADERS)
    assert header_of(mime_message(mail, "h", "t", HEADERS), "Content-Type") != header_of(
        mime_message(mail, "h", "u", HEADERS), "Content-Type"
    )


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    """It becomes a blank."""
    mail = replace(page("ja", 1), subject="求人\r\nBcc: victim@mail.example\u2028のご案内")
    raw = mime_message(mail, "h", "t", HEADERS)

    assert "Bcc" not in [name for name, _ in headers_of(raw)]
    assert decoded(raw, "Subject") == "求人 Bcc: victim@mail.example のご案内"
