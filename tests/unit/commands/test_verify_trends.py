"""`kairos verify --jobs` without a broker: which trends differ, while the fleet goes on."""

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

import click
import pytest

from schemas.jobs import JobSignal
from tests.unit.jobs.job_records import NOW, POLICY, opened, signal
from workers.commands.rebuild_jobs import CHANGELOG
from workers.commands.verify_trends import SIGNALS, STATE, TREND, TRENDS, TrendComparer
from workers.jobs.stage import trends_stage
from workers.runtime.dead_letters.reading import SOURCE
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.headers import Headers, cloud_headers
from workers.runtime.kafka.records import ConsumerRecord

JOBS = ("a", "b", "c")


class Board:
    """Topics of one partition in memory, with the worker `jobs`; read as by `Reader`.

    What is `said` is worked on by `work`, perhaps only later. `deleted` is the number of signals that
    retention has deleted.
    """

    def __init__(self) -> None:
        self.deleted = 0
        self._topics: dict[str, list[ConsumerRecord]] = {SIGNALS: [], TRENDS: [], CHANGELOG: []}
        self._worker = Replay(trends_stage(POLICY))
        self._worked = 0
        for job in JOBS:
            self.say(job, opened().model_copy(update={"job_id": job}))
            self.say(job, signal(job_id=job, seconds=30, others={"x": 0.4}))
        self.work()

    def say(self, job: str, value: Any, *headers: tuple[str, bytes]) -> None:
        """Write about a job."""
        self.put(SIGNALS, job.encode(), value.dumps(), headers)

    def work(self, skipped: int = 0) -> None:
        """Let the worker read what was said since, but for the first records, which it misses."""
        signals = self._topics[SIGNALS]
        for record in self._worker.feed(signals[self._worked + skipped :]):
            self.put(record.topic, record.key or b"", record.value)
        self._worked = len(signals)
        for key, value in self._worker.stored().items():
            if key not in RESERVED_KEYS:
                self.put(CHANGELOG, key, value)

    def restart(self) -> None:
        """Begin with no states."""
        self._worker = Replay(trends_stage(POLICY))

    def put(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> None:
        """Append a record; in the changelog as one of the worker's."""
        headers = (fencing_header(0, 1, 0),) if topic == CHANGELOG else headers
        records = self._topics[topic]
        records.append(ConsumerRecord(topic, 0, len(records), key, value, NOW, headers))

    def partitions(self, topic: str) -> list[int]:
        """As `Reader.partitions`."""
        return [0]

    def beginnings(self, topic: str) -> dict[int, int]:
        """As `Reader.beginnings`."""
        return {0: self.deleted}

    def read(self, topic: str, partitions: Iterable[int] | None = None) -> Iterator[ConsumerRecord]:
        """As `Reader.read`."""
        return self.read_from(topic, {0: 0})

    def read_from(self, topic: str, offsets: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """As `Reader.read_from`."""
        first = max(offsets[0], self.deleted if topic == SIGNALS else 0)
        return iter(self._topics[topic][first:])


def comparer(board: Board) -> TrendComparer:
    """A comparer of all jobs, which has replayed what was said until now."""
    made = TrendComparer(board, POLICY)  # type: ignore[arg-type]
    jobs = made.sample(Random(1), 10)
    assert sorted(jobs) == list(JOBS)
    made.replay(jobs)
    return made


def applied(job: str) -> JobSignal:
    """An application for a job."""
    return signal("applied", id="s2", job_id=job, weight=0.5)


def test_trends_that_the_signals_amount_to_do_not_differ() -> None:
    assert comparer(Board()).compare(JOBS) == dict.fromkeys(JOBS, ())


def test_a_trend_may_be_of_a_later_record_than_the_replay() -> None:
    """Then the signals that have come meanwhile are stepped one by one; an earlier trend is on its way."""
    board = Board()
    compared = comparer(board)
    board.say("a", applied("a"))
    board.work()
    board.say("a", signal("saved", id="s3"))
    assert compared.compare(["a"]) == {"a": ()}

    fields = compared.compare(["a"])["a"]  # the worker has not read the last one, and no other came
    assert fields is not None
    assert "total_saves" in fields
    board.work()
    assert compared.compare(["a"]) == {"a": ()}


def test_what_the_worker_has_missed_is_named_by_field() -> None:
    board = Board()
    board.say("b", applied("b"))
    board.work(skipped=1)
    fields = comparer(board).compare(JOBS)["b"]
    assert fields is not None
    assert {"total_applications", "applications", "conversion", "interest"} <= set(fields)
    assert "total_views" not in fields


def test_a_trend_without_a_state_and_a_state_without_a_trend_are_named() -> None:
    """As after a topic was lost, even of a job of which nothing was heard since."""
    board = Board()
    board.put(CHANGELOG, b"a", None)
    board.put(TRENDS, b"b", None)
    assert comparer(board).compare(JOBS) == {"a": (STATE,), "b": (TREND,), "c": ()}


def test_a_job_with_signals_that_are_deleted_by_now_cannot_be_compared() -> None:
    """The others can: their states began behind what is deleted."""
    board = Board()
    board.deleted = 2
    assert comparer(board).compare(JOBS) == {"a": None, "b": (), "c": ()}
    board.say("b", applied("b"))
    board.work(skipped=1)
    assert comparer(board).compare(["b"])["b"]


def test_a_trend_from_before_a_rebuild_cannot_be_compared_without_its_signals() -> None:
    """The states have begun anew, behind all that was said; the trends stay until something is said."""
    board = Board()
    board.deleted = 6
    board.restart()
    for job in JOBS:
        board.say(job, opened().model_copy(update={"job_id": job}))
    board.say("a", applied("a"))
    board.work()
    assert comparer(board).compare(JOBS) == {"a": (), "b": None, "c": None}


def test_what_was_put_back_counts_once() -> None:
    """The worker could not use the first record; this version can use both."""
    board = Board()
    board.say("a", applied("a"))
    board.say("a", signal("saved", id="s3"))
    board.work(skipped=1)
    assert comparer(board).compare(["a"])["a"]
    board.say("a", applied("a"), *cloud_headers("kairos.job-signals.v1", SOURCE, f"{SIGNALS}/0/6", NOW))
    board.work()
    assert comparer(board).compare(["a"]) == {"a": ()}


def test_without_any_trend_the_command_says_so() -> None:
    board = Board()
    for job in JOBS:
        board.put(CHANGELOG, job.encode(), None)
        board.put(TRENDS, job.encode(), None)
    made = TrendComparer(board, POLICY)  # type: ignore[arg-type]
    with pytest.raises(click.ClickException, match="job-trends is empty"):
        made.sample(Random(1), 10)
