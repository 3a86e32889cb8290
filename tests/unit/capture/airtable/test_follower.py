"""The steps of a follower: what is read, written and stored in which order; time is a number."""

import json
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tests.unit.capture.airtable.fake_table import FakeTable, Marks
from tests.unit.capture.fakes import FakeProducer
from workers.capture.airtable.follower import TableFollower
from workers.capture.airtable.held import Held
from workers.capture.airtable.place import TablePlace
from workers.capture.airtable.schedule import Intervals
from workers.capture.airtable.table_writer import TableWriter
from workers.capture.document_writer import DocumentWriter
from workers.capture.failure import RefusedError
from workers.product.airtable.refusals import AirtableRefusal
from workers.product.sources import TOPICS, Source, read_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.sizes import SizeLimits

START = 1_707_523_200_000
(SOURCE,) = read_sources({"messages": {"from": "airtable"}}).airtable


class Run:
    """A follower of a fake table, and what it writes and stores."""

    def __init__(self, table: FakeTable, place: TablePlace | None = None, source: Source = SOURCE) -> None:
        self.now, self.table, self.marks = START, table, Marks()
        self.producer = FakeProducer()
        producer: Any = self.producer
        documents = DocumentWriter(producer, SizeLimits(dict.fromkeys(TOPICS, 100_000)), DlqLimit())
        marks: Any = self.marks
        self.held, self.allowed, self.saved = Held(), [9], list[tuple[int, int]]()
        any_table: Any = table
        self.follower = TableFollower(
            source,
            any_table,
            TableWriter(source, self.held, documents, marks),
            place or TablePlace(),
            marks,
            Intervals(10_000, 300_000, 3_600_000),
            self.allow,
            lambda saved: self.saved.append((saved.cursor, len(self.producer.sent))),
            lambda: self.now,
        )

    def allow(self, deleted: int) -> None:
        """Allow so many deletions as were said."""
        if deleted > self.allowed[0]:
            raise RefusedError("too many")

    def rest(self) -> list[str]:
        """Step until nothing is due; returns what was asked."""
        before = len(self.table.asked)
        for _ in range(100):
            if not self.follower.step():
                return self.table.asked[before:]
        raise AssertionError("it never rests")

    def keys(self) -> list[tuple[str, bool]]:
        """The keys that were written so far, and whether there is a document."""
        return [((record.key or b"").decode(), record.value is not None) for record in self.producer.sent]


def sample(name: str, **labels: str) -> float:
    """The value of a metric by now."""
    return REGISTRY.get_sample_value(name, {"topic": "messages", **labels}) or 0.0


def test_what_was_read_is_counted_and_how_long_ago() -> None:
    """By what became of each record; up to which time it was read is told, not since when."""
    outcomes = ("written", "known", "deleted")
    before = {name: sample("kairos_airtable_records_total", outcome=name) for name in outcomes}
    made = sample("kairos_airtable_webhooks_total", outcome="made")
    run = Run(FakeTable("a", "b"))
    run.rest()
    del run.table.records["b"]
    run.table.touch("a", "b")
    run.now += 10_000
    run.rest()

    counted = {
        name: sample("kairos_airtable_records_total", outcome=name) - count for name, count in before.items()
    }
    assert counted == {"written": 2, "known": 1, "deleted": 1}
    assert sample("kairos_airtable_webhooks_total", outcome="made") == made + 1
    read_at = REGISTRY.get_sample_value
    labels = {"source": "airtable/messages"}
    assert read_at("kairos_source_read_timestamp_seconds", labels) == run.now / 1000
    run.now += 9_000
    run.follower.step()
    assert read_at("kairos_source_read_timestamp_seconds", labels) == run.now / 1000 - 9


def test_a_table_is_compared_once_and_then_only_its_payloads_are_asked_for() -> None:
    """Records that a payload names are read under their ids; the cursor is stored behind them."""
    run = Run(FakeTable("a", "b", "c"))
    begin = ["schema", "webhooks", "add_webhook", "webhooks", "payloads", "schema", "webhooks"]
    assert run.rest() == [*begin, "all", "all"]
    assert run.keys() == [("a", True), ("b", True), ("c", True)]
    run.now += 10_000
    run.table.records["b"] |= {"fields": {"user_id": "u-b", "status": "failed"}}
    del run.table.records["c"]
    run.table.touch("b", "a")
    run.table.touch("c", "never-seen")

    assert run.rest() == ["payloads", "named", "payloads", "named"]
    assert run.keys()[3:] == [("b", True), ("c", False)]
    assert run.saved[-2:] == [(2, 4), (3, 5)]
    assert json.loads(run.producer.sent[3].value or b"")["status"] == "failed"
    assert run.marks.idle_at[-1] == run.now


def test_no_time_is_told_before_the_first_comparison_is_complete() -> None:
    """What happened before the webhook is not known until then."""
    run = Run(FakeTable("a", "b", "c"))
    while "all" not in run.table.asked:
        run.follower.step()

    assert run.marks.idle_at == []


def test_a_new_webhook_leads_to_a_comparison_that_finds_deletions() -> None:
    """Also when a list was being read; and one that is gone is noticed when it is asked."""
    run = Run(FakeTable("a", "b"))
    run.rest()
    run.now += 10_000
    run.table.hooks.clear()
    del run.table.records["a"]

    assert run.rest()[:4] == ["payloads", "webhooks", "add_webhook", "webhooks"]
    assert run.keys()[2:] == [("a", False)]
    assert run.follower.place.cursor == 1


def test_a_comparison_asks_for_what_it_did_not_find_before_it_deletes() -> None:
    """A record that only was not on a page stays; too many that are really gone are refused."""
    run = Run(FakeTable("a", "b"))
    run.rest()
    hidden = run.table.records.pop("b")
    run.allowed = [0]
    run.now += 3_600_000
    with pytest.raises(RefusedError, match="too many"):
        run.rest()
    assert run.keys()[2:] == []

    run = Run(run.table, run.follower.place)
    run.held.documents["b"] = b"as it was"
    run.table.records["b"] = hidden
    assert "named" not in run.rest()


def test_a_list_that_was_begun_too_long_ago_is_begun_again() -> None:
    """And one with a field that is gone, after a look at the schema, is refused with a line."""
    run = Run(FakeTable("a", "b", "c"))
    run.table.refusals["all"] = [AirtableRefusal(422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE")]
    run.rest()
    assert run.keys() == [("a", True), ("b", True), ("c", True)]

    run.now += 300_000
    run.table.columns = frozenset({"user_id", "Status"})
    run.table.refusals["changed"] = [AirtableRefusal(422, "UNKNOWN_FIELD_NAME")]
    with pytest.raises(RefusedError, match="no field “status” any more"):
        run.rest()


def test_without_the_right_to_webhooks_sweeps_tell_the_time() -> None:
    """As often as payloads would be asked for; the right is asked for again at each comparison only."""
    run = Run(FakeTable("a"))
    run.table.refusals["webhooks"] = [AirtableRefusal(403, "NO")] * 9
    run.rest()
    run.now += 10_000

    assert run.rest() == ["changed"]
    assert run.marks.idle_at[-1] == run.now


def test_a_refusal_of_the_table_itself_is_one_line() -> None:
    """Of whatever question."""
    run = Run(FakeTable("a"))
    run.table.refusals["all"] = [AirtableRefusal(403, "NO")]

    with pytest.raises(RefusedError, match="does not let the token read app1/Messages"):
        run.rest()


def test_a_webhook_is_renewed_before_its_end() -> None:
    """At the next sweep, without a comparison."""
    run = Run(FakeTable("a"))
    run.rest()
    run.now += 300_000
    run.table.ends = "2024-02-14T00:00:00.000Z"
    webhook = run.follower.place.webhook

    assert run.rest() == ["payloads", "webhooks", f"renew {webhook}", "changed"]
    assert run.follower.place.webhook == webhook


def filtered(table: FakeTable, place: TablePlace | None = None) -> Run:
    """A follower of the records that are not marked as tests."""
    table.columns |= {"Test"}
    (source,) = read_sources({"messages": {"from": "airtable", "where": {"Test": {"not": True}}}}).airtable
    return Run(table, place, source)


@pytest.mark.parametrize("heard", ["payload", "sweep"])
def test_a_record_that_is_left_out_now_is_deleted_and_comes_back(heard: str) -> None:
    """Whether a webhook names it or a sweep finds it; one that never was there is not written at all."""
    table = FakeTable("a", "b", "c")
    table.records["c"]["fields"]["Test"] = True  # type: ignore[index]
    run = filtered(table)
    run.rest()
    assert run.keys() == [("a", True), ("b", True)]
    for is_test in (True, False):
        run.now += 10_000 if heard == "payload" else 300_000
        table.records["b"]["fields"]["Test"] = is_test  # type: ignore[index]
        table.touch("b") if heard == "payload" else None
        run.rest()

    assert run.keys()[2:] == [("b", False), ("b", True)]


def test_a_comparison_asks_before_it_deletes_what_is_left_out() -> None:
    """As it does for what it does not find: another filter may leave out everything."""
    table = FakeTable("a", "b", "c")
    for id_ in ("b", "c"):
        table.records[id_]["fields"]["Test"] = True  # type: ignore[index]
    run = filtered(table)
    run.held.documents |= dict.fromkeys(("a", "b", "c"), b"as it was")
    run.allowed = [1]
    with pytest.raises(RefusedError, match="too many"):
        run.rest()
    assert run.keys() == [("a", True)]
    run.allowed = [2]
    run.follower.step()
    run.now += 3_600_000
    run.rest()

    assert run.keys() == [("a", True), ("b", False), ("c", False)]


def test_a_table_without_the_column_of_a_filter_is_refused() -> None:
    """Else nothing, or everything, would be left out."""
    run = filtered(FakeTable("a"))
    run.table.columns = frozenset({"user_id", "status"})
    with pytest.raises(RefusedError, match=r"no field “Test” \(for messages.where\)"):
        run.rest()
