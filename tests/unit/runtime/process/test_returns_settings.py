"""The settings of what reads bounces and complaints."""

import pytest

from tests.unit.product.returns.raw_reports import REFERENCE
from workers.runtime.process.returns_settings import Mailbox, parse_mailbox_url
from workers.runtime.process.settings import SettingsError, load
from workers.runtime.process.smtp_settings import REFERENCE_DIGITS, MailHost


@pytest.mark.parametrize(
    ("url", "mailbox"),
    [
        (
            "imaps://u%40x:p%3Aw@mail.example",
            Mailbox(MailHost("mail.example", 993, "implicit", "u@x", "p:w"), "INBOX"),
        ),
        (
            "imap://u:p@mail.example:1143/Bounces/Kairos%20mail",
            Mailbox(MailHost("mail.example", 1143, "starttls", "u", "p"), "Bounces/Kairos mail"),
        ),
        ("imap://u:p@127.0.0.1?tls=none", Mailbox(MailHost("127.0.0.1", 143, "none", "u", "p"), "INBOX")),
    ],
)
def test_a_url_names_the_mailbox(url: str, mailbox: Mailbox) -> None:
    """With TLS unless it is on this machine."""
    assert parse_mailbox_url(url) == mailbox


@pytest.mark.parametrize(
    "url",
    [
        "imap://mail.example",
        "smtp://u:secret@mail.example",
        "imap://u:secret@mail.example?tls=none",
        "imaps://u:secret@127.0.0.1?tls=none",
        "imaps://u:secret@mail.example/a%0D%0Ab",
    ],
)
def test_another_url_is_refused_and_never_told(url: str) -> None:
    """No password goes out unprotected, and none stands in the line."""
    with pytest.raises(SettingsError, match="KAIROS_BOUNCE_MAILBOX") as told:
        load({"KAIROS_BOUNCE_MAILBOX": url})
    assert "secret" not in str(told.value)


def test_a_short_secret_is_refused() -> None:
    """It is all that proves who reports."""
    with pytest.raises(SettingsError, match="KAIROS_BOUNCE_SECRET"):
        load({"KAIROS_BOUNCE_SECRET": "guess me"})


@pytest.mark.parametrize(
    "address", ["b@{token}.example", "{token}+{token}@b.example", "a" * 17 + "{token}@b.example", "{token}"]
)
def test_a_return_path_has_its_token_before_the_sign(address: str) -> None:
    """Once, and short enough for a local part."""
    with pytest.raises(SettingsError, match="KAIROS_RETURN_PATH"):
        load({"KAIROS_RETURN_PATH": address})


def test_a_reference_fits_into_a_local_part() -> None:
    """The settings know its length."""
    assert len(REFERENCE) == REFERENCE_DIGITS
    assert load({"KAIROS_RETURN_PATH": "b+{token}@b.example"}).kairos_return_path == "b+{token}@b.example"
