"""What the record of a mail says: what is heard of a mail, as its status, and as cells of a table. Pure.

A status never goes back: what was sent was sent, whatever is heard later or again. So mails and outcomes may
be read in any order, and more than once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from schemas.mail import Email, Engagement, Outcome
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.product.reading.vocabularies import read_status
from workers.product.sources import Source

MAILS, OUTCOMES = "emails", "engagements"
TOPICS = (MAILS, OUTCOMES)
SOURCE, OWN = "ce_source", b"/kairos/mail"
MailStatus = Literal["queued", "failed", "sent"]
RANKS: Mapping[str, int] = {"queued": 0, "failed": 1, "sent": 2}
UNWRITTEN = -1  # the rank of a mail without a record
# an outcome of which nothing is said leaves the record as it is: the mail itself says that it was written
STATUS_AFTER: Mapping[Outcome, MailStatus] = {
    "sent": "sent",
    "clicked": "sent",
    "unsubscribed": "sent",
    "complained": "sent",
    "failed": "failed",
    "bounced": "failed",
    "withdrawn": "failed",
    "expired": "failed",
}
EARLIEST_MS = 946_684_800_000  # the year 2000: a sender's time before it is none
FIELDS = ("decision_id", "status", "user_id", "content", "sent_date")


class MailRecord(NamedTuple):
    """The record of a mail; what is None is not said."""

    decision: str
    person: str
    status: MailStatus
    sent_at: datetime | None = None
    content: str | None = None


class MessageColumns(NamedTuple):
    """Columns of a table, or dotted paths in documents, by our fields; what is None is not written."""

    decision_id: str
    status: str
    user_id: str | None = None
    content: str | None = None
    sent_date: str | None = None


def of_mail(mail: Email) -> MailRecord:
    """A mail that is written and not yet sent."""
    content = "\n\n".join([mail.subject, mail.greeting, *mail.body])
    return MailRecord(mail.decision_id, mail.person, "queued", content=content)


def of_outcome(outcome: Engagement, read_at: int) -> MailRecord | None:
    """What a sender reports, in a record of a time (epoch ms); None for what changes no status.

    A time of sending that is ahead of the report, or none, is that of the report.
    """
    status = STATUS_AFTER.get(outcome.outcome)
    if status is None:
        return None
    at = to_epoch_ms(outcome.at)
    sent_at = from_epoch_ms(at if EARLIEST_MS <= at <= read_at else read_at) if status == "sent" else None
    return MailRecord(outcome.decision_id, outcome.person, status, sent_at)


def record_of(
    topic: str, headers: Iterable[tuple[str, bytes | None]], value: bytes | None, at: int
) -> MailRecord | None:
    """What a record of TOPICS, of a time (epoch ms), says of a mail; None for nothing. Raises ValueError.

    The outcomes of `mail` itself are left out: a mail that it did not write has no record, and one that it
    has written is in the other topic.
    """
    if value is None:
        return None
    if topic == MAILS:
        return of_mail(Email.loads(value))
    return None if (SOURCE, OWN) in headers else of_outcome(Engagement.loads(value), at)


def merged(records: Iterable[MailRecord]) -> list[MailRecord]:
    """One record for each mail: its furthest status, with everything that was said of it."""
    by_decision: dict[str, MailRecord] = {}
    for record in records:
        before = by_decision.get(record.decision, record)
        further = record if RANKS[record.status] > RANKS[before.status] else before
        by_decision[record.decision] = further._replace(content=before.content or record.content)
    return list(by_decision.values())


def rank_of(cell: Any) -> int:
    """How far a record is whose status has this value; with an unknown word it is as one that is queued."""
    status = read_status(cell)
    return UNWRITTEN if status is None else RANKS.get(str(status), RANKS["queued"])


def cells_of(record: MailRecord, columns: MessageColumns) -> dict[str, Any]:
    """A record as the cells of its row; those of which nothing is said keep what they have."""
    said = (
        (columns.decision_id, record.decision),
        (columns.status, record.status),
        (columns.user_id, record.person),
        (columns.content, record.content),
        (columns.sent_date, record.sent_at),
    )
    return {name: value for name, value in said if name is not None and value is not None}


def columns_of(
    source: Source, there: frozenset[str] | None, computed: frozenset[str]
) -> MessageColumns | str:
    """The columns of a table for the fields of a mapping; a line that says what is missing instead.

    `there` are the columns that the table has (None: not known), `computed` those that nobody can write. What
    is read otherwise than as it stands in one column cannot be written.
    """

    def can_be_written(path: tuple[str, ...]) -> bool:
        return len(path) == 1 and (there is None or path[0] in there) and path[0] not in computed

    return _chosen(source, can_be_written, "the table has no column to write {} of {} into")


def paths_of(source: Source) -> MessageColumns | str:
    """The same for a collection of MongoDB: paths with dots, but none into a list."""

    def can_be_written(path: tuple[str, ...]) -> bool:
        return bool(path) and not any(part.isdigit() or part.startswith("$") for part in path)

    return _chosen(source, can_be_written, "the mapping names no field to write {} of {} into")


def _chosen(
    source: Source, can_be_written: Callable[[tuple[str, ...]], bool], absent_line: str
) -> MessageColumns | str:
    found = {
        rule.name: ".".join(rule.path)
        for rule in source.fields
        if rule.name in FIELDS and not rule.beyond_paths and can_be_written(rule.path)
    }
    if absent := [name for name in ("decision_id", "status") if name not in found]:
        return absent_line.format(" and ".join(absent), source.topic)
    return MessageColumns(**found)
