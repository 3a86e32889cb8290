"""Of which mail a report of a mail system is, and what it says: of a raw mail, or a provider's JSON. Pure.

A report counts when it names one mail of ours by its signed reference, and its form is known. All else is
unread: it says nothing of anybody.
"""

from email import message_from_bytes, policy
from email.message import Message
from typing import Any, Literal, NamedTuple

from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from schemas.returns import MailReturn
from workers.product.returns.plain_reports import of_plain
from workers.product.returns.providers import of_event
from workers.product.returns.references import MailReferences
from workers.product.returns.reports import ReportPart, of_report, payload_of

MOST_BYTES = 1_000_000
MOST_DETAIL = 300
# the recipients of the report itself: that of its envelope names the mail however broken the report is
TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Rcpt-To")
ReturnSource = Literal["mailbox", "webhook"]


class NamedReturn(NamedTuple):
    """What came back, and the key of its mail."""

    key: str
    value: MailReturn


def read_return(raw: bytes, references: MailReferences, source: ReturnSource, at: int) -> NamedReturn | None:
    """What a raw mail, read at a time (epoch ms), reports about which mail; None for one that is unread."""
    message = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
    part = of_report(message) or of_plain(message)
    key = None if part is None else named(message, raw, references)
    return None if part is None or key is None else returned(key, part, source, at)


def read_event(event: Any, references: MailReferences, at: int) -> NamedReturn | None:
    """What a provider's event, an object of JSON, reports; None for one that is unread."""
    found = of_event(event)
    if found is None:
        return None
    part, text = found
    keys = references.found(text)
    return returned(keys.pop(), part, "webhook", at) if len(keys) == 1 else None


def named(message: Message, raw: bytes, references: MailReferences) -> str | None:
    """The key of the mail that a report is about; None when it names none, or more than one."""
    envelope = " ".join(str(value) for name in TO for value in message.get_all(name, []))
    if keys := references.found(envelope):
        return keys.pop() if len(keys) == 1 else None
    leaves = [part for part in message.walk() if not part.is_multipart()]
    texts = [raw[:MOST_BYTES], *map(payload_of, leaves)]
    keys = references.found("\n".join(text.decode("ascii", "replace") for text in texts))
    return keys.pop() if len(keys) == 1 else None


def returned(key: str, part: ReportPart, source: ReturnSource, at: int) -> NamedReturn:
    """What is written of a report."""
    words = f"{part.status} {part.diagnostic}".split()
    detail = " ".join("(address)" if "@" in word else word for word in words)[:MOST_DETAIL]
    hashes = [address_hash(address) for address in part.recipients]
    value = MailReturn(says=part.kind, detail=detail, recipients=hashes, source=source, at=from_epoch_ms(at))
    return NamedReturn(key, value)
