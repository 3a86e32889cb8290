"""How often a key may ask."""

import pytest

from workers.serve.tracking.rate_limit import RateLimit


def test_a_burst_is_allowed_and_then_the_steady_rate() -> None:
    """30 a minute with a burst of 60: the 61st waits two seconds."""
    limit = RateLimit(30, 60)

    assert [limit.take("a", 100.0) for _ in range(60)] == [0.0] * 60
    assert limit.take("a", 100.0) == pytest.approx(2.0)
    assert limit.take("a", 101.0) == pytest.approx(1.0)
    assert limit.take("a", 102.0) == 0.0
    assert limit.take("a", 102.0) == pytest.approx(2.0)
    assert limit.take("b", 102.0) == 0.0


def test_a_pause_fills_the_bucket_and_no_more() -> None:
    """After an hour there is one burst, not two."""
    limit = RateLimit(30, 3)
    for _ in range(3):
        limit.take("a", 0.0)

    assert [limit.take("a", 3_600.0) > 0 for _ in range(4)] == [False, False, False, True]


def test_only_so_many_keys_are_kept() -> None:
    """The one that asked longest ago is forgotten."""
    limit = RateLimit(1, 1, most_keys=2)
    for key in ("a", "b", "c"):
        limit.take(key, 0.0)

    assert limit.take("c", 0.0) > 0
    assert limit.take("a", 0.0) == 0.0


def test_what_is_given_back_may_be_taken_again() -> None:
    """Once; of a key that is not known there is nothing to give back."""
    limit = RateLimit(60, 1)
    limit.give_back("other")
    assert limit.take("mia", 0.0) == 0.0
    limit.give_back("mia")
    assert [limit.take("mia", 0.0), limit.take("mia", 0.0)] == [0.0, 1.0]
