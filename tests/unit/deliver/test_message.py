"""The raw message of a mail, read back by the standard library's parser."""

import email as parser
import re
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.outgoing import ADDRESS, AT, ORIGIN, SENDERS, TOKENS, email
from workers.deliver.message import UnfitMail, display_name, label, raw_message
from workers.product.unsubscribe_links import UnsubscribeToken, read_unsubscribe_token
from workers.runtime.process.signed_tokens import SignedTokens
from workers.writing.rendering.printed import clean_line

HOSTILE = st.text(
    st.characters() | st.sampled_from("\r\n\t<>\"@,;:=?%&'\\") | st.sampled_from("日本語の件名🎉👩‍🍳é"),
    max_size=300,
)
LANGUAGES = st.sampled_from(["ja", "en"])
NAMES = [
    "From", "To", "Date", "Message-ID", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id",
    "Feedback-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Subject", "MIME-Version",
    "Content-Language", "Content-Type",
]  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    """The message as a strict reader sees it."""
    message = parser.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def built(address: str = ADDRESS, at: int = AT, **fields: Any) -> EmailMessage:
    """The message of a mail, read back."""
    return read(raw_message(email(**fields), address, ORIGIN, at))


def decoded(raw: bytes, name: str) -> str:
    """A header, its encoded words joined as RFC 2047 says; the standard parser puts blanks between some."""
    header = re.search(rb"^%b:((?:.*\r\n)(?:[ ].*\r\n)*)" % name.encode(), raw, re.MULTILINE)
    assert header is not None
    value = header[1].decode("ascii").replace("\r\n", "")
    words = parser.header.decode_header(value.strip())
    return "".join(
        word if isinstance(word, str) else word.decode(charset or "ascii") for word, charset in words
    )


def test_the_headers_stand_once_and_in_order() -> None:
    """Both of RFC 8058, and who sends, to whom, and when."""
    message = built()

    assert message.keys() == NAMES
    assert message["From"] == "Kairos Kitchen <hello@mail.example>"
    assert (message["To"], message["Reply-To"]) == (ADDRESS, "answers@mail.example")
    assert message["Date"] == "Sat, 10 Feb 2024 00:00:00 +0000"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["List-Id"], message["Auto-Submitted"]) == ("<mail.mail.example>", "auto-generated")
    assert built(campaign="Job digest!")["Feedback-ID"] == "job-digest:template:kairos"


def test_the_token_names_the_person_and_nobody_can_change_it() -> None:
    """The address of one click is https, in one line, behind its name, and the same at a repetition."""
    raw = raw_message(email(), ADDRESS, ORIGIN, AT)
    found = re.search(rb"^List-Unsubscribe: <https://m\.example/u/([A-Za-z0-9._-]+)>\r$", raw, re.MULTILINE)

    assert found is not None
    assert read_unsubscribe_token(TOKENS, found[1].decode()) == UnsubscribeToken("mia", "mia:1", "en")
    assert found[0] in raw_message(email(), ADDRESS, ORIGIN, AT + 3_600_000)
    with pytest.raises(ValueError, match="not signed"):
        SignedTokens({"k1": "another"}, "unsubscribe").read(found[1].decode())


def test_without_one_click_the_senders_page_stands_there_alone() -> None:
    """It is the same for everybody, so nothing may say that one click is enough."""
    message = read(raw_message(email(), ADDRESS, ORIGIN._replace(one_click_url="", reply_to=""), AT))

    assert message["List-Unsubscribe"] == "<https://kairos.example/stop>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["Reply-To"] is None


def test_the_message_id_is_that_of_the_decision() -> None:
    """A mail that is handed over once more by a person has the same; another decision has another."""
    first = built()["Message-ID"]

    assert re.fullmatch(r"<[0-9a-f]{48}@mail\.example>", first)
    assert built(at=AT + 5, id="mia:1#2")["Message-ID"] == first
    assert built(decision_id="mia:2")["Message-ID"] != first


@pytest.mark.parametrize(("language", "encoding"), [("ja", "base64"), ("en", "quoted-printable")])
def test_both_parts_are_there_in_the_encoding_of_the_language(language: str, encoding: str) -> None:
    """Text first, then HTML; with a mail that has only paragraphs, too."""
    message = built(language=language, body=["日本 <b>&", "二"], html=None, text=None)
    plain, html = message.iter_parts()

    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    assert {part["Content-Transfer-Encoding"] for part in (plain, html)} == {encoding}
    assert "日本 <b>&" in plain.get_content()
    assert "<p>日本 &lt;b&gt;&amp;</p>" in html.get_content()
    given = built(language=language, html="<p>H</p>", text="T")
    assert [part.get_content().strip() for part in given.iter_parts()] == ["T", "<p>H</p>"]


@pytest.mark.parametrize(
    "address",
    ["", "mia", "a@b@c", "mia@例え.jp", "a b@c.d", "a@b\r\nBcc: x@y.z", "<a@b>", "x" * 251 + "@a.b"],
)
def test_an_address_that_cannot_be_written_to_is_told_without_it(address: str) -> None:
    """Nothing of it reaches a header, a command or a log."""
    with pytest.raises(UnfitMail, match="address of the person") as told:
        raw_message(email(), address, ORIGIN, AT)

    assert "@" not in str(told.value)


def test_a_language_without_a_sender_is_told() -> None:
    """The law wants a sender in every mail."""
    origin = ORIGIN._replace(senders={"en": SENDERS["en"]})

    with pytest.raises(UnfitMail, match=r"\[sender.ja\]"):
        raw_message(email(language="ja"), ADDRESS, origin, AT)


@given(HOSTILE, HOSTILE, LANGUAGES)
def test_any_subject_and_any_name_survive(subject: str, company: str, language: str) -> None:
    """No header is added, no line is longer than 998, and both are read back as they were written."""
    senders = {language: SENDERS["en"].__class__(company, "1 Main Street", "help@kairos.example")}
    raw = raw_message(
        email(subject=subject, language=language), ADDRESS, ORIGIN._replace(senders=senders), AT
    )
    message = read(raw)

    assert [name for name in message if name not in {"List-Unsubscribe"}] == [
        name for name in NAMES if name != "List-Unsubscribe"
    ]
    assert decoded(raw, "Subject") == clean_line(subject)
    (sender,) = message["From"].addresses
    assert sender.addr_spec == "hello@mail.example"
    assert decoded(raw, "From").rpartition("<")[0].strip(' "') == display_name(company)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(HOSTILE)
def test_a_label_is_one(name: str) -> None:
    """Whatever a campaign is called."""
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?", label(name)) or label(name) == "mail"
