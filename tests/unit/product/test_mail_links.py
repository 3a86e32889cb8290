"""The short links of mails: what a token stands for, and what proves nothing."""

from typing import Any

import pytest

from schemas.decision import SendDecision
from workers.product.answer_links import answer_tokens
from workers.product.mail_links import (
    VALID_MS,
    MailLink,
    is_web_page,
    link_token,
    link_tokens,
    location_of,
    mail_link,
    read_link_token,
    record_page,
)
from workers.runtime.process.settings import Settings, load
from workers.runtime.process.signed_tokens import SignedTokens, TokenError

AT = 1_707_523_200_000
SETTINGS: Settings = load({})
ANOTHER = load({"KAIROS_TOKEN_SECRETS": "development:another secret"})
PUBLIC = "https://kairos.example"
JOB = MailLink("mia", "mia:1", "job", "job_001")
LINKS = [
    JOB,
    MailLink("mia", "mia:1", "event", "event_001"),
    MailLink("mia", "mia:1", "honeypot"),
    MailLink("65f1c0ffee65f1c0ffee65f1", "65f1c0ffee65f1c0ffee65f1:12", "job", "求人/１?a=1&b=%26#f 🍣"),
    MailLink("a:b", "a:b:7", "job", "d"),
    MailLink("mia", "of-another-program", "job", "job_001"),
    MailLink("mia", "zoe:1", "event", "e"),
]


def tokens() -> SignedTokens:
    """The tokens of a process."""
    return link_tokens(SETTINGS)


def decision(**fields: Any) -> SendDecision:
    """A decision to write to mia."""
    values = {"id": "mia:1", "person": "mia", "verdict": "send", "because": "", "decided_at": AT, "slot": 1}
    return SendDecision.model_validate(values | fields)


@pytest.mark.parametrize("link", LINKS)
def test_a_token_stands_for_one_link_of_one_mail(link: MailLink) -> None:
    """Whoever makes it, and whatever the ids are; it holds no address."""
    token = link_token(tokens(), link, AT)
    assert token == link_token(tokens(), link, AT)
    assert read_link_token(tokens(), token, AT + 1) == link
    assert token.isascii()
    assert "http" not in token


def test_it_is_short() -> None:
    """With ids of MongoDB, and a key named k1, a link stands in two lines of a mail."""
    person, job = "65f1c0ffee65f1c0ffee65f1", "65f1c0ffee65f1c0ffee65aa"
    with_key = link_tokens(load({"KAIROS_TOKEN_SECRETS": "k1:" + "s" * 32}))
    assert len(link_token(with_key, MailLink(person, f"{person}:12", "job", job), AT)) < 130
    assert len(link_token(with_key, JOB, AT)) < 80


def test_a_token_that_was_changed_in_any_place_proves_nothing() -> None:
    token = link_token(tokens(), JOB, AT)
    changed = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    cut = [token[:n] for n in range(len(token))]
    for each in (*changed, *cut, token + "A", token + "１", f" {token}", "", "…", "\ud800", "a" * 5_000):
        with pytest.raises(TokenError):
            read_link_token(tokens(), each, AT)


def test_another_key_and_another_purpose_prove_nothing() -> None:
    """Of a link to answer a question, or of another installation."""
    for other in (link_tokens(ANOTHER), answer_tokens(SETTINGS)):
        with pytest.raises(TokenError):
            read_link_token(tokens(), link_token(other, JOB, AT), AT)


def test_it_expires_after_ninety_days() -> None:
    token = link_token(tokens(), JOB, AT)
    assert read_link_token(tokens(), token, AT + VALID_MS - 1_000) == JOB
    with pytest.raises(TokenError, match="has expired") as raised:
        read_link_token(tokens(), token, AT + VALID_MS)
    assert raised.value.is_outdated


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"d": "mia:1"},
        {"d": 1, "j": "a"},
        {"d": "mia:1", "j": 7},
        {"d": "mia:1", "j": ""},
        {"d": "mia:1", "h": "a"},
        {"d": "mia:1", "j": "a", "e": "b"},
        {"d": "no person", "j": "a"},
        {"d": "mia:1", "j": "a", "p": 7},
    ],
)
def test_a_token_of_another_form_names_no_link(content: dict[str, Any]) -> None:
    with pytest.raises(TokenError, match="names no link"):
        read_link_token(tokens(), tokens().sign(content, AT), AT)


def test_where_nobody_would_answer_it_there_is_no_link() -> None:
    """Without a public address, in a mail that nobody is sent, and for an id that nobody gives."""
    assert mail_link(tokens(), PUBLIC, decision(), "job", "a") == mail_link(
        tokens(), PUBLIC, decision(), "job", "a"
    )
    assert mail_link(tokens(), "", decision(), "job", "a") is None
    assert mail_link(tokens(), PUBLIC, decision(slot=None), "job", "a") is None
    long = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(400))
    assert mail_link(tokens(), PUBLIC, decision(), "job", long) is None
    assert mail_link(tokens(), PUBLIC, decision(), "job", "\ud800") is None


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("https://j.example/{id}?a=1&b=%26&u=https://x.example/?c=1#f", True),
        ("HTTP://j.example/{id}", True),
        ("mailto:jobs@j.example?subject={id}", False),
        ("javascript:alert({id})", False),
        ("//evil.example/{id}", False),
        ("https://j.example/{id}\r\nSet-Cookie: a=b", False),
        ("https://j.example/{id} b", False),
        ("", False),
    ],
)
def test_only_a_page_of_the_web_is_one(template: str, page: bool) -> None:
    assert is_web_page(record_page(template, "a/b c")) is page


def test_the_location_is_the_page_byte_for_byte() -> None:
    """B13: nothing is encoded again; only what no header can hold is."""
    url = "https://j.example/a%2Fb?a=1&b=%26&u=https://x.example/?c=1;~|'(x)#f"
    assert location_of(url) == url
    assert location_of("https://j.example/求人?b=%26") == "https://j.example/%E6%B1%82%E4%BA%BA?b=%26"
