"""Raw reports about a mail, as mail systems write them."""

from workers.product.returns.references import MailReferences, mail_key

REFERENCES = MailReferences({"k2": "a new secret of forty characters, say", "k1": "an old one of as many"})
DECISION = "mia:1"
KEY = mail_key(DECISION)
REFERENCE = REFERENCES.sign(DECISION)
ADDRESS = "mia@people.example"
VERP = f"b+{REFERENCE}@bounces.example"
STATUS = """Return-Path: <>
From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

It could not be delivered. 配送できませんでした。

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
{envelope}
Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: {headers}

Message-ID: <{id}@mail.example>
Subject: Hello

--b--
"""
COMPLAINT = """From: fbl@provider.example
To: complaints@mail.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a report.
--b
Content-Type: message/feedback-report

Feedback-Type: {type}
User-Agent: Provider/1
Version: 1
Original-Rcpt-To: <mia@people.example>

--b
Content-Type: message/rfc822

Message-ID: <{id}@mail.example>
Subject: Hello

Text
--b--
"""
PLAIN = """Return-Path: <>
From: {sender}
To: {to}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset={charset}
Content-Transfer-Encoding: 8bit

{text}
"""


def crlf(text: str, charset: str = "utf-8") -> bytes:
    """A raw message."""
    return text.replace("\n", "\r\n").encode(charset)


def status_report(action: str = "failed", status: str = "5.1.1", diagnostic: str = "", **given: str) -> bytes:
    """A delivery status notification, which names its mail by the Message-ID."""
    own = {"to": "bounces@mail.example", "headers": "text/rfc822-headers", "id": REFERENCE, "envelope": ""}
    said = {"action": action, "status": status, "diagnostic": diagnostic, "recipient": ADDRESS}
    return crlf(STATUS.format(**(own | said | given)))


def complaint(type_: str = "abuse", id_: str = REFERENCE) -> bytes:
    """A complaint of a feedback loop."""
    return crlf(COMPLAINT.format(type=type_, id=id_))


def plain_report(
    text: str,
    sender: str = "MAILER-DAEMON@relay.example",
    subject: str = "failure notice",
    to: str = VERP,
    charset: str = "utf-8",
) -> bytes:
    """A report in words, to the address that names its mail."""
    given = {"text": text, "sender": sender, "subject": subject, "to": to, "charset": charset}
    return crlf(PLAIN.format(**given), charset)
