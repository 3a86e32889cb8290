"""Whatever a text holds, the mail is a valid document and a valid message."""

import email
from email import policy

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.writing.rendering.documents import document, elements, texts
from tests.unit.writing.rendering.pages import LANGUAGES, Words, with_text_everywhere
from tests.unit.writing.rendering.raw_messages import decoded, lines_of
from workers.writing.rendering.message import mime_message
from workers.writing.rendering.printed import clean_line
from workers.writing.rendering.render import render_html, render_text

# with the halves of characters that JSON may hold, and much of what means something to HTML, RFC 2047, Jinja
TEXTS = st.text(
    st.characters()
    | st.characters(categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp"])
    | st.sampled_from("<>&'\"{}%=?#-!/"),
    max_size=60,
)


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_any_text_can_be_shown_and_sent(text: str, language: Words) -> None:
    """Strictly parsed HTML shows what the text part shows; a strict reader gets subject and parts back."""
    mail = with_text_everywhere(text, language)
    html, plain = render_html(mail), render_text(mail)
    clean = clean_line(text)
    raw = mime_message(mail, html, plain, {"From": "a@jobs.example"})
    message = email.message_from_bytes(raw, policy=policy.default)

    assert list(texts(elements(document(html), "title")[0])) == ([clean] if clean else [])
    assert clean in plain
    assert decoded(raw, "Subject") == clean if clean else True
    assert max(len(line) for line in lines_of(raw) if not line.startswith("List-Unsubscribe: ")) <= 76
    assert [
        bytes(part.get_payload(decode=True)).decode().replace("\r\n", "\n") for part in message.iter_parts()
    ] == [plain, html]


@given(TEXTS)
def test_a_clean_line_is_one_and_stays_as_it_is(text: str) -> None:
    """Cleaning twice changes nothing; it can be encoded, and has no line break for any reader."""
    clean = clean_line(text)

    assert clean_line(clean) == clean
    assert clean.encode().decode() == clean
    assert len(clean.splitlines()) <= 1
    assert clean == clean.strip()
