"""Bounces and complaints are read from a mailbox by IMAP, and told once."""

import imaplib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.embedded.ports import HOST, free_ports
from schemas.permissions import address_hash
from tests.certificates import Authority
from tests.integration.delivering import DOMAIN, outcomes, register, suppressed, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import Addressed
from tests.integration.workers import workers
from tests.unit.product.returns.raw_reports import complaint, plain_report, status_report

pytestmark = pytest.mark.wire
USER, PASSWORD = "bounces", "p:ss/w@rd"
URL_PASSWORD = "p%3Ass%2Fw%40rd"
PEOPLE = ("gone", "quota", "spam", "fine")
SETTINGS = {
    "kairos_bounce_poll_seconds": 0.2,
    "kairos_return_path": "b+{token}@bounces.example",
    "kairos_token_secrets": "k1:a secret that signs what is in mails",
}


class ImapServer:
    """A server of one mailbox, with STARTTLS."""

    def __init__(self, authority: Authority) -> None:
        self.port = free_ports(1)[0]
        self.tls = ssl.create_default_context(cafile=authority.certificate)
        self.url = f"imap://{USER}:{URL_PASSWORD}@{HOST}:{self.port}/INBOX"

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A connection of the test, which may write."""
        client = imaplib.IMAP4(HOST, self.port, timeout=10)
        client.starttls(self.tls)
        client.login(USER, PASSWORD)
        client.select("INBOX")
        yield client
        client.logout()

    def answers(self) -> bool:
        """Whether somebody can log in."""
        try:
            with self.client():
                return True
        except OSError:
            return False

    def add(self, *mails: bytes) -> None:
        """Mails arrive."""
        with self.client() as client:
            for mail in mails:
                client.append("INBOX", "", "", mail)

    def found(self, criterion: str) -> int:
        """How many mails are as a criterion says."""
        with self.client() as client:
            return len(client.search(None, criterion)[1][0].split())


@contextmanager
def imap_server(authority: Authority) -> Iterator[ImapServer]:
    """Run a server while the block runs."""
    server = ImapServer(authority)
    program = str(Path(sys.executable).with_name("pymap"))
    where = ["--host", HOST, "--port", str(server.port), "--cert", str(authority.sign("server").both)]
    user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen([program, *where, *user], stderr=subprocess.DEVNULL)
    try:
        until(server.answers)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def come_back(sink: MailSink, mailbox: ImapServer) -> None:
    """Reports of three mails arrive, one of them twice, and two mails that say nothing."""
    sender = {person: sink.senders[f"{person}@{DOMAIN}"] for person in PEOPLE}
    reference = {person: each[2:].partition("@")[0] for person, each in sender.items()}
    assert sorted(sink.envelope_ids) == sorted(reference.values())
    gone = status_report(id=reference["gone"], recipient=f"gone@{DOMAIN}")
    mailbox.add(
        gone,
        plain_report("user over quota (#5.2.2)", to=sender["quota"]),
        complaint(id_=reference["spam"]),
        status_report(id=reference["fine"][:-1] + "g", recipient=f"fine@{DOMAIN}"),
        b"Subject: I am away\r\n\r\nUntil Monday.\r\n",
    )
    until(lambda: mailbox.found("SEEN") == 3 and mailbox.found("UNSEEN FLAGGED") == 2)
    mailbox.add(gone)
    until(lambda: mailbox.found("SEEN") == 4)


def test_what_comes_back_to_the_mailbox_is_told_once(services: Addressed, tmp_path: Path) -> None:
    """Each mail by its reference: in the sender of the envelope, its id, or the Message-ID.

    What is no report, or of no mail of ours, stays unread with a flag, and suppresses nobody.
    """
    authority = Authority(tmp_path / "ours")
    with running(MailSink(has_dsn=True)) as sink, imap_server(authority) as mailbox:
        wire = wire_to(sink, services, tmp_path, **SETTINGS, kairos_smtp_ca_file=authority.certificate)
        url = {"kairos_bounce_mailbox": SecretStr(mailbox.url)}
        with workers(["deliver"], wire.settings.model_copy(update=url), tmp_path):
            for person in PEOPLE:
                register(wire, person)
                write_mail(wire, person)
            until(lambda: len(outcomes(wire)) == len(PEOPLE))
            come_back(sink, mailbox)
            until(lambda: len(suppressed(wire)) == 2)
            register(wire, "again", f"gone@{DOMAIN}")
            write_mail(wire, "again")
            until(lambda: "again:1" in outcomes(wire))
        found = {decision: [each.outcome for each in told] for decision, told in outcomes(wire).items()}
        reasons = {each.subject: each.reason for each in suppressed(wire)}
        wire.close()
    assert found == {
        "gone:1": ["sent", "bounced"],
        "quota:1": ["sent", "bounced"],
        "spam:1": ["sent", "complained"],
        "fine:1": ["sent"],
        "again:1": ["withdrawn"],
    }
    assert reasons == {
        f"address:{address_hash(f'gone@{DOMAIN}')}": "bounced",
        f"address:{address_hash(f'spam@{DOMAIN}')}": "complained",
    }
