"""The demo's mail server: what it accepts is in the mailbox."""

import smtplib

from deploy.embedded.ports import free_ports
from workers.demo.mail_sink import ReceivedMails, mail_sink


def test_what_is_accepted_is_in_the_mailbox() -> None:
    """For each recipient, byte for byte."""
    (port,) = free_ports(1)
    mailbox = ReceivedMails()
    raw = b"Subject: x\r\n\r\n..dots and \xe3\x81\x82\r\n"
    with mail_sink(mailbox, port), smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("hello@lantern.example", ["mia@example.com", "jun@example.com"], raw)
        client.sendmail("hello@lantern.example", ["mia@example.com"], raw)

    assert [(mail.number, mail.recipient) for mail in mailbox.since(0)] == [
        (1, "mia@example.com"), (2, "jun@example.com"), (3, "mia@example.com"),
    ]  # fmt: skip
    assert {mail.raw for mail in mailbox.since(0)} == {raw}
    assert mailbox.count == 3


def test_the_oldest_mails_are_dropped() -> None:
    """Numbers go on."""
    mailbox = ReceivedMails(most=2)
    for at in range(4):
        mailbox.add("mia@example.com", b"", at)

    assert [(mail.number, mail.at) for mail in mailbox.since(0)] == [(3, 2), (4, 3)]
    assert mailbox.since(4) == []
    assert mailbox.count == 4
