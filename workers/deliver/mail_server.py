"""Connections to the mail server, used for several mails, and what it answers to one."""

import asyncio
import ssl
from contextlib import suppress
from typing import NoReturn

import structlog
from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from workers.product.returns.replies import Command, SmtpReply
from workers.runtime.process.error_text import one_line
from workers.runtime.process.smtp_settings import MailHost

MOST_MAILS = 100  # of one connection
IDLE_SECONDS = 20.0  # after which a connection is not used again
END_TIMES = 5  # so much longer than another reply the last one may take
CLOSING = 421
TROUBLE = (SMTPException, OSError, ssl.SSLError, asyncio.TimeoutError)
log = structlog.get_logger(__name__)


class ServerAway(Exception):
    """The server was not reached, or let us not in; nothing was handed over."""


class Refused(Exception):
    """The server refused a mail; nothing was handed over."""

    def __init__(self, reply: SmtpReply) -> None:
        super().__init__(f"{reply.code} {reply.text}")
        self.reply = reply


class Cut(Exception):
    """The connection ended, or no answer came, before the message was sent; nothing was handed over."""


class Unanswered(Exception):
    """The message may have been sent, and no answer came that says what became of it."""


class Connection:
    """One connection; a mail begins and finishes, and then the next one."""

    def __init__(self, client: SMTP, timeout: float) -> None:
        self._client, self._timeout = client, timeout
        self._is_open = False  # a transaction that the server has to forget
        self.mails = 0
        self.idle_since = 0.0
        self.is_usable = True

    @property
    def is_new(self) -> bool:
        """Whether this is its first mail."""
        return self.mails <= 1

    async def begin(self, sender: str, recipient: str, reference: str) -> None:
        """Name both addresses, and the reference that a report repeats (RFC 3461), where the server takes it.

        Raises Refused and Cut.
        """
        self.mails += 1
        command: Command = "mail"
        try:
            if self._is_open:
                await self._client.rset()
            self._is_open = True
            options = [f"ENVID={reference}"] if self._client.supports_extension("dsn") else []
            await self._client.mail(sender, options=options)
            command = "rcpt"
            await self._client.rcpt(recipient)
        except SMTPResponseException as error:
            self._refuse(command, error)
        except TROUBLE as error:
            self.close()
            raise Cut(one_line(error)) from error

    async def finish(self, raw: bytes) -> None:
        """Send the message, and return when the server has accepted it; raises Refused and Unanswered.

        Whatever happens after DATA was said, and is no refusal, leaves open what became of the mail.
        """
        try:
            await self._client.data(raw, timeout=self._timeout * END_TIMES)
            self._is_open = False
        except SMTPDataError as error:
            if not 400 <= error.code < 600:
                self.close()
                raise Unanswered(f"the server answered {error.code}") from error
            self._refuse("data", error)
        except Exception as error:
            self.close()
            raise Unanswered(one_line(error)) from error

    def close(self) -> None:
        """End it without a word."""
        self.is_usable = False
        self._client.close()

    def _refuse(self, command: Command, error: SMTPResponseException) -> NoReturn:
        if not 400 <= error.code < 600:
            self.close()
            raise Cut(f"the server answered {error.code}") from error
        if error.code == CLOSING:
            self.close()
            if command != "data" and not self.is_new:
                raise Cut(
                    "the server closes the connection"
                ) from error  # it was idle, or has had enough mails
        raise Refused(SmtpReply(command, error.code, " ".join(error.message.split()))) from error


class MailServer:
    """The mail server: connections are kept for the next mail, a few of them, for a while."""

    def __init__(self, server: MailHost, tls: ssl.SSLContext, timeout: float, name: str) -> None:
        self._server, self._tls, self._timeout, self._name = server, tls, timeout, name
        self._idle: list[Connection] = []

    async def connection(self) -> Connection:
        """A connection that nobody uses, an idle one or a new one; raises ServerAway."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable and now - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.close()
        return await self._connect()

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next mail, unless it is used up."""
        connection.idle_since = asyncio.get_running_loop().time()
        if connection.is_usable and connection.mails < MOST_MAILS:
            self._idle.append(connection)
        else:
            connection.close()

    async def _connect(self) -> Connection:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            local_hostname=self._name,
            timeout=self._timeout,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=None if server.tls == "none" else self._tls,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:  # so that its extensions are known before the first mail
                with suppress(SMTPHeloError):  # of a server of old the client asks by HELO later
                    await client.ehlo()
        except TROUBLE as error:
            client.close()
            raise ServerAway(one_line(error)) from error
        return Connection(client, self._timeout)
