"""The settings of the mail server."""

import pytest

from workers.runtime.process.fleet import fleet_of
from workers.runtime.process.settings import SettingsError, load
from workers.runtime.process.smtp_settings import MailHost, parse_smtp_url, smtp_tls, unfit_for_sending


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://u%40x:p%3Aw@mail.example", MailHost("mail.example", 465, "implicit", "u@x", "p:w")),
        ("smtp://mail.example", MailHost("mail.example", 587, "starttls")),
        ("smtp://u:p@mail.example:2525", MailHost("mail.example", 2525, "starttls", "u", "p")),
        ("smtp://127.0.0.1:25?tls=none", MailHost("127.0.0.1", 25, "none")),
    ],
)
def test_a_url_names_the_server(url: str, server: MailHost) -> None:
    """With TLS unless it says otherwise."""
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://secret@mail.example",
        "smtp://u:secret@mail.example?tls=none",
        "smtps://mail.example?tls=none",
        "smtp://mail.example?tls=off",
        "smtp://u:secret@mail.example:x",
    ],
)
def test_another_url_is_refused_and_never_told(url: str) -> None:
    """No password goes out unprotected, and none stands in the line."""
    with pytest.raises(SettingsError, match="KAIROS_SMTP_URL") as told:
        load({"KAIROS_SMTP_URL": url})
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAIROS_MAIL_FROM", "Kairos <hello@mail.example>"),
        ("KAIROS_MAIL_FROM", "hello"),
        ("KAIROS_RETURN_PATH", "a@b\r\nc"),
        ("KAIROS_UNSUBSCRIBE_URL", "http://mail.example/{token}"),
        ("KAIROS_UNSUBSCRIBE_URL", "https://mail.example/"),
        ("KAIROS_UNSUBSCRIBE_URL", "https://mail.example/{token}> x"),
        ("KAIROS_RETRY_SECONDS", "60,"),
        ("KAIROS_RETRY_SECONDS", "0"),
        ("KAIROS_PACE_START", "0"),
        ("KAIROS_SMTP_CONNECTIONS", "0"),
    ],
)
def test_a_wrong_setting_is_one_line(name: str, value: str) -> None:
    """It names the variable."""
    with pytest.raises(SettingsError, match=name):
        load({name: value})


def test_without_a_server_there_is_no_deliver_in_the_fleet() -> None:
    """The fleet is as it was; a single one says what it needs."""
    without, given = (
        load({}),
        load({"KAIROS_SMTP_URL": "smtps://mail.example", "KAIROS_MAIL_FROM": "a@b.example"}),
    )

    assert "deliver" not in fleet_of(without)
    assert [name for name in fleet_of(given) if name != "deliver"] == fleet_of(without)
    assert "deliver" in fleet_of(given)
    assert [reason.partition(":")[0] for reason in unfit_for_sending(without)] == [
        "KAIROS_SMTP_URL",
        "KAIROS_MAIL_FROM",
    ]
    assert [*unfit_for_sending(given)] == []
    assert load({"KAIROS_RETRY_SECONDS": "0.5,2"}).retry_ms == (500, 2000)
    assert smtp_tls(given).check_hostname


def test_a_ca_file_that_is_none_is_told(tmp_path: object) -> None:
    """By the name of its setting."""
    given = load({"KAIROS_SMTP_CA_FILE": __file__})
    with pytest.raises(ValueError, match="KAIROS_SMTP_CA_FILE"):
        smtp_tls(given)
    assert any(
        "KAIROS_SMTP_CA_FILE" in reason for reason in unfit_for_sending(load({"KAIROS_SMTP_CA_FILE": "/no"}))
    )
