"""What a person wants, as vectors and tables over a board: made once for a list, used for every job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workers.recommend.board import Board
from workers.recommend.columns import Floats, Rows
from workers.recommend.embedding import Vectors
from workers.recommend.places import NOWHERE, Place, place
from workers.recommend.policy import FeedPolicy
from workers.recommend.seeker import JobSeeker
from workers.recommend.traces import Trace, traces
from workers.recommend.work_styles import LANGUAGES

UNSURE = 0.05  # weight of liked jobs at which it is half sure that their language is the person's
MOST_TRACES = 100  # of the heaviest ones; the time that a list takes is in proportion


@dataclass(frozen=True, slots=True)
class Interests:
    """Traces with what the board knows of them.

    `liked` are the traces that say something good, with `vectors` and `rows` (−1: no job); `refused` are
    rejections. `places` are where the person is or looks, with weights. `languages` is the penalty (0 to 1)
    of each language, the last for an unknown one; `styles` the masks of the jobs that were liked, with
    weights; `salary` what is expected: currency, log2 of the amount a year, and how sure that is (0 to 1).
    """

    liked: tuple[Trace, ...]
    liked_vectors: Vectors
    liked_rows: Rows
    liked_weights: Floats
    refused: tuple[Trace, ...]
    refused_vectors: Vectors
    refused_rows: Rows
    refused_weights: Floats
    places: tuple[tuple[Place, float, str], ...]
    languages: Floats
    styles: tuple[tuple[int, float], ...]
    salary: tuple[int, float, float] | None


def interests(
    seeker: JobSeeker,
    board: Board,
    policy: FeedPolicy,
    now: int,
    texts: Mapping[str, Vectors] | None = None,
) -> Interests:
    """What a person wants at `now` (epoch ms); jobs that the board does not know any more say nothing.

    `texts` are vectors of the person's texts by the board's embedder, and those missing in them say nothing;
    without them the texts are embedded here.
    """
    known = [each for each in traces(seeker, policy, now) if _is_known(each, board)]
    liked = _heaviest([each for each in known if each.weight > 0])
    refused = _heaviest([each for each in known if each.weight < 0])
    liked_rows, refused_rows = _rows(liked, board), _rows(refused, board)
    return Interests(
        liked=liked,
        liked_vectors=_vectors(liked, liked_rows, board, texts),
        liked_rows=liked_rows,
        liked_weights=np.array([each.weight for each in liked], np.float32),
        refused=refused,
        refused_vectors=_vectors(refused, refused_rows, board, texts),
        refused_rows=refused_rows,
        refused_weights=np.array([each.weight for each in refused], np.float32),
        places=_places(seeker, liked, liked_rows, board, policy),
        languages=_languages(seeker, liked, liked_rows, board),
        styles=_styles(liked, liked_rows, board),
        salary=_salary(liked, liked_rows, refused_rows, board),
    )


def _is_known(trace: Trace, board: Board) -> bool:
    return trace.job_id is None or board.row(trace.job_id) is not None


def _heaviest(found: Sequence[Trace]) -> tuple[Trace, ...]:
    return tuple(sorted(found, key=lambda each: -abs(each.weight))[:MOST_TRACES])


def _rows(found: Sequence[Trace], board: Board) -> Rows:
    rows = [None if each.job_id is None else board.row(each.job_id) for each in found]
    return np.array([-1 if row is None else row for row in rows], np.intp)


def _vectors(
    found: Sequence[Trace], rows: Rows, board: Board, known: Mapping[str, Vectors] | None
) -> Vectors:
    """The vectors of traces: of the job, or of the text."""
    vectors = np.zeros((len(found), board.embedder.dims), np.float32)
    is_job = rows >= 0
    vectors[is_job] = board.vectors(rows[is_job])
    texts = [each.text or "" for each, job in zip(found, is_job, strict=True) if not job]
    if texts and known is None:
        vectors[~is_job] = board.embedder.embed(texts)
    elif texts and known is not None:
        nothing = np.zeros(board.embedder.dims, np.float32)
        vectors[~is_job] = [known.get(text, nothing) for text in texts]
    return vectors


def _places(
    seeker: JobSeeker, liked: Sequence[Trace], rows: Rows, board: Board, policy: FeedPolicy
) -> tuple[tuple[Place, float, str], ...]:
    """Places of the person with their weights, heaviest first: stated, searched, those of liked jobs."""
    weights: dict[Place, float] = {}
    names: dict[Place, str] = {}

    def add(where: Place, weight: float, name: str) -> None:
        if where != NOWHERE:
            weights[where] = weights.get(where, 0.0) + weight
            names.setdefault(where, name)

    for text in seeker.places:
        add(place(text), policy.weights.resume, text)
    for each, row in zip(liked, rows, strict=True):
        number = int(board.columns.place[row]) if row >= 0 else -1
        if number >= 0:
            where = board.places.values[number]
            add(where, each.weight, where.city or where.region or where.country or "")
        elif each.place:
            add(place(each.place), each.weight, each.place)
    order = sorted(weights, key=lambda where: -weights[where])
    return tuple((where, weights[where], names[where]) for where in order)


def _languages(seeker: JobSeeker, liked: Sequence[Trace], rows: Rows, board: Board) -> Floats:
    """The penalty of each language: none for the person's own, less the more jobs in it were liked.

    Of somebody who states none, the one in which most was liked takes its place, the surer the more that is:
    a penalty is 1 − (weight in the language + UNSURE) / (weight in that one + UNSURE).
    """
    penalties, weights = np.zeros((2, len(LANGUAGES) + 1), np.float32)
    is_job = rows >= 0
    liked_weights = [each.weight for each, is_one in zip(liked, is_job, strict=True) if is_one]
    np.add.at(weights, board.columns.language[rows[is_job]], liked_weights)
    known = weights[:-1]
    code = (seeker.language or "").casefold()[:2]
    if not code:
        penalties[:-1] = 1.0 - (known + UNSURE) / (known.max() + UNSURE)
        return penalties
    penalties[:-1] = np.maximum(0.0, 1.0 - 2.0 * known)
    penalties[LANGUAGES.index(code) if code in LANGUAGES else LANGUAGES.index("other")] = 0.0
    return penalties


def _styles(liked: Sequence[Trace], rows: Rows, board: Board) -> tuple[tuple[int, float], ...]:
    """The masks of styles of liked jobs, with their weights."""
    weights: dict[int, float] = {}
    for each, row in zip(liked, rows, strict=True):
        mask = int(board.columns.styles[row]) if row >= 0 else 0
        if mask:
            weights[mask] = weights.get(mask, 0.0) + each.weight
    return tuple(weights.items())


def _salary(
    liked: Sequence[Trace], rows: Rows, refused_rows: Rows, board: Board
) -> tuple[int, float, float] | None:
    """What the person expects to be paid: the mean of liked jobs in the currency that most of them have.

    It is the surer the more they weigh, and where jobs that pay less were refused.
    """
    columns = board.columns
    paid = [(row, each.weight) for each, row in zip(liked, rows, strict=True) if row >= 0]
    weights: dict[int, float] = {}
    for row, weight in paid:
        currency = int(columns.currency[row])
        if currency >= 0:
            weights[currency] = weights.get(currency, 0.0) + weight
    if not weights:
        return None
    currency = max(weights, key=lambda code: (weights[code], code))
    mine = [(float(columns.log_salary[row]), w) for row, w in paid if columns.currency[row] == currency]
    expected = sum(amount * weight for amount, weight in mine) / weights[currency]
    lower = columns.log_salary[refused_rows[columns.currency[refused_rows] == currency]] < expected
    evidence = weights[currency] + 0.5 * float(lower.sum())
    return currency, expected, evidence / (evidence + 0.5)
