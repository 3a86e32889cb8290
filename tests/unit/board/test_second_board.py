"""Another embedder than the default one: a second board is filled beside the first, and takes its place."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tests.unit.board.embedders import ScriptedEmbedder
from tests.unit.board.test_cached_embedder import VectorsInMemory
from tests.unit.board.two_boards import TwoBoards, assert_all_by, made_by
from tests.unit.recommend.boards import EMBEDDER, NOW, TITLES, job, trend
from workers.board.board_changes import BoardChange
from workers.board.cached_embedder import CachedEmbedder
from workers.board.live_board import REMEMBERED_MS, LiveBoard
from workers.board.second_board import BATCH, SecondBoard
from workers.recommend.board import Board
from workers.recommend.embedding import EmbedderError, Vectors, label
from workers.recommend.quantization import quantized, restored
from workers.runtime.process.settings import Settings


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
        self.then: Callable[[], None] = lambda: None

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


@pytest.mark.parametrize("titles", [(), ("Nurse", "Cook")])
def test_an_embedder_that_fails_is_not_switched_to_for_its_cached_vectors(titles: tuple[str, ...]) -> None:
    """Nor for a board without jobs: what persons write is still to be embedded."""
    redis, settings = VectorsInMemory(), Settings()
    chosen = ScriptedEmbedder()
    CachedEmbedder(chosen, redis, settings).embed(titles)  # type: ignore[arg-type]
    chosen.fails = "no network"
    cached = CachedEmbedder(chosen, redis, settings)  # type: ignore[arg-type]
    live = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), cached))
    live.apply([BoardChange(title, NOW, job(title)) for title in titles])
    live.begin()
    with pytest.raises(EmbedderError):
        live.fill()
    assert label(live.embedder) == "table:1"

    chosen.fails = None
    live.fill()
    assert label(live.embedder) == "scripted:1"


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
