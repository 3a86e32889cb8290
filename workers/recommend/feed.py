"""The feed: the list of jobs of one person at one time."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from workers.recommend.arms import arm
from workers.recommend.board import Board
from workers.recommend.candidates import Candidates, allowed_rows, candidates
from workers.recommend.embedding import Vectors, label
from workers.recommend.interests import interests
from workers.recommend.pick import Placement, pick
from workers.recommend.picks import Pick, Picks, Why
from workers.recommend.policy import FeedPolicy
from workers.recommend.popular import is_unknown, popular
from workers.recommend.reasons import reasons
from workers.recommend.score import Ranking
from workers.recommend.seeker import JobSeeker, Showing

NOTHING_SHOWN: Mapping[str, Showing] = MappingProxyType({})


def recommend(
    seeker: JobSeeker,
    board: Board,
    policy: FeedPolicy,
    now: int,
    request_id: str,
    *,
    size: int = 20,
    before: Sequence[str] = (),
    shown: Mapping[str, Showing] = NOTHING_SHOWN,
    use_personalization: bool | None = None,
    texts: Mapping[str, Vectors] | None = None,
) -> Picks:
    """The jobs for a person at `now` (epoch ms), best first; the same list for the same arguments.

    `before` are the ids of the earlier pages of the same request, `shown` what the person was shown without a
    reaction. Without `use_personalization` the arm of the experiment decides (`arms.arm`). `texts` are the
    vectors of what the person wrote, if they were made before (`interests.interests`).
    """
    of = ranking(seeker, board, policy, now, shown, texts)
    side = arm(seeker.id, policy)
    if use_personalization is not None:
        side = "personalized" if use_personalization else "popular"
    allowed = allowed_rows(of, seeker.excluded)
    is_personal = side == "personalized"
    is_scored = is_personal and not is_unknown(of.interests)
    found = candidates(of, allowed) if is_scored else popular(of, allowed, personalized=is_personal)
    placements = pick(of, found, request_id, size, before)
    jobs = picked(of, found, placements, is_scored)
    return Picks(
        request_id=request_id,
        person=seeker.id,
        arm=side,
        policy=policy.version,
        embedder=label(board.embedder),
        candidates=found.count,
        jobs=jobs,
        shortened=shortened(len(jobs), size, found.count),
    )


def ranking(
    seeker: JobSeeker,
    board: Board,
    policy: FeedPolicy,
    now: int,
    shown: Mapping[str, Showing] = NOTHING_SHOWN,
    texts: Mapping[str, Vectors] | None = None,
) -> Ranking:
    """What the scores of all jobs for a person at `now` (epoch ms) are computed from."""
    return Ranking(board, interests(seeker, board, policy, now, texts), policy, now, shown)


def picked(
    of: Ranking, found: Candidates, placements: Sequence[Placement], is_scored: bool
) -> tuple[Pick, ...]:
    """Placements as they are said to others; `is_scored`: for the person, not by popularity."""
    numbers = [each.number for each in placements]
    whys = reasons(of, found, numbers) if is_scored else [Why("popular")] * len(numbers)
    scores, rows = found.scores[numbers].tolist(), found.rows[numbers].tolist()
    parts = {name: values[numbers].tolist() for name, values in found.parts.items()}
    return tuple(
        Pick(
            job_id=str(of.board.ids[row]),
            position=each.position,
            score=round(score, 2),
            propensity=each.propensity,
            explored=each.explored,
            why=Why("discovery") if each.explored else why,
            parts={name: round(values[at], 2) for name, values in parts.items() if values[at]},
        )
        for at, (each, row, score, why) in enumerate(zip(placements, rows, scores, whys, strict=True))
    )


def shortened(picked: int, size: int, candidates: int) -> str | None:
    """Why a list is shorter than was asked for; None if it is not."""
    if picked >= size:
        return None
    return f"{candidates} open jobs may be shown, {size} were asked for"
