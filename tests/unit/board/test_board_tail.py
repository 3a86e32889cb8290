"""The threads beside serve's others: an embedder that fails is asked again, and no failure is lost."""

import threading
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from tests.unit.board.embedders import ScriptedEmbedder
from tests.unit.recommend.boards import EMBEDDER, NOW, job
from workers.board.board_changes import BoardChange
from workers.board.board_tail import keep_filled
from workers.board.live_board import LiveBoard
from workers.board.second_board import SecondBoard
from workers.recommend.board import Board
from workers.recommend.embedding import EmbedderError, Vectors, label
from workers.runtime.process.background import background

HANG_SECONDS = 30.0


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
