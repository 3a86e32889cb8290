"""What the record of a mail says: statuses that never go back, cells, and the columns of a mapping."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from schemas.mail import Email, Engagement
from workers.product.sources import read_sources
from workers.writeback.mail_record import (
    MAILS,
    OUTCOMES,
    RANKS,
    UNWRITTEN,
    MailRecord,
    MessageColumns,
    cells_of,
    columns_of,
    merged,
    of_mail,
    of_outcome,
    rank_of,
    record_of,
)

AT = 1_707_523_200_000  # 2024-02-10
OURS = MessageColumns("decision_id", "status", "user_id", "content", "sent_date")
MAIL = Email.model_validate(Email.EXAMPLES[0])


def outcome(kind: str, at: str = "2024-02-09T08:00:00Z") -> Engagement:
    """A report of a sender."""
    fields = {"decision_id": "user_001:1", "person": "user_001", "outcome": kind, "at": at}
    return Engagement.model_validate(fields)


def test_a_mail_is_queued_with_its_text_and_without_a_date() -> None:
    """Under the decision's id."""
    assert cells_of(of_mail(MAIL), OURS) == {
        "decision_id": "user_001:1",
        "status": "queued",
        "user_id": "user_001",
        "content": "Another evening at The Vault?\n\nHi Sarah,\n\nChef Mario cooks again.",
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("sent", "sent"),
        ("clicked", "sent"),
        ("unsubscribed", "sent"),
        ("complained", "sent"),
        ("failed", "failed"),
        ("bounced", "failed"),
        ("withdrawn", "failed"),
        ("expired", "failed"),
        ("written", None),
    ],
)
def test_every_outcome_has_a_status_or_none(kind: str, status: str | None) -> None:
    """As people's state takes it: who clicked was sent to."""
    record = of_outcome(outcome(kind), AT)

    assert (record and record.status) == status
    assert (record and record.sent_at) == (datetime(2024, 2, 9, 8, tzinfo=UTC) if status == "sent" else None)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "2031-01-01T00:00:00Z"])
def test_a_time_of_sending_that_cannot_be_is_that_of_the_report(at: str) -> None:
    """None at all, or ahead."""
    record = of_outcome(outcome("sent", at), AT)

    assert record is not None
    assert cells_of(record, OURS)["sent_date"] == datetime(2024, 2, 10, tzinfo=UTC)


def test_records_of_the_topics_are_read_and_what_mail_itself_reports_is_not() -> None:
    """A mail that was not written has no record; a tombstone says nothing; a broken one is an error."""
    own = [("ce_source", b"/kairos/mail")]
    failed = outcome("failed").dumps()

    assert record_of(MAILS, own, MAIL.dumps(), AT) == of_mail(MAIL)
    assert record_of(OUTCOMES, own, failed, AT) is None
    assert record_of(OUTCOMES, [("ce_source", None)], failed, AT) == of_outcome(outcome("failed"), AT)
    assert record_of(MAILS, own, None, AT) is None
    with pytest.raises(ValueError, match="validation error"):
        record_of(OUTCOMES, [], b"{}", AT)


def test_in_any_order_the_furthest_status_and_all_that_was_said_is_left() -> None:
    """Of one mail there is one record, and others stand beside it."""
    said = [
        of_mail(MAIL),
        of_outcome(outcome("failed"), AT),
        of_outcome(outcome("sent"), AT),
        MailRecord("b:1", "b", "queued"),
    ]
    expected = MailRecord(
        "user_001:1", "user_001", "sent", datetime(2024, 2, 9, 8, tzinfo=UTC), of_mail(MAIL).content
    )

    for order in permutations(said):
        records = [each for each in order if each is not None]
        assert sorted(merged(records)) == sorted([expected, MailRecord("b:1", "b", "queued")])


@pytest.mark.parametrize(
    ("cell", "rank"),
    [
        (None, UNWRITTEN),
        ("", UNWRITTEN),
        ("queued", 0),
        (" Sent ", RANKS["sent"]),
        ("送信済み", RANKS["sent"]),
        ("failed", RANKS["failed"]),
        ("draft", 0),
        ("in review", 0),
        (["sent"], RANKS["sent"]),
    ],
)
def test_the_status_in_a_table_is_read_as_capture_reads_it(cell: Any, rank: int) -> None:
    """Another word is as far as queued: an outcome is written over it, a mail is not."""
    assert rank_of(cell) == rank


def columns(fields: dict[str, Any], *there: str, computed: tuple[str, ...] = ()) -> MessageColumns | str:
    """The columns for a mapping of messages; without `there` the schema is not known."""
    (source,) = read_sources({"messages": {"from": "airtable", "fields": fields}}).airtable
    return columns_of(source, frozenset(there) or None, frozenset(computed))


def test_the_mapping_of_capture_says_where_to_write() -> None:
    """What is no column of the table, computed, or inside of something, is left out."""
    assert columns({}) == OURS
    assert columns({"status": "State", "user_id": "User.id", "content": False}) == MessageColumns(
        "decision_id", "State", None, None, "sent_date"
    )
    named = {"decision_id": "Decision", "sent_date": "Sent on"}
    assert columns(named, "Decision", "status", "Sent on", computed=("Sent on",)) == MessageColumns(
        "Decision", "status"
    )


def test_what_is_computed_or_read_by_an_enumeration_is_not_written() -> None:
    """Nobody knows what would be read as the same again."""
    made = {"status": {"path": "State", "values": {"out": "sent"}}, "content": {"constant": "a text"}}

    assert columns(made) == "the table has no column to write status of messages into"
    assert columns(made | {"status": "State"}) == MessageColumns(
        "decision_id", "State", "user_id", None, "sent_date"
    )


def test_without_a_column_for_the_decision_or_the_status_nothing_is_written() -> None:
    """One line says what is missing."""
    absent = "the table has no column to write {} of messages into"
    assert columns({"status": False}) == absent.format("status")
    assert columns({}, "user_id") == absent.format("decision_id and status")
