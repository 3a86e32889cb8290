"""The board: rows that are used again, jobs that change, trends from both sides, and its memory."""

from datetime import timedelta

import numpy as np
import pytest

from schemas.documents import Job
from schemas.jobs import JobTrend
from tests.unit.recommend.boards import DAY, EMBEDDER, NOW, NOW_AT, board_of, job, trend
from workers.recommend.board import Board
from workers.recommend.boost import pairs
from workers.recommend.columns import Rows


def test_a_job_that_changes_keeps_its_row() -> None:
    """The newest version counts."""
    board = board_of(job("1", "Nurse"), job("2", "Cook"))
    row = board.row("1")
    board.put(job("1", "Chef", company="Other"))

    assert (len(board), board.row("1")) == (2, row)
    assert board.titles[row or 0] == "Chef"
    assert board.vectors([row or 0])[0] @ EMBEDDER.embed(["Chef\nChef"])[0] > 0.95


def test_closed_rows_are_used_again() -> None:
    """A board on which as many jobs close as open does not grow."""
    board = board_of()
    for number in range(5_000):
        board.put(Job(id=str(number), title="Nurse"))
        board.close(str(number - 100), NOW)

    assert len(board) == 100
    assert board.rows <= 101
    assert board.columns.capacity < 2_000


def test_a_used_row_has_nothing_of_the_job_before() -> None:
    """Every column is emptied, and no neighbour is left."""
    board = board_of(job("old", "Nurse", salary="$50k", closes_at=NOW_AT, is_editorial=True), job("other"))
    board.shown("old")
    board.close("old", NOW)
    board.put(Job(id="new"))
    fresh = board_of(Job(id="new"))

    assert board.row("new") == 0
    for name, _, _ in board.columns.FIELDS:
        if name != "place":
            assert getattr(board.columns, name)[0] == getattr(fresh.columns, name)[0], name


def rows_of(board: Board, *names: str) -> Rows:
    """The rows of some jobs."""
    return np.array([board.row(name) for name in names], np.intp)


def test_a_closed_job_of_interest_stays_until_it_is_swept() -> None:
    """It says what people like, until the window of the last that was learned of it has passed."""
    board = board_of(job("a"), job("b"))
    board.trend(trend("a", 1.0, b=0.4))
    board.close("a", NOW)

    assert not board.open_rows(NOW)[board.row("a") or 0]
    assert board.sweep(NOW) == 0
    assert board.sweep(NOW + 1) == 1
    assert board.row("a") is None
    assert pairs(board, rows_of(board, "b"), NOW).rows.size == 0


def test_expired_jobs_are_swept() -> None:
    """By the time at which they close."""
    board = board_of(job("1", closes_at=NOW_AT), job("2"))

    assert board.sweep(NOW + 1) == 1
    assert board.row("1") is None


def test_neighbours_are_added_up_from_both_sides() -> None:
    """Each decayed since it was learned; what a job says anew replaces what it said."""
    board = board_of(job("a"), job("b"), job("c"))
    board.trend(trend("a", 1.0, NOW, b=0.4, c=0.1))
    board.trend(trend("a", 1.0, NOW, b=0.3))
    board.trend(trend("b", 1.0, NOW - 30 * DAY, a=0.2))
    found = pairs(board, rows_of(board, "a", "b"), NOW)

    assert found.of.tolist() == [0, 0, 1, 1]
    assert found.rows.tolist() == [board.row(name) for name in "bbaa"]
    assert sorted(found.weights[:2].tolist()) == pytest.approx([0.1, 0.3])
    assert sorted(found.weights[2:].tolist()) == pytest.approx([0.1, 0.3])


def test_a_trend_may_come_before_its_job_and_its_neighbours() -> None:
    """The topics are read side by side."""
    early, late = board_of(), board_of(job("a"), job("b"))
    said = trend("a", 2.0, b=0.4)
    early.trend(said)
    early.put(job("b"))
    early.put(job("a"))
    late.trend(said)
    values = [board.interest(NOW, np.array([board.row("a") or 0]))[0] for board in (early, late)]

    assert values == [2.0, 2.0]
    for board in (early, late):
        assert pairs(board, rows_of(board, "b"), NOW).weights.tolist() == pytest.approx([0.4])


def test_a_trend_without_interest_is_read_from_its_counts() -> None:
    """Views, applications and saves."""
    board = board_of(job("a"))
    board.trend(JobTrend(job_id="a", at=NOW_AT, views=10, applications=2, saves=1))

    assert board.interest(NOW, slice(0, 1))[0] == pytest.approx(10 * 0.1 + 2 * 0.5 + 0.4)


def test_closing_what_is_not_there_changes_nothing() -> None:
    """Tombstones of jobs that never came."""
    board = board_of(job("a"))
    board.close("b", NOW)
    board.shown("b")

    assert len(board) == 1


@pytest.mark.parametrize(
    "odd",
    [
        Job(id="", title=""),
        Job(id="x", title="\x00" * 10, company=" ", location="…", salary="¥", language="", work_style=""),
        Job(id="y", posted_at=NOW_AT + timedelta(days=9999), closes_at=NOW_AT - timedelta(days=9999)),
    ],
)
def test_odd_jobs_are_put_like_others(odd: Job) -> None:
    """Whatever comes in from outside may be anything."""
    assert len(board_of(odd)) == 1


def test_100_000_jobs_take_less_than_120_mb() -> None:
    """Done-when 4: arrays alone; the bench measures the process."""
    board = Board(EMBEDDER, capacity=100_000)

    assert board.columns.nbytes() < 50e6
