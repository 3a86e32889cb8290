"""Points fitted to views: the truth is found again, nothing later is read, and the bounds of a score hold."""

from dataclasses import replace

import numpy as np
import pytest

from workers.evaluate.feed_board import job_vectors
from workers.evaluate.fitting import (
    ADDED,
    FITTED,
    TAKEN,
    TooFewViews,
    Viewed,
    fitted_policy,
    likeliest,
    with_weights,
)
from workers.evaluate.generator import generate
from workers.evaluate.parameters import WORLDS
from workers.evaluate.recording import Recording
from workers.evaluate.stepping import SPLIT
from workers.recommend.policy import FeedPolicy
from workers.recommend.table_embedder import TableEmbedder

EMBEDDER, POLICY = TableEmbedder(), FeedPolicy()


def test_the_weights_behind_choices_are_found() -> None:
    """Of jobs that are chosen with the probabilities of the model; what would be below 0 is 0."""
    rng = np.random.default_rng(1)
    truth = np.array([2.0, 4.0, 1.0, 0.0, 3.0, 0.0, 1.0, -1.0])
    views = []
    for _ in range(4_000):
        parts = rng.random((20, len(FITTED)))
        worth = np.exp(parts @ truth)
        views.append(Viewed(parts, int(rng.choice(20, p=worth / worth.sum()))))
    found = likeliest(views)

    assert found == pytest.approx(np.maximum(truth, 0), abs=0.35)
    assert found[-1] == 0.0


def test_points_are_as_large_as_a_score_allows() -> None:
    """In the proportions of the weights: 90 for what adds, or 10 for the boost; nothing else changes."""
    weights = dict.fromkeys(FITTED, 1.0) | {"place": 3.0, "boost": 0.1}
    by_content = with_weights(POLICY, weights)
    by_boost = with_weights(POLICY, weights | {"boost": 2.0})

    assert [getattr(by_content.points, name) for name in ADDED] == [15.0, 45.0, 15.0, 15.0]
    assert (by_content.max_boost, by_boost.max_boost) == (1.5, 10.0)
    assert [getattr(by_boost.points, name) for name in (*ADDED, *TAKEN)] == [5, 15, 5, 5, 5, 5, 5]
    assert by_content.points.fatigue == POLICY.points.fatigue
    assert by_content.model_copy(update={"points": POLICY.points, "max_boost": POLICY.max_boost}) == POLICY
    assert with_weights(POLICY, dict.fromkeys(FITTED, 0.0)).points.text == 0.0


def fitted(recording: Recording) -> FeedPolicy:
    return fitted_policy(recording, job_vectors(recording, EMBEDDER), EMBEDDER, POLICY, SPLIT)


def test_each_world_gets_its_own_points_from_its_past() -> None:
    """Place where people look around, the trend where all want the same; what comes later changes nothing."""
    small = {"days": 25, "people": 300, "open_jobs": 300, "one_session": 0.4}
    half, popularity = (
        generate(replace(WORLDS[name], **small), 11).recording  # type: ignore[arg-type]
        for name in ("half", "popularity")
    )
    by_place, by_trend = fitted(half), fitted(popularity)

    assert by_place.points.place > by_place.points.trend
    assert by_trend.points.trend > 5 * by_trend.points.place
    views = [number for number, act in enumerate(half.acts) if act.kind == "viewed"]
    split = views[len(views) // 2]
    later = tuple(replace(act, job=0) if act.kind == "viewed" else act for act in half.acts[split:])
    assert fitted(replace(half, acts=half.acts[:split] + later)) == by_place


def test_a_few_views_are_no_ground_for_points() -> None:
    """It is said how many there are."""
    little = generate(replace(WORLDS["half"], days=4, people=20, open_jobs=30), 1).recording

    with pytest.raises(TooFewViews, match="views can be used"):
        fitted(little)
