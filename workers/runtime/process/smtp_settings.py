"""Through which mail server mails are sent, from whom, and how fast. The fields belong to `Settings`."""

import re
import ssl
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from workers.runtime.process.certificates import tls
from workers.runtime.process.connections import is_host
from workers.runtime.process.http_settings import are_limits, limits_of

TlsMode = Literal["starttls", "implicit", "none"]
MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
ONE_CLICK = re.compile(r"https://[!-;=?-~]*\{token\}[!-;=?-~]*")
PORTS = {"smtp": 587, "smtps": 465}
TOKEN = "{token}"
REFERENCE_DIGITS, LONGEST_LOCAL = 48, 64  # of what stands for {token}, and of a local part of an address
TOO_LONG = 500  # characters of an address of one click
WITHOUT_TLS = "tls=none"


class MailHost(NamedTuple):
    """A mail server, or a server of mailboxes; without a user nobody logs in."""

    host: str
    port: int
    tls: TlsMode
    user: str | None = None
    password: str | None = None


def parse_smtp_url(url: str) -> MailHost:
    """The server of `smtp[s]://user:password@host:port`; raises ValueError, which never tells the URL.

    `smtp` asks for STARTTLS and goes no further without it, `smtps` begins with TLS, and `smtp://…?tls=none`
    is for servers of this machine.
    """
    host = parse_mail_host(url, PORTS, "smtps://user:password@host:465, or smtp://host:587 for STARTTLS")
    if host.tls == "none" and host.user is not None:
        raise ValueError(f"nobody logs in with {WITHOUT_TLS}")
    return host


def parse_mail_host(url: str, ports: Mapping[str, int], example: str) -> MailHost:
    """The server of a URL with one of two schemes, the second of which begins with TLS; raises ValueError."""
    parts, (_, secure) = urlsplit(url), ports
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ports or not is_host(host) or parts.query not in {"", WITHOUT_TLS}:
        raise ValueError(f"must be a URL like {example}")
    if (parts.username is None) != (parts.password is None):
        raise ValueError("a user needs a password, special characters percent-encoded (%40 for @)")
    tls: TlsMode = "implicit" if parts.scheme == secure else "starttls"
    if parts.query == WITHOUT_TLS:
        if parts.scheme == secure:
            raise ValueError(f"{WITHOUT_TLS} does not go with {secure}")
        tls = "none"
    user, password = parts.username, parts.password
    return MailHost(
        parts.hostname or "",
        parts.port or ports[parts.scheme],
        tls,
        None if user is None else unquote(user),
        None if password is None else unquote(password),
    )


def is_smtp_url(url: SecretStr) -> SecretStr:
    """A check of the server's URL."""
    parse_smtp_url(url.get_secret_value())
    return url


def is_mailbox(address: str) -> str:
    """A check that this is one mail address in ASCII, or nothing."""
    if address and not MAILBOX.fullmatch(address):
        raise ValueError("must be one address like hello@mail.example, without a name")
    return address


def is_return_path(address: str) -> str:
    """A check of the envelope's sender: an address, which may have `{token}` in its local part."""
    local = address.partition("@")[0].replace(TOKEN, "0" * REFERENCE_DIGITS)
    if address.count(TOKEN) > 1 or len(local) > LONGEST_LOCAL or TOKEN in address.partition("@")[2]:
        raise ValueError("must be one address like b+{token}@bounces.example, 16 more signs before the @")
    is_mailbox(address.replace(TOKEN, "0"))
    return address


def is_one_click_url(url: str) -> str:
    """A check of the address at which a POST unsubscribes."""
    if url and (not ONE_CLICK.fullmatch(url) or url.count("{token}") != 1):
        raise ValueError("must be an address like https://jobs.example/unsubscribe/{token}")
    return url


def are_waits(text: str) -> str:
    """A check of the waits between attempts."""
    try:
        waits = [float(part) for part in text.split(",")]
    except ValueError:
        waits = []
    if not waits or any(not 0 < wait <= 86_400 for wait in waits):
        raise ValueError("must be seconds behind commas, such as 60,300,900,3600")
    return text


class SmtpSettings(BaseModel):
    """The settings of `deliver`; without KAIROS_SMTP_URL there is none in the fleet."""

    model_config = ConfigDict(frozen=True)

    kairos_smtp_url: Annotated[SecretStr, AfterValidator(is_smtp_url)] | None = None
    kairos_smtp_ca_file: Path | None = None  # whose certificates the server may have; else the machine's
    kairos_smtp_timeout_seconds: float = Field(
        default=60.0, gt=0
    )  # of a reply; the last may take five times that
    kairos_smtp_connections: int = Field(default=5, ge=1, le=100)
    kairos_mail_from: Annotated[str, AfterValidator(is_mailbox)] = ""
    kairos_mail_reply_to: Annotated[str, AfterValidator(is_mailbox)] = ""
    # where bounces go, with {token} for what tells the mail; else KAIROS_MAIL_FROM
    kairos_return_path: Annotated[str, AfterValidator(is_return_path)] = ""
    kairos_unsubscribe_url: Annotated[str, AfterValidator(is_one_click_url)] = Field(
        default="", max_length=TOO_LONG
    )
    kairos_dkim_key: SecretStr | None = None  # RSA, in PEM
    kairos_dkim_selector: str = Field(
        default="", pattern=r"^([A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)?$", max_length=63
    )
    kairos_pace_start: float = Field(default=1.0, gt=0, le=1000)  # mails a second to a group of domains
    kairos_pace_most: float = Field(default=50.0, gt=0, le=1000)
    kairos_warm_up: Annotated[str, AfterValidator(are_limits)] = ""  # mails of each of the first days
    kairos_warm_up_start: date | None = None  # the first of them, in UTC
    kairos_retry_seconds: Annotated[str, AfterValidator(are_waits)] = "60,300,900,3600"

    @property
    def smtp_server(self) -> MailHost | None:
        """The server, None when mails are not sent."""
        url = self.kairos_smtp_url
        return None if url is None else parse_smtp_url(url.get_secret_value())

    @property
    def warm_up_limits(self) -> tuple[int, ...]:
        """How many mails may be handed over on each of the first days; none: no limit."""
        return limits_of(self.kairos_warm_up)

    @property
    def retry_ms(self) -> tuple[int, ...]:
        """The waits between attempts; the last one is that of all that follow."""
        return tuple(int(float(part) * 1000) for part in self.kairos_retry_seconds.split(","))


def smtp_tls(settings: SmtpSettings) -> ssl.SSLContext:
    """How the server's certificate and name are checked; raises ValueError for a CA file that is none."""
    return tls("KAIROS_SMTP", settings.kairos_smtp_ca_file, None, None)


def unfit_for_sending(settings: SmtpSettings) -> Iterator[str]:
    """Why `deliver` must not start with these settings, one text for each reason."""
    if settings.kairos_smtp_url is None:
        yield "KAIROS_SMTP_URL: deliver needs a mail server, such as smtps://user:password@host:465"
    if not settings.kairos_mail_from:
        yield "KAIROS_MAIL_FROM: deliver needs the address that mails come from"
    if (settings.kairos_dkim_key is None) != (not settings.kairos_dkim_selector):
        yield "KAIROS_DKIM_KEY, KAIROS_DKIM_SELECTOR: both are needed to sign mails, or none"
    if bool(settings.warm_up_limits) != (settings.kairos_warm_up_start is not None):
        yield "KAIROS_WARM_UP, KAIROS_WARM_UP_START: both are needed to warm up, or none"
    if settings.kairos_smtp_ca_file is not None and not settings.kairos_smtp_ca_file.is_file():
        yield f"KAIROS_SMTP_CA_FILE: there is no file {settings.kairos_smtp_ca_file}"
