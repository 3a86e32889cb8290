"""The mailbox that bounces go to, by IMAP: what is unread and was not looked at, and its marks."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from workers.product.returns.reading import MOST_BYTES
from workers.runtime.process.returns_settings import Mailbox

TIMEOUT_SECONDS = 30.0
MOST_AT_ONCE = 50  # mails of one look
READ, LEFT = r"(\Seen)", r"(\Flagged)"  # what was used is read; what is no report stays unread, with a flag
NEW = "UNSEEN UNFLAGGED UNDELETED"
TROUBLE = (imaplib.IMAP4.error, OSError, ssl.SSLError)
SAYS_UID = re.compile(rb"\bUID (\d+)")


class FetchedMail(NamedTuple):
    """A mail of the mailbox, under its unique id."""

    uid: str
    raw: bytes


class BounceMailbox:
    """A mailbox; each look is a connection of its own. Everything blocks, and raises TROUBLE.

    Several workers may look at the same one: a mail that two have read is told twice, and counts once.
    """

    def __init__(self, mailbox: Mailbox, tls: ssl.SSLContext) -> None:
        self._mailbox, self._tls = mailbox, tls

    def new_mails(self) -> list[FetchedMail]:
        """The oldest mails that are neither read nor flagged; they stay as they are."""
        with self._selected() as client:
            found = answered(client.uid("SEARCH", NEW))
            uids = b" ".join(part for part in found if part).split()[:MOST_AT_ONCE]
            return [mail for uid in uids for mail in fetched(client, uid.decode("ascii"))]

    def mark(self, uids: Sequence[str], flag: str) -> None:
        """Mark mails with READ or LEFT."""
        if not uids:
            return
        with self._selected() as client:
            answered(client.uid("STORE", ",".join(uids), "+FLAGS.SILENT", flag))

    @contextmanager
    def _selected(self) -> Iterator[imaplib.IMAP4]:
        host, client = self._mailbox.host, self._connect()
        try:
            if host.tls == "starttls":
                client.starttls(self._tls)
            client.login(host.user or "", host.password or "")
            answered(client.select(f'"{self._mailbox.folder}"'))
            yield client
        finally:
            with suppress(*TROUBLE):
                client.logout()

    def _connect(self) -> imaplib.IMAP4:
        host = self._mailbox.host
        if host.tls == "implicit":
            return imaplib.IMAP4_SSL(host.host, host.port, ssl_context=self._tls, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(host.host, host.port, timeout=TIMEOUT_SECONDS)


def fetched(client: imaplib.IMAP4, uid: str) -> Iterator[FetchedMail]:
    """The mail under an id, without a mark; nothing when another worker has removed it."""
    for part in answered(client.uid("FETCH", uid, f"(UID BODY.PEEK[]<0.{MOST_BYTES}>)")):
        if isinstance(part, tuple):  # its line, and the literal that the line announces
            said = SAYS_UID.search(part[0])
            if said is None or said[1].decode("ascii") == uid:
                yield FetchedMail(uid, part[1])


def answered(answer: tuple[str, list[Any]]) -> list[Any]:
    """The parts of an answer; raises IMAP4.error for a refusal."""
    status, parts = answer
    if status != "OK":
        said = b" ".join(part for part in parts if isinstance(part, bytes))
        raise imaplib.IMAP4.error(said.decode("ascii", "replace"))
    return parts
