"""What is asked of a table to write records of mails, whatever it answers."""

import threading
from typing import Any

import pytest
import structlog
from requests.exceptions import ConnectionError as CutError

from tests.unit.writeback.table import Table
from workers.product.airtable.refusals import AirtableRefusal
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.stopped import Stopped
from workers.writeback.airtable_messages import AirtableMessages, named
from workers.writeback.mail_record import MailRecord, MessageColumns
from workers.writeback.recorder import LostTargetError, MailRecorder

WRONG_OPTION = AirtableRefusal(422, "INVALID_MULTIPLE_CHOICE_OPTIONS")


def recorder(table: Table, stop: threading.Event | None = None) -> MailRecorder:
    """A recorder that waits for a moment only."""
    target = AirtableMessages(table, MessageColumns("d", "s"))
    return MailRecorder(target, stop or threading.Event(), Backoff(float("inf"), 0.001, 0.001))


def record(number: int, status: Any = "queued") -> MailRecord:
    """The record of a mail."""
    return MailRecord(f"u:{number}", "u", status)


def test_ten_are_written_at_once_and_what_is_there_already_is_not() -> None:
    """One question for a hundred; again it asks only."""
    table = Table({"d": "u:3", "s": "sent"}, {"d": "u:4", "s": "queued"})
    records = [record(number, "failed") for number in range(25)]
    recorder(table).record(records)

    assert table.asked == ["look", "write 10", "write 10", "write 4"]
    assert table.statuses() == {f"u:{n}": "sent" if n == 3 else "failed" for n in range(25)}
    recorder(table).record(records)
    assert table.asked[4:] == ["look"]


@pytest.mark.parametrize("done", [True, False])
def test_a_request_that_was_not_answered_is_looked_for(done: bool) -> None:
    """Whether it was done or not, each record is there once."""
    table = Table()
    table.errors = [(CutError("cut"), done), (CutError("cut"), done)]
    recorder(table).record([record(number) for number in range(12)])

    assert len(table.rows) == 12
    assert table.statuses() == {f"u:{n}": "queued" for n in range(12)}
    assert table.asked.count("look") == 3


def test_a_refused_record_is_one_line_and_the_others_are_written() -> None:
    """Each alone, after the whole request was refused."""
    table = Table()
    table.refused = {"u:1": WRONG_OPTION}
    with structlog.testing.capture_logs() as logs:
        recorder(table).record([record(number) for number in range(3)])

    assert table.statuses() == {"u:0": "queued", "u:2": "queued"}
    (line,) = [each for each in logs if each["log_level"] == "error"]
    assert line["decision"] == "u:1"
    assert line["why"] == "422 INVALID_MULTIPLE_CHOICE_OPTIONS"


@pytest.mark.parametrize(
    "refusal", [AirtableRefusal(422, "UNKNOWN_FIELD_NAME"), AirtableRefusal(403, "INVALID_PERMISSIONS")]
)
def test_what_concerns_the_whole_table_is_told_and_nothing_is_written(
    refusal: AirtableRefusal,
) -> None:
    """A renamed column, a token without the right."""
    table = Table()
    table.refused = {"u:0": refusal}

    with pytest.raises(AirtableRefusal):
        recorder(table).record([record(0)])


def test_two_records_of_one_mail_are_left_to_a_person() -> None:
    """Unless both say it already; rows in an odd form are nobody's."""
    table = Table({"d": "u:1", "s": "queued"}, {"d": "u:1"}, {"d": "u:2", "s": "sent"}, {"d": "u:2"})
    table.rows.append({"fields": {"d": ["u:3"]}})
    with structlog.testing.capture_logs() as logs:
        recorder(table).record([record(1, "sent"), record(2, "sent")])

    assert table.asked == ["look"]
    assert [each["decision"] for each in logs] == ["u:1"]


def test_a_wait_ends_when_the_worker_is_stopped() -> None:
    """However long Airtable is away."""
    table, stop = Table(), threading.Event()
    table.errors = [(CutError("cut"), False)] * 3
    stop.set()

    with pytest.raises(Stopped):
        recorder(table, stop).record([record(0)])


def test_a_table_that_stays_away_is_waited_for_as_long_as_the_backoff_says() -> None:
    """Then the worker ends with a line, to be started again; each success starts the count anew."""
    table = Table()
    table.errors = [(CutError("cut"), False)] * 4
    target = AirtableMessages(table, MessageColumns("d", "s"))
    with pytest.raises(LostTargetError, match="Airtable is lost since 0 s: cut"):
        MailRecorder(target, threading.Event(), Backoff(60, 0.001, 0.001, attempts=3)).record([record(0)])
    table.errors = [(CutError("cut"), False), (None, True), (CutError("cut"), False)]
    MailRecorder(target, threading.Event(), Backoff(60, 0.001, 0.001, attempts=2)).record(
        [record(number) for number in range(12)]
    )
    assert len(table.rows) == 12


def test_a_decision_is_named_whatever_its_text_is() -> None:
    """Quotes and backslashes are escaped."""
    assert named("Decision id", ["a'b:1", "c:2"]) == "OR({Decision id}='a\\'b:1', {Decision id}='c:2')"
