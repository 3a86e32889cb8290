"""What the consumer takes of the fetched records, and what it leaves to Faust."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from structlog.testing import capture_logs

from tests.unit.runtime.kafka.test_record_batch import batch
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.runner.backlog import Backlog
from workers.runtime.runner.consumer import WARN_SECONDS, BatchConsumer, count_records
from workers.runtime.runner.store import PartitionStore

INBOX, OTHER_INBOX, CHANGELOG, REPLY = TP("inbox", 0), TP("inbox", 1), TP("changelog", 0), TP("replies", 0)


def fetched(first: int, count: int) -> RecordBatch:
    """A batch of `count` records from an offset on."""
    return RecordBatch.fetched(batch(first, *range(first, first + count)), first)


def changelog_record(offset: int, value: bytes | None) -> Any:
    """A record of the changelog, all under one key."""
    return SimpleNamespace(offset=offset, key=b"a", value=value, headers=(fencing_header(0, 1, 0),))


class Case:
    """A consumer in generation 3 without Faust's services, and a recovery that has read up to offset 4."""

    def __init__(self, highwater: int | None = 7, seen: int | None = 4) -> None:
        self.first_open: dict[TP, int] = {}
        app: Any = SimpleNamespace(
            worker="people",
            batch_topics={"inbox"},
            rebalancing=False,
            consumer_generation_id=3,
            settings=SimpleNamespace(logical=lambda topic: topic),
            owner=SimpleNamespace(first_open=self.first_open.get),
        )
        self.consumer: Any = object.__new__(BatchConsumer)
        self.consumer.app = app
        self.consumer.backlog = Backlog()
        self.consumer._opened = 3
        self.consumer._expected = {}
        self.consumer._read_offset = {}
        self.consumer._committable, self.consumer._committed_offset = {}, defaultdict(lambda: None)
        self.store = PartitionStore("memory://", app, SimpleNamespace(name="people"), on_ready=lambda _: None)
        self.recovery = SimpleNamespace(
            active_tps={CHANGELOG},
            active_offsets={CHANGELOG: seen},
            active_highwaters={CHANGELOG: highwater},
            tp_to_table={CHANGELOG: SimpleNamespace(data=self.store)},
        )

    def recover(self, records: list[Any], active: set[TP] | None) -> dict[TP, list[Any]]:
        """What of changelog records is left for Faust."""
        remaining: dict[TP, list[Any]] = self.consumer._recover(self.recovery, {CHANGELOG: records}, active)
        return remaining

    def queue(self, records: dict[TP, list[Any]], active: set[TP] | None = None) -> dict[TP, list[Any]]:
        """What of fetched records is left for Faust."""
        remaining: dict[TP, list[Any]] = self.consumer._queue(records, active)
        return remaining

    async def queued(self) -> list[tuple[int, int, int]]:
        """Partition, first and last offset of the batches in the backlog."""
        return [(tp.partition, item.offset, item.last) for tp, item in await self.consumer.backlog.take(99)]


async def test_changelog_records_below_the_high_water_mark_are_applied_at_once() -> None:
    """Nothing is left for Faust, and the offset of the recovery advances; records seen before are skipped."""
    case = Case()
    records = [changelog_record(4, b"seen before"), changelog_record(5, b"5"), changelog_record(6, b"6")]
    assert case.recover(records, {CHANGELOG}) == {}
    assert case.store.partition(0) == {b"a": b"6"}
    assert case.recovery.active_offsets == {CHANGELOG: 6}


async def test_the_record_that_reaches_the_high_water_mark_is_left_for_faust() -> None:
    """Those before it are applied; Faust applies it, and decides that recovery has ended."""
    case = Case()
    last = changelog_record(7, b"7")
    assert case.recover([changelog_record(5, b"5"), changelog_record(6, b"6"), last], {CHANGELOG}) == {
        CHANGELOG: [last]
    }
    assert case.store.partition(0) == {b"a": b"6"}
    assert case.recovery.active_offsets == {CHANGELOG: 6}


async def test_a_single_last_record_does_not_advance_the_recovery() -> None:
    """The offset stays below it until Faust has applied it."""
    case, last = Case(), changelog_record(8, None)
    assert case.recover([last], {CHANGELOG}) == {CHANGELOG: [last]}
    assert case.store.partition(0) == {}
    assert case.recovery.active_offsets == {CHANGELOG: 4}


async def test_changelogs_that_are_not_being_recovered_are_left_for_faust() -> None:
    """Not active in this fetch, another topic, or an offset or a high-water mark that is not known yet."""
    records = [changelog_record(5, b"5")]
    for case, active in (
        (Case(), None),
        (Case(), {INBOX}),
        (Case(seen=None), {CHANGELOG}),
        (Case(highwater=None), {CHANGELOG}),
    ):
        assert case.recover(records, active) == {CHANGELOG: records}
        assert case.store.partition(0) == {}
    case = Case()
    case.recovery.active_tps = set()
    assert case.recover(records, {CHANGELOG}) == {CHANGELOG: records}


@pytest.mark.parametrize(
    ("position", "seen", "fetched_now", "left", "expected"),
    [
        (8, 4, False, False, 7),  # all was read: what is missing was aborted
        (7, 4, False, False, 4),  # not yet read to its end
        (None, 4, False, False, 4),
        (8, 4, True, False, 4),  # first what has just come
        (8, 4, False, True, 4),  # Faust has the last record
        (8, None, False, False, None),
        (8, 7, False, False, 7),
    ],
)
async def test_a_changelog_that_ends_with_aborted_records_is_recovered(
    position: int | None, seen: int | None, fetched_now: bool, left: bool, expected: int | None
) -> None:
    """Its offset goes to the high-water mark once everything before was applied."""
    case = Case(seen=seen)
    case.consumer._thread = SimpleNamespace(position_now=lambda tp: position, stable_end=lambda tp: 6)
    case.consumer._last_left = {CHANGELOG} if left else set()
    case.consumer._end_without_records(case.recovery, {CHANGELOG: [1]} if fetched_now else {})
    assert case.recovery.active_offsets == {CHANGELOG: expected}


async def test_a_recovery_that_an_open_transaction_holds_back_says_so_now_and_then() -> None:
    """The line names topic, partition and offset; nothing counts as recovered."""
    case = Case(seen=4)
    case.consumer._thread = SimpleNamespace(position_now=lambda tp: 6, stable_end=lambda tp: 6)
    case.consumer._last_left, case.consumer._warned_at = set(), -WARN_SECONDS
    with capture_logs() as lines:
        case.consumer._end_without_records(case.recovery, {})
        case.consumer._end_without_records(case.recovery, {})
    (line,) = lines
    assert (line["topic"], line["partition"], line["offset"]) == (CHANGELOG.topic, CHANGELOG.partition, 6)
    assert case.recovery.active_offsets == {CHANGELOG: 4}


async def test_inputs_are_queued_and_other_topics_are_left_for_faust() -> None:
    """The read offset and the next expected offset are those after the last record."""
    case = Case()
    replies = [SimpleNamespace(offset=1)]
    assert case.queue({INBOX: [fetched(5, 2), fetched(7, 1)], REPLY: replies}) == {REPLY: replies}
    assert await case.queued() == [(0, 5, 6), (0, 7, 7)]
    assert case.consumer._read_offset == {INBOX: 7}
    assert case.consumer._expected == {INBOX: 8}


async def test_inputs_of_inactive_partitions_are_dropped() -> None:
    """They are neither queued nor left for Faust, and their read offset does not advance."""
    case = Case()
    assert case.queue({INBOX: [fetched(5, 2)], OTHER_INBOX: [fetched(0, 1)]}, {OTHER_INBOX}) == {}
    assert await case.queued() == [(1, 0, 0)]
    assert case.consumer._read_offset == {OTHER_INBOX: 0}


async def test_inputs_are_dropped_until_their_generation_is_open() -> None:
    """During a rebalance, or before the seek to the committed offsets; the next `_open` seeks again."""
    for rebalancing, opened in ((True, 3), (False, 2), (False, None)):
        case = Case()
        case.consumer.app.rebalancing, case.consumer._opened = rebalancing, opened
        replies = [SimpleNamespace(offset=1)]
        assert case.queue({INBOX: [fetched(5, 2)], REPLY: replies}) == {REPLY: replies}
        assert case.consumer._opened is None
        assert case.consumer._read_offset == {}
        assert not case.consumer.backlog._waiting


async def test_records_deleted_before_they_were_read_are_logged() -> None:
    """The broker has gone on after the expected offset."""
    case = Case()
    case.consumer._expected = {INBOX: 3}
    with capture_logs() as lines:
        case.queue({INBOX: [fetched(5, 2)]})
        case.queue({INBOX: [fetched(7, 1)]})
    (line,) = lines
    assert (line["topic"], line["partition"], line["from_offset"], line["count"]) == ("inbox", 0, 3, 2)


def test_own_changelog_records_advance_the_recovery_unless_others_are_between() -> None:
    """False means that another process has written to the changelog."""
    consumer: Any = object.__new__(BatchConsumer)
    offsets: dict[TP, int | None] = {CHANGELOG: 4}
    consumer.app = SimpleNamespace(tables=SimpleNamespace(recovery=SimpleNamespace(active_offsets=offsets)))
    assert consumer.skip_own(CHANGELOG, 5, 3)
    assert offsets == {CHANGELOG: 7}
    assert not consumer.skip_own(CHANGELOG, 9, 1)
    assert offsets == {CHANGELOG: 7}
    assert consumer.skip_own(TP("changelog", 1), 9, 1)
    assert offsets == {CHANGELOG: 7}
    assert list(consumer.gap_before(TP("changelog", 1), 9)) == list(consumer.gap_before(CHANGELOG, 8)) == []
    assert list(consumer.gap_before(CHANGELOG, 11)) == [8, 9, 10]
    consumer.skip_foreign(CHANGELOG, 11)
    assert consumer.skip_own(CHANGELOG, 11, 1)


def test_batches_count_as_their_records() -> None:
    """Records of changelogs are fetched one by one."""
    assert count_records([fetched(5, 3), fetched(8, 1)]) == 4
    assert count_records([SimpleNamespace(offset=1), SimpleNamespace(offset=2)]) == 2
