"""Fits the points of a score to what people viewed, with nothing that came later.

A conditional logit (McFadden 1974): the probability that a job is the next that a person views is in
proportion to e^(Σ weight · part) over all jobs that they could be shown. The weights of the highest
likelihood are found exactly, since it is concave; none is below zero. Only their proportions count in a list,
so they are scaled to the bounds of a score: parts that add reach 90 together or the boost 10, whatever is
reached first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from workers.evaluate.arrays import FloatArray
from workers.evaluate.item_models import library
from workers.evaluate.kairos import KairosFeed
from workers.evaluate.recording import Act, Recording
from workers.evaluate.stepping import chosen
from workers.evaluate.threads import one_thread
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.policy import FeedPolicy

ADDED, TAKEN, BOOST = ("text", "place", "trend", "fresh"), ("language", "work_style", "salary"), "boost"
FITTED = (*ADDED, *TAKEN, BOOST)
CONTENT_MOST, BOOST_MOST = 90.0, 10.0
VIEWS = 800  # that a fit looks at
LEAST_VIEWS = 100  # with fewer there is no fit
WARM_UP = 1 / 3  # of the views before the split: what is known then is not what is known later
RIDGE = 1e-3  # of the squared weights, so that a part without a say stays small


class TooFewViews(ValueError):
    """There are too few views to fit anything to; the text says how many."""


@dataclass(frozen=True, slots=True)
class Viewed:
    """A view: the parts of every job that could be shown, a column for each of FITTED, and the job's row."""

    parts: FloatArray
    row: int


def fitted_policy(
    recording: Recording,
    vectors: Vectors,
    embedder: Embedder,
    policy: FeedPolicy,
    split: float,
    progress: Callable[[float], None] = lambda _: None,
) -> FeedPolicy:
    """The policy with points fitted to the views before the split.

    Raises TooFewViews, and RivalsMissing without scipy.
    """
    ones = dict.fromkeys((*ADDED, *TAKEN), 1.0)
    points = policy.points.model_copy(update=ones)
    feed = KairosFeed(
        recording, vectors, embedder, policy.model_copy(update={"points": points, "max_boost": 1.0})
    )
    with one_thread():
        views = list(views_before(recording, feed, split, progress))
        if len(views) < LEAST_VIEWS:
            raise TooFewViews(f"{len(views)} views can be used to fit the points, {LEAST_VIEWS} are needed")
        weights = likeliest(views)
    return with_weights(policy, dict(zip(FITTED, weights.tolist(), strict=True)))


def views_before(
    recording: Recording, feed: KairosFeed, split: float, progress: Callable[[float], None]
) -> Iterator[Viewed]:
    """Views before the split, of jobs that were new to a person of whom something was known."""
    acts = recording.acts
    known = sorted(chosen(acts, split * WARM_UP, None) - chosen(acts, split, None))
    spread = {known[int(place)] for place in np.linspace(0, len(known) - 1, VIEWS)} if known else set()
    seen: set[tuple[int, int]] = set()
    for number, act in enumerate(acts[: max(spread, default=-1) + 1]):
        if number in spread and (act.person, act.job) not in seen:
            yield from viewed(feed, act, {job for person, job in seen if person == act.person})
        feed.learn(act)
        if act.kind == "viewed":
            seen.add((act.person, act.job))
        progress((number + 1) / (max(spread) + 1))


def viewed(feed: KairosFeed, act: Act, seen: set[int]) -> Iterator[Viewed]:
    """A view with the parts of all jobs that the person had not seen; none if the job could not be shown."""
    jobs, parts = feed.parts(act.person, act.at)
    new = ~np.isin(jobs, list(seen))
    (row,) = np.nonzero(jobs[new] == act.job)
    if parts and len(row):
        columns = [parts["text"] + parts["rejected"], *(np.abs(parts[name]) for name in FITTED[1:])]
        signs = np.array([-1.0 if name in TAKEN else 1.0 for name in FITTED], np.float32)
        yield Viewed(np.stack(columns, axis=1)[new] * signs, int(row[0]))


def likeliest(views: Sequence[Viewed]) -> FloatArray:
    """The weights, one for each of FITTED and none below 0, with which the views are likeliest."""
    sizes = np.array([len(view.parts) for view in views])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    parts = np.concatenate([view.parts for view in views])
    rows = starts + np.array([view.row for view in views])
    seen = parts[rows].sum(axis=0)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        worth = parts @ weights.astype(np.float32)
        most = np.maximum.reduceat(worth, starts)
        shares = np.exp(worth - np.repeat(most, sizes))
        sums = np.add.reduceat(shares, starts)
        likelihood = float((worth[rows] - most - np.log(sums)).mean())
        expected = parts.T @ (shares / np.repeat(sums, sizes))
        gradient = (expected - seen) / len(views) + 2 * RIDGE * weights
        return RIDGE * float(weights @ weights) - likelihood, gradient.astype(np.float64)

    found = library("scipy.optimize").minimize(
        loss, np.ones(len(FITTED)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(FITTED)
    )
    return np.asarray(found.x)


def with_weights(policy: FeedPolicy, weights: Mapping[str, float]) -> FeedPolicy:
    """The policy with points in the proportions of the weights, as large as the bounds of a score allow."""
    added = sum(weights[name] for name in ADDED)
    bounds = [(CONTENT_MOST, added), (BOOST_MOST, weights[BOOST])]
    bounds += [(CONTENT_MOST, weights[name]) for name in TAKEN]
    scale = min((most / weight for most, weight in bounds if weight > 0), default=1.0)
    points = {name: floor(10 * weight * scale) / 10 for name, weight in weights.items()}
    boost = min(points.pop(BOOST), BOOST_MOST)
    return FeedPolicy.model_validate(
        policy.model_dump() | {"points": policy.points.model_dump() | points, "max_boost": boost}
    )
