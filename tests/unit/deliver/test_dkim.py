"""The signature of a message, as another implementation verifies it."""

from base64 import b64encode

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from dkim.canonicalization import Relaxed
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.deliver.outgoing import ADDRESS, AT, ORIGIN, email
from workers.deliver.dkim import DkimKey, read_key, relaxed_body, signed
from workers.deliver.message import raw_message

KEY = rsa.generate_private_key(65537, 2048)
DKIM = DkimKey("mail.example", "k1", KEY)
SIGNING = ORIGIN._replace(dkim=DKIM)
PUBLIC = b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
RAW = raw_message(email(), ADDRESS, SIGNING, AT)


def is_valid(raw: bytes) -> bool:
    """Whether the signature of a message holds."""

    def record(name: bytes, timeout: int = 5) -> bytes:
        return b"v=DKIM1; k=rsa; p=" + PUBLIC if name == b"k1._domainkey.mail.example." else b""

    return bool(dkim.verify(raw, dnsfunc=record))


def test_a_message_is_signed_by_its_domain() -> None:
    """In front of all headers; both of RFC 8058 are named, and no line is long."""
    head = RAW.partition(b"\r\nFrom:")[0]

    assert is_valid(RAW)
    assert head.startswith(b"DKIM-Signature: v=1;")
    assert b"List-Unsubscribe:List-Unsubscribe:" in head.replace(b"\r\n ", b"")
    assert b"List-Unsubscribe-Post:List-Unsubscribe-Post:" in head.replace(b"\r\n ", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert RAW.endswith(raw_message(email(), ADDRESS, ORIGIN, AT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Another", b"Subject: No"),
        (b"https://m.example/u/", b"https://evil.example/"),
        (b"Chef Mario", b"Chef Maria"),
        (b"Date: Sat", b"Date: Sun"),
        (b"\r\nFrom:", b"\r\nList-Unsubscribe: <https://evil.example/>\r\nFrom:"),
        (b"\r\nFrom:", b"\r\nSubject: other\r\nFrom:"),
        (b"\r\nFrom:", b"\r\nFrom: evil@evil.example\r\nFrom:"),
    ],
)
def test_a_message_that_was_changed_is_not_valid(old: bytes, new: bytes) -> None:
    """A header that was put in front is a change, too."""
    assert RAW.count(old) >= 1
    assert not is_valid(RAW.replace(old, new, 1))


def test_what_relays_do_to_blanks_is_no_change() -> None:
    """Folding, blanks at the ends of lines, and empty lines at the end."""
    assert is_valid(RAW.replace(b"Subject: Another evening", b"Subject:  Another\r\n  evening", 1))
    assert is_valid(RAW + b"\r\n\r\n")


@given(st.text(max_size=200), st.text(max_size=300), st.sampled_from(["ja", "en"]))
def test_any_text_is_signed(subject: str, text: str, language: str) -> None:
    """Whatever has to be encoded or folded."""
    mail = email(subject=subject, text=text, html=f"<p>{text}</p>", language=language)
    assert is_valid(raw_message(mail, ADDRESS, SIGNING, AT))


@given(st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"\n", b"a", b"=20"]), max_size=40))
def test_a_body_is_relaxed_as_others_do_it(pieces: list[bytes]) -> None:
    """Blanks become one, none stands at the end of a line, and no empty line at the end."""
    body = b"".join(pieces) + b"\r\n"
    assert relaxed_body(body) == Relaxed.canonicalize_body(body)


def test_an_empty_body_is_one() -> None:
    """As the standard has it."""
    assert relaxed_body(b"") == relaxed_body(b"\r\n\r\n") == b""
    assert is_valid(signed(b"From: a@mail.example\r\n\r\n", DKIM, AT))


def test_another_key_is_refused() -> None:
    """In one line, without the key."""
    curve = ec.generate_private_key(ec.SECP256R1())
    for key in (curve, KEY):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        if key is KEY:
            assert read_key(pem).key_size == 2048
            continue
        with pytest.raises(ValueError, match="of RSA"):
            read_key(pem)
    with pytest.raises(ValueError, match="in PEM"):
        read_key("secret")
