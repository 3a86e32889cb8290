"""Metrics, against cases that were computed by hand."""

import math

import numpy as np
import pytest

from workers.evaluate.metrics import Bootstrap, coverage, gini, hits, ndcgs, novelty, reciprocals


def test_a_hit_is_a_rank_within_the_first_ten() -> None:
    """Ranks begin at 1; 0 is a job that was not ranked."""
    assert hits(np.array([1, 10, 11, 0])).tolist() == [1, 1, 0, 0]


def test_ndcg_falls_with_the_logarithm_of_the_rank() -> None:
    """1 / log2(2), 1 / log2(3), 1 / log2(4), 1 / log2(11), nothing behind ten."""
    found = ndcgs(np.array([1, 2, 3, 10, 11, 0]))

    assert found == pytest.approx([1, 0.63093, 0.5, 0.28906, 0, 0], abs=1e-5)


def test_the_reciprocal_rank_is_cut_behind_ten() -> None:
    """1, 1/4, 1/10, nothing behind, nor for a job that was not ranked."""
    assert reciprocals(np.array([1, 4, 10, 11, 0])).tolist() == [1, 0.25, 0.1, 0, 0]


def test_coverage_is_the_share_of_jobs_that_were_shown() -> None:
    """Two of four."""
    assert coverage(np.array([3, 0, 1, 0]), 4) == 0.5
    assert coverage(np.array([], dtype=np.int64), 0) == 0


def test_gini_is_0_for_equal_and_near_1_for_one() -> None:
    """Of n jobs, one that takes all gives (n − 1) / n; 1, 2, 3 gives 2/9."""
    assert gini(np.array([5, 5, 5])) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(0.75)
    assert gini(np.array([3, 1, 2])) == pytest.approx(2 / 9)
    assert gini(np.array([0, 0])) == 0


def test_novelty_is_in_bits_and_smoothed_by_one_view() -> None:
    """(1 + 1) / (6 + 2) and (0 + 1) / (6 + 2): 2 and 3 bits."""
    assert novelty(np.array([1.0, 0.0]), 6, 2) == pytest.approx(2.5)
    assert novelty(np.array([]), 6, 2) == 0


def test_the_interval_is_over_people_and_not_over_views() -> None:
    """A person with a hundred equal views is one draw: the interval is as wide as that of two people."""
    persons = np.array([0] * 100 + [1] * 100)
    values = np.array([1.0] * 100 + [0.0] * 100)

    found = Bootstrap(persons).mean(values)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_the_interval_of_many_people_is_that_of_the_normal_distribution() -> None:
    """1,600 people, half of them 1: 0.5 ± 1.96 · 0.5 / 40."""
    found = Bootstrap(np.arange(1600)).mean((np.arange(1600) % 2).astype(np.float64))

    assert found.low == pytest.approx(0.5 - 0.0245, abs=0.004)
    assert found.high == pytest.approx(0.5 + 0.0245, abs=0.004)


def test_paired_differences_are_narrower_than_two_intervals() -> None:
    """One that is always better by a tenth is surely better, whatever people differ by."""
    mine = np.random.default_rng(1).random(200)
    bootstrap = Bootstrap(np.arange(200))

    found = bootstrap.difference(mine + 0.1, mine)
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1))
    assert bootstrap.mean(mine).high - bootstrap.mean(mine).low > 0.05
    assert bootstrap.ratio(2 * mine, mine).low == pytest.approx(2)


def test_weights_count() -> None:
    """A mean of 1 and 0 with the weights 3 and 1; views of no weight say nothing."""
    bootstrap = Bootstrap(np.array([0, 1]))

    assert bootstrap.mean(np.array([1.0, 0.0]), np.array([3.0, 1.0])).value == 0.75
    assert math.isnan(bootstrap.mean(np.array([1.0, 0.0]), np.zeros(2)).value)
    assert math.isnan(bootstrap.ratio(np.ones(2), np.zeros(2)).value)
