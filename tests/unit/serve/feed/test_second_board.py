"""Another embedder than the default one: a second board is filled beside the first, and takes its place."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from structlog.testing import capture_logs

from schemas.jobs import JobTrend
from tests.unit.recommend.boards import EMBEDDER, NOW, TITLES, job, trend
from tests.unit.serve.feed.embedders import ScriptedEmbedder
from workers.recommend.board import Board
from workers.recommend.embedding import EmbedderError, Vectors, label
from workers.recommend.quantization import quantized, restored
from workers.serve.background import background
from workers.serve.feed.board_changes import BoardChange
from workers.serve.feed.board_tail import keep_filled
from workers.serve.feed.live_board import REMEMBERED_MS, LiveBoard
from workers.serve.feed.second_board import BATCH, SecondBoard

HANG_SECONDS = 30.0


class TwoBoards:
    """A board with the default embedder, and a second one with a scripted one."""

    def __init__(self, *titles: str) -> None:
        self.chosen = ScriptedEmbedder()
        self.live = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(self.chosen), self.chosen))
        self.put(*titles)
        self.live.begin()

    def put(self, *titles: str, **fields: str) -> None:
        """Jobs whose id is the title."""
        self.live.apply([BoardChange(title, NOW, job(title, **fields)) for title in titles])

    def retitle(self, id_: str, title: str) -> None:
        self.live.apply([BoardChange(id_, NOW, job(id_, title))])

    def close(self, id_: str) -> None:
        self.live.apply([BoardChange(id_, NOW)])

    def trend(self, of: JobTrend) -> None:
        self.live.apply([BoardChange(of.job_id, NOW, of_trend=True, trend=of)])

    @property
    def used(self) -> str:
        return label(self.live.embedder)

    def fill(self) -> None:
        """Until nothing waits."""
        while self.live.wait_for_texts(0):
            self.live.fill()

    def vectors(self) -> dict[str, Vectors]:
        """The vectors of the open jobs on the board that is used, by id."""
        with self.live.locked() as board:
            rows = np.flatnonzero(board.open_rows(NOW)).tolist()
            return {str(board.ids[row]): board.vectors([row])[0] for row in rows}


def made_by(embedder: ScriptedEmbedder, text: str) -> Vectors:
    return restored(*quantized(embedder.embed([text])))[0]


def assert_all_by(boards: TwoBoards, **other_texts: str) -> None:
    """Every vector is that of the chosen embedder, of the job's title."""
    found = boards.vectors()
    assert found
    for job_id, vector in found.items():
        assert np.array_equal(vector, made_by(boards.chosen, other_texts.get(job_id, job_id))), job_id


def test_the_first_board_is_used_until_the_second_has_every_job() -> None:
    """Batch by batch; then all vectors are of the chosen embedder, and the label says so."""
    titles = [f"{title} {number}" for number in range(50) for title in TITLES]
    boards = TwoBoards(*titles)
    rounds = 0
    while boards.used == "table:1":
        assert boards.live.wait_for_texts(0)
        assert len(boards.chosen.asked) == rounds * BATCH
        boards.live.fill()
        rounds += 1

    assert rounds == 3
    assert boards.used == "scripted:1"
    assert set(boards.vectors()) == set(titles)
    assert_all_by(boards)
    assert not boards.live.wait_for_texts(0)


def test_it_begins_when_the_first_board_is_ready() -> None:
    """What is read before that may be old, and would be embedded for nothing."""
    chosen = ScriptedEmbedder()
    live = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), chosen))
    live.apply([BoardChange("a", NOW, job("a", "Nurse"))])
    assert not live.wait_for_texts(0)

    live.begin()
    assert live.wait_for_texts(0)


def test_changes_in_the_meantime_are_in_it() -> None:
    """New jobs, another title, closed jobs, trends and what was shown, as if it had been there all along."""
    boards = TwoBoards(*TITLES)
    boards.trend(trend("Line Cook", 3.0, Truck_Driver=0.5))
    with boards.live.locked() as board:
        board.shown("Accountant")
    boards.close("Hair Stylist")
    boards.put("Welder")
    boards.retitle("Data Analyst", "Statistician")
    boards.fill()

    assert boards.used == "scripted:1"
    assert set(boards.vectors()) == {*TITLES, "Welder"} - {"Hair Stylist"}
    assert_all_by(boards, **{"Data Analyst": "Statistician"})
    with boards.live.locked() as board:
        cook, accountant = board.row("Line Cook"), board.row("Accountant")
        assert cook is not None
        assert accountant is not None
        assert board.interest(NOW, slice(cook, cook + 1))[0] == pytest.approx(3.0)
        assert board.columns.showings[accountant] == 1


class Meanwhile(ScriptedEmbedder):
    """Calls something while it embeds, once."""

    def __init__(self) -> None:
        super().__init__()
        self.then = lambda: None

    def embed(self, texts: Sequence[str]) -> Vectors:
        then, self.then = self.then, lambda: None
        then()
        return super().embed(texts)


def test_a_job_that_changes_while_its_text_is_embedded_is_embedded_again() -> None:
    """The vector of its old text is not that of the new one; the same for one that closes."""
    boards = TwoBoards()
    boards.chosen = chosen = Meanwhile()
    boards.live = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), chosen))
    boards.put("Nurse", "Cook")
    boards.live.begin()

    def changes() -> None:
        boards.retitle("Nurse", "Head Nurse")
        boards.close("Cook")
        boards.put("Welder")

    chosen.then = changes
    boards.live.fill()
    assert not boards.vectors()["Welder"].any()  # not known yet, and not of another embedder
    boards.fill()

    assert set(boards.vectors()) == {"Nurse", "Welder"}
    assert_all_by(boards, Nurse="Head Nurse")


def test_after_the_switch_new_jobs_are_embedded_by_the_chosen_one() -> None:
    """And what closes leaves; a job whose text is the same is not embedded again."""
    boards = TwoBoards("Nurse", "Cook")
    boards.fill()
    asked = len(boards.chosen.asked)
    boards.put("Nurse", location="Osaka")
    assert not boards.live.wait_for_texts(0)

    boards.put("Welder")
    boards.retitle("Cook", "Chef")
    boards.close("Nurse")
    assert np.array_equal(boards.vectors()["Cook"], made_by(boards.chosen, "Cook"))  # until it is known
    boards.fill()

    assert boards.chosen.asked[asked:] == ["Cook", "Welder", "Chef"]
    assert set(boards.vectors()) == {"Welder", "Cook"}
    assert_all_by(boards, Cook="Chef")


def test_jobs_that_were_swept_are_not_embedded() -> None:
    """Nobody is shown them any more."""
    boards = TwoBoards("Nurse")
    boards.live.apply([BoardChange("old", NOW, job("old", closes_at="2020-01-01T00:00:00Z"))])
    boards.live.sweep(NOW + REMEMBERED_MS)
    boards.fill()

    assert boards.chosen.asked == ["Nurse"]


def test_an_embedder_that_fails_leaves_the_first_board_in_use() -> None:
    """Nothing is lost: the same texts are asked for again."""
    boards = TwoBoards("Nurse", "Cook")
    boards.chosen.fails = "no network"
    with pytest.raises(EmbedderError):
        boards.live.fill()

    assert boards.used == "table:1"
    boards.put("Welder")
    assert np.array_equal(
        boards.vectors()["Welder"], restored(*quantized(EMBEDDER.embed([text("Welder")])))[0]
    )

    boards.chosen.fails = None
    boards.fill()
    assert boards.used == "scripted:1"
    assert_all_by(boards)


def text(title: str) -> str:
    return EMBEDDER.job_text(job(title))


class FailsThrice(ScriptedEmbedder):
    """Fails three times, then works, then says that it did."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 3
        self.worked = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.left:
            self.left -= 1
            raise EmbedderError("no network")
        self.worked.set()
        return super().embed(texts)


def test_it_is_tried_again_and_said_once() -> None:
    """With a delay that grows; and it ends when it is told to."""
    chosen, stop = FailsThrice(), threading.Event()
    live = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), chosen))
    live.apply([BoardChange("a", NOW, job("a", "Nurse"))])
    live.begin()
    with capture_logs() as lines, background("vectors", lambda: keep_filled(live, stop, 0.01, 0.02), stop):
        assert chosen.worked.wait(HANG_SECONDS)

    assert chosen.left == 0
    waits = [line for line in lines if line["event"] == "the board waits for its embedder"]
    assert [(line["error"], line["used"]) for line in waits] == [("no network", "table:1")]
    assert label(live.embedder) == "scripted:1"


def test_another_failure_of_a_thread_is_not_lost() -> None:
    """It sets `stop`, so that serve ends, and is raised."""
    stop = threading.Event()

    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="the thing ended"), background("thing", fails, stop):
        assert stop.wait(HANG_SECONDS)


def test_a_new_version_is_built_anew() -> None:
    """Under its own label, from its own vectors."""
    first = TwoBoards("Nurse")
    first.fill()
    chosen = ScriptedEmbedder("2")
    second = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), chosen))
    second.apply([BoardChange("Nurse", NOW, job("Nurse"))])
    second.begin()
    assert label(second.embedder) == "table:1"
    second.fill()

    assert (first.used, label(second.embedder)) == ("scripted:1", "scripted:2")
    assert chosen.asked == ["Nurse"]
