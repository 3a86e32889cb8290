"""The board in memory follows the records of its topics."""

import pytest

from schemas.jobs import JobTrend
from tests.unit.recommend.boards import EMBEDDER, NOW, job, trend
from workers.board.board_tail import change_of, changes_of
from workers.board.live_board import REMEMBERED_MS, LiveBoard
from workers.product.sources import read_sources
from workers.recommend.board import Board
from workers.runtime.kafka.records import ConsumerRecord


def record(topic: str, key: str | None, value: bytes | None, offset: int = 0) -> ConsumerRecord:
    return ConsumerRecord(topic, 0, offset, key.encode() if key else None, value, NOW, ())


def live_board(*records: ConsumerRecord) -> LiveBoard:
    board = LiveBoard(Board(EMBEDDER))
    board.apply(list(changes_of(records)))
    return board


def ids(board: LiveBoard) -> set[str]:
    with board.locked() as jobs:
        return {str(jobs.ids[row]) for row in range(jobs.rows) if jobs.open_rows(NOW)[row]}


def test_jobs_come_change_and_go() -> None:
    """The last record of a job counts; a deleted one is not on the board."""
    cook, nurse = job("cook", "Line Cook"), job("nurse", "Nurse")
    records = (record("jobs", "cook", cook.dumps()), record("jobs", "nurse", nurse.dumps()))
    board = live_board(*records)
    assert ids(board) == {"cook", "nurse"}

    board.apply(list(changes_of([record("jobs", "nurse", None)])))
    board.apply(list(changes_of([record("jobs", "cook", job("cook", "Sous Chef").dumps())])))

    assert ids(board) == {"cook"}
    chef = board.job("cook")
    assert chef is not None
    assert chef.title == "Sous Chef"
    assert board.job("nurse") is None


def test_the_key_names_the_job() -> None:
    """As for all documents."""
    assert live_board(record("jobs", "a", job("b").dumps())).job("a") is not None


def test_trends_are_learned_and_forgotten() -> None:
    """Before or after their job; a deleted trend says nothing any more."""
    board = live_board(record("job-trends", "a", trend("a", interest=5.0).dumps()))
    board.apply(list(changes_of([record("jobs", "a", job("a").dumps())])))
    assert interest(board, "a") == pytest.approx(5.0)

    board.apply(list(changes_of([record("job-trends", "a", None), record("job-trends", "z", None)])))

    assert interest(board, "a") == 0.0
    assert ids(board) == {"a"}


def interest(board: LiveBoard, job_id: str) -> float:
    with board.locked() as jobs:
        row = jobs.row(job_id)
        assert row is not None
        return float(jobs.interest(NOW, slice(row, row + 1))[0])


@pytest.mark.parametrize(
    ("topic", "key", "value"),
    [
        ("jobs", None, b"{}"),
        ("jobs", "a", b"["),
        ("jobs", "a", b"[]"),
        ("job-trends", "a", b'{"views": "many"}'),
        ("job-trends", "a", b'{"job_id": "a", "interest": 1e400}'),
        ("job-trends", "a", b'{"job_id": "a", "views": NaN}'),
        ("job-trends", "a", b'{"job_id": "a", "neighbours": [{"job_id": "b", "weight": 1e308}]}'),
    ],
)
def test_what_is_no_job_and_no_trend_is_passed_over(topic: str, key: str | None, value: bytes) -> None:
    """The others are applied. A number that no sum can be would make the scores of everybody none."""
    good = record("jobs", "good", job("good").dumps(), offset=1)
    board = live_board(record(topic, key, value), good)

    assert ids(board) == {"good"}
    with board.locked() as jobs:
        assert len(jobs) == 1


def test_a_change_of_a_trend_names_its_job() -> None:
    change = change_of(record("job-trends", "a", JobTrend(job_id="a").dumps()))
    assert (change.job_id, change.of_trend, change.job) == ("a", True, None)


def test_a_board_is_ready_only_when_it_has_read_everything() -> None:
    assert not live_board(record("jobs", "a", job("a").dumps())).is_ready


def test_the_tags_of_a_job_are_known() -> None:
    """That there is no other job is known only when all have been read."""
    board = live_board(record("jobs", "cook", job("cook", tags=["kitchen"]).dumps()))
    assert board.tags("cook") == ["kitchen"]
    assert board.tags("other") == []
    board._ready.set()
    assert board.tags("other") is None


def test_a_job_that_ended_is_forgotten_after_some_time() -> None:
    """Not at once: what was done with it says what a person likes."""
    board = live_board(
        record("jobs", "a", job("a").dumps()), record("job-trends", "a", trend("a", 5.0).dumps())
    )
    board.apply(list(changes_of([record("jobs", "a", None)])))

    board.sweep(NOW + REMEMBERED_MS)
    with board.locked() as jobs:
        assert jobs.row("a") is not None
    board.sweep(NOW + REMEMBERED_MS + 1)
    with board.locked() as jobs:
        assert jobs.row("a") is None


def test_jobs_that_debezium_writes_come_and_go() -> None:
    """Under the id that their key names, with the mapping of the source."""
    table = {"external": True, "format": "debezium", "fields": {"title": "name"}}
    source = read_sources({"jobs": table}).changes["jobs"]
    change = b'{"after": {"id": 7, "name": "Cook"}, "op": "c", "source": {"connector": "mysql"}}'
    board = LiveBoard(Board(EMBEDDER))
    records = [record("jobs", '{"id": 7}', change), record("job-trends", "7", trend("7").dumps())]

    board.apply(list(changes_of(records, source)))
    assert ids(board) == {"7"}
    assert (found := board.job("7")) is not None
    assert found.title == "Cook"
    board.apply(list(changes_of([record("jobs", '{"id": 7}', None)], source)))
    assert ids(board) == set()
