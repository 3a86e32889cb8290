"""The preselection leaves nothing out that is better than what it finds; products in blocks."""

import numpy as np
import pytest

from schemas.jobs import JobTrend, Neighbour
from schemas.model import from_epoch_ms
from tests.unit.recommend.boards import DAY, EMBEDDER, NOW, job, viewed
from workers.recommend.board import Board
from workers.recommend.boost import boosts
from workers.recommend.candidates import allowed_rows
from workers.recommend.columns import Floats
from workers.recommend.embedding import per_cent
from workers.recommend.feed import ranking
from workers.recommend.policy import FeedPolicy, PartPoints, TraceWeights
from workers.recommend.preselection import highest, preselected
from workers.recommend.products import BLOCK, against, cosines
from workers.recommend.quantization import quantized, restored
from workers.recommend.score import Ranking, content, fatigue, plain_parts
from workers.recommend.seeker import JobSeeker, KnownJob, Showing

JOBS, SIZE = 900, 40
PLACES = ("Tokyo", "Osaka", "札幌市", "San Francisco, CA", "Remote", None)


@pytest.fixture(scope="module")
def board() -> Board:
    """Jobs around thirty middles, with places, trends and neighbours; some are closed."""
    random = np.random.default_rng(3)
    made = Board(EMBEDDER, capacity=JOBS)
    middles = random.normal(size=(30, EMBEDDER.dims))
    for number in range(JOBS):
        vector = middles[number % 30] + 0.7 * random.normal(size=EMBEDDER.dims)
        where = PLACES[int(random.integers(len(PLACES)))]
        made.put(
            job(str(number), "Cook", location=where), np.asarray(vector / np.linalg.norm(vector), np.float32)
        )
        if number % 3 == 0:
            near = [Neighbour(job_id=str(other), weight=0.5) for other in random.integers(0, JOBS, 4)]
            interest = float(random.exponential(2.0))
            made.trend(
                JobTrend(job_id=str(number), at=from_epoch_ms(NOW), interest=interest, neighbours=near)
            )
    for number in range(0, JOBS, 17):
        made.close(str(number), NOW)
    return made


def slowly(of: Ranking) -> Floats:
    """The same score of all rows, from every vector."""
    wants, board, points = of.interests, of.board, of.policy.points.text
    vectors = board.vectors(range(board.rows))
    parts = plain_parts(of, slice(0, board.rows))
    parts["text"] = per_cent(EMBEDDER, vectors @ (wants.liked_weights @ wants.liked_vectors), points)
    denied = vectors @ (-wants.refused_weights @ wants.refused_vectors)
    parts["rejected"] = -per_cent(EMBEDDER, denied, points)
    parts["fatigue"] = np.array([fatigue(of).get(row, 0.0) for row in range(board.rows)], np.float32)
    boosted, boost = boosts(of), np.zeros(board.rows, np.float32)
    boost[boosted.rows] = boosted.points
    return content(parts) + boost


@pytest.mark.parametrize("places", [(), ("Tokyo",)])
@pytest.mark.parametrize("refused", [(), ("3", "64"), tuple(map(str, range(0, 30, 2)))])
@pytest.mark.parametrize(
    "policy",
    [
        FeedPolicy(),
        FeedPolicy(points=PartPoints(text=5, place=50)),  # few can still be among the best
        FeedPolicy(points=PartPoints(text=90, place=0, trend=0, fresh=0)),  # all can
        FeedPolicy(weights=TraceWeights(rejected=-5), points=PartPoints(language=60)),
    ],
)
def test_the_best_of_all_are_found(
    board: Board, policy: FeedPolicy, refused: tuple[str, ...], places: tuple[str, ...]
) -> None:
    """As in one pass over all vectors, whatever is liked, rejected, shown and boosted."""
    views = [viewed(str(number)) for number in (3, 31, 34, 65)]
    jobs = (*views, *(KnownJob(each, rejected_at=NOW - DAY) for each in refused))
    person = JobSeeker("mia", places=places, language="en", jobs=jobs, excluded=frozenset({"61", "91"}))
    of = ranking(person, board, policy, NOW, {str(each): Showing(3, NOW) for each in range(33, 60)})
    allowed = allowed_rows(of, person.excluded)
    rows = preselected(of, allowed, boosts(of), fatigue(of), SIZE)
    scores = np.where(allowed, slowly(of), -np.inf)

    assert len(set(rows.tolist())) == SIZE
    assert sorted(scores[rows]) == pytest.approx(np.sort(scores)[-SIZE:], abs=1e-3)


def test_the_highest_of_few_values_are_all() -> None:
    """And of many, the highest."""
    values = np.array([3.0, 1.0, 2.0], np.float32)

    assert [sorted(highest(values, size).tolist()) for size in (1, 2, 3, 4)] == [
        [0],
        [0, 2],
        [0, 1, 2],
        [0, 1, 2],
    ]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.9, 1.0])
def test_products_of_some_rows_are_those_of_their_vectors(share: float) -> None:
    """However many there are, in blocks of which the last is not full."""
    random = np.random.default_rng(0)
    vectors, scales = quantized(random.normal(size=(3 * BLOCK + 5, 16)).astype(np.float32))
    rows = np.flatnonzero(random.random(len(vectors)) < share)
    vector = random.normal(size=16).astype(np.float32)
    expected = restored(vectors, scales)[rows] @ vector

    assert cosines(vectors, scales, rows, vector) == pytest.approx(expected, abs=1e-4)
    assert against(restored(vectors, scales)[rows], vector) == pytest.approx(expected, abs=1e-4)
