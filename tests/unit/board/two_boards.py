"""A board with the default embedder and a second one, for the tests of the switch."""

import numpy as np

from schemas.jobs import JobTrend
from tests.unit.board.embedders import ScriptedEmbedder
from tests.unit.recommend.boards import EMBEDDER, NOW, job
from workers.board.board_changes import BoardChange
from workers.board.live_board import LiveBoard
from workers.board.second_board import SecondBoard
from workers.recommend.board import Board
from workers.recommend.embedding import Vectors, label
from workers.recommend.quantization import quantized, restored


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
    rounded: Vectors = restored(*quantized(embedder.embed([text])))[0]
    return rounded


def assert_all_by(boards: TwoBoards, **other_texts: str) -> None:
    """Every vector is that of the chosen embedder, of the job's title."""
    found = boards.vectors()
    assert found
    for job_id, vector in found.items():
        assert np.array_equal(vector, made_by(boards.chosen, other_texts.get(job_id, job_id))), job_id
