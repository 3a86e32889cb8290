"""A mail server of a test, which counts what it has accepted, and errs as the recipient's name says."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.ports import HOST, free_ports
from workers.runtime.process.clock import now_ms

OK = "250 OK"
REFUSALS = {
    "nobody": "550 5.1.1 <nobody@people.example> no such user",
    "full": "452 4.2.2 mailbox full",
    "policy": "550 5.7.1 blocked by policy",
    "strange": "550 no",
}
DATA_REFUSALS = {
    "unfit": "554 5.6.0 broken message",
    "throttled": "454 Throttling failure: Maximum sending rate exceeded",
    "at-data": "550 5.1.1 user unknown",
}
AFTER_FIRST = {"once-later": "450 4.3.2 try again", "once-cut": ""}  # the second attempt is accepted
LATE_SECONDS = {"late": 1.0, "too-late": 6.0}


@dataclass
class MailSink:
    """What was accepted: a mail counts from the moment at which its last line was read.

    `seconds` is how long it takes to accept one.
    """

    port: int = field(default_factory=lambda: free_ports(1)[0])
    seconds: float = 0.0
    slow_domain: str = ""  # takes a second for each
    has_dsn: bool = False  # it says that it takes the options of RFC 3461
    accepted: list[tuple[int, str, bytes]] = field(default_factory=list)  # time, recipient, message
    asked: Counter[str] = field(default_factory=Counter)  # RCPT by recipient
    sessions: int = 0
    senders: dict[str, str] = field(default_factory=dict)  # of the envelope, by recipient
    envelope_ids: list[str] = field(default_factory=list)
    holds: threading.Event = field(default_factory=threading.Event)  # set: RCPT waits for `lets_go`
    lets_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """The address without TLS."""
        return f"smtp://{HOST}:{self.port}?tls=none"

    def counts(self) -> Counter[str]:
        """How many messages of each recipient were accepted."""
        return Counter(recipient for _, recipient, _ in self.accepted)

    def messages(self) -> list[EmailMessage]:
        """All messages, as they are read."""
        read = [message_from_bytes(raw, policy=policy.default) for _, _, raw in self.accepted]
        return [message for message in read if isinstance(message, EmailMessage)]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say what there is."""
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", responses[-1]] if self.has_dsn else responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept or refuse a recipient."""
        name = address.partition("@")[0]
        self.asked[address] += 1
        if self.holds.is_set():
            await asyncio.to_thread(self.lets_go.wait, 60)
        if name == "cut-rcpt" or (name == "once-cut" and self.asked[address] == 1):
            assert server.transport is not None
            server.transport.abort()
            return ""
        if name in AFTER_FIRST and self.asked[address] == 1:
            return AFTER_FIRST[name]
        if name in REFUSALS:
            return REFUSALS[name]
        envelope.rcpt_tos.append(address)
        return OK

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Accept or refuse a message; what is accepted is counted before anybody hears of it."""
        (address,) = envelope.rcpt_tos
        name = address.partition("@")[0]
        if name in DATA_REFUSALS:
            return DATA_REFUSALS[name]
        assert isinstance(envelope.original_content, bytes)
        self.senders[address] = str(envelope.mail_from)
        self.accepted.append((now_ms(), address, envelope.original_content))
        if name == "cut-after":
            assert server.transport is not None
            server.transport.abort()
            return ""
        is_slow = self.slow_domain and address.endswith(f"@{self.slow_domain}")
        await asyncio.sleep(1.0 if is_slow else LATE_SECONDS.get(name, self.seconds))
        return OK


class CuttingServer(SMTP):  # type: ignore[misc]
    """A server that cuts the connection in the middle of some messages, and notes ids of envelopes."""

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Note the id of the envelope, which aiosmtpd does not know."""
        given, _, envelope_id = (arg or "").partition(" ENVID=")
        if envelope_id:
            self.event_handler.envelope_ids.append(envelope_id)
        await super().smtp_MAIL(given)

    async def smtp_DATA(self, arg: str) -> None:
        """Read a message, or a line of it."""
        envelope, transport = self.envelope, self.transport
        if (
            envelope is not None
            and transport is not None
            and envelope.rcpt_tos[:1] == ["cut-before@people.example"]
        ):
            await self.push("354 go on")
            await self._reader.readline()
            transport.abort()
            return
        await super().smtp_DATA(arg)


class SinkController(Controller):  # type: ignore[misc]
    """The sink in a thread of its own."""

    def factory(self) -> SMTP:
        """The server of one connection."""
        self.handler.sessions += 1
        return CuttingServer(self.handler, **self.SMTP_kwargs)


@contextmanager
def running(sink: MailSink, **options: Any) -> Iterator[MailSink]:
    """Run a sink while the block runs."""
    controller = SinkController(sink, hostname=HOST, port=sink.port, **options)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
