"""Where what comes back of mails is read. The fields belong to `Settings`."""

from typing import Annotated, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from workers.runtime.process.smtp_settings import WITHOUT_TLS, MailHost, parse_mail_host

PORTS = {"imap": 143, "imaps": 993}
EXAMPLE = "imaps://user:password@host:993/INBOX, or imap://… for STARTTLS"
LEAST_SECRET = 16  # characters
HERE = ("127.0.0.1", "localhost", "::1")


class Mailbox(NamedTuple):
    """A folder of a server, whose host has a user."""

    host: MailHost
    folder: str


def parse_mailbox_url(url: str) -> Mailbox:
    """The mailbox of `imap[s]://user:password@host:port/FOLDER`; raises ValueError, which never tells it.

    Without a folder it is INBOX. `imap` asks for STARTTLS, and `imap://…?tls=none` is for this machine alone.
    """
    host = parse_mail_host(url, PORTS, EXAMPLE)
    if host.user is None:
        raise ValueError(f"needs a user and a password: {EXAMPLE}")
    if host.tls == "none" and host.host not in HERE:
        raise ValueError(f"{WITHOUT_TLS} is for a server of this machine")
    folder = unquote(urlsplit(url).path.strip("/")) or "INBOX"
    if not folder.isascii() or not folder.isprintable():
        raise ValueError("the folder must be written in ASCII, as IMAP does (modified UTF-7)")
    return Mailbox(host, folder)


def is_mailbox_url(url: SecretStr) -> SecretStr:
    """A check of the mailbox's URL."""
    parse_mailbox_url(url.get_secret_value())
    return url


def is_long_secret(secret: SecretStr) -> SecretStr:
    """A check of the secret that a provider shows; it never tells it."""
    if len(secret.get_secret_value()) < LEAST_SECRET:
        raise ValueError(f"must have at least {LEAST_SECRET} characters")
    return secret


class ReturnsSettings(BaseModel):
    """The settings of what reads bounces and complaints; without them nobody does."""

    model_config = ConfigDict(frozen=True)

    kairos_bounce_mailbox: Annotated[SecretStr, AfterValidator(is_mailbox_url)] | None = None
    kairos_bounce_poll_seconds: float = Field(default=60.0, gt=0, le=3600)  # between two looks
    kairos_bounce_secret: Annotated[SecretStr, AfterValidator(is_long_secret)] | None = None  # of the webhook

    @property
    def bounce_mailbox(self) -> Mailbox | None:
        """The mailbox, None when none is read."""
        url = self.kairos_bounce_mailbox
        return None if url is None else parse_mailbox_url(url.get_secret_value())
