"""The mail server of the demo: it accepts every mail and keeps it; nothing leaves this machine."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from workers.demo.site.source import ReceivedMail
from workers.runtime.process.clock import now_ms

MOST_KEPT = 1_000  # mails; one is some 30 KB
MOST_BYTES = 2_000_000  # of one mail


class ReceivedMails:
    """The mails that were received, numbered from 1; the oldest are dropped. Used by several threads."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._mails: deque[ReceivedMail] = deque(maxlen=most)
        self._lock = threading.Lock()
        self.count = 0

    def add(self, recipient: str, raw: bytes, at: int) -> None:
        """Keep a mail that was received at a time (epoch milliseconds)."""
        with self._lock:
            self.count += 1
            self._mails.append(ReceivedMail(self.count, at, recipient, raw))

    def since(self, number: int) -> Sequence[ReceivedMail]:
        """The mails with a higher number, oldest first."""
        with self._lock:
            return [mail for mail in self._mails if mail.number > number]


class MailSink:
    """What answers the commands of a sender."""

    def __init__(self, mailbox: ReceivedMails) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a message before it is accepted: what was accepted is in the mailbox."""
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            self._mailbox.add(recipient, raw, now_ms())
        return "250 OK"


@contextmanager
def mail_sink(mailbox: ReceivedMails, port: int) -> Iterator[None]:
    """Receive mails on this port of the machine itself while the block runs; OSError when it is taken."""
    controller = Controller(
        MailSink(mailbox), hostname="127.0.0.1", port=port, data_size_limit=MOST_BYTES, ident="Kairos demo"
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
