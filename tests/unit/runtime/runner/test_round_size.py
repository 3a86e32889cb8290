"""How many records a round takes: adapted to the speed of the rounds before, within bounds."""

import pytest

from workers.runtime.runner.round_size import (
    EASY_SECONDS,
    LEAST_GATHER,
    MAX_ROUND,
    MIN_ROUND,
    MOST_GATHER,
    ROUND_SECONDS,
    ROUND_WITH_EFFECTS,
    RoundSize,
)


def test_the_first_round_is_small() -> None:
    """Nothing is known of the speed yet."""
    assert RoundSize(has_effects=False).records == MIN_ROUND


@pytest.mark.parametrize(
    ("seconds", "records"),
    [
        (0.1, 10_000),  # 500 records in a tenth of a second
        (ROUND_SECONDS, MIN_ROUND),
        (10 * ROUND_SECONDS, MIN_ROUND),
        (0.001, MAX_ROUND),
    ],
)
def test_the_next_round_takes_what_fits_into_its_time(seconds: float, records: int) -> None:
    """At the speed of the last round, and never below the least or above the most."""
    size = RoundSize(has_effects=False)
    size.adapt(MIN_ROUND, seconds)
    assert size.records == records


def test_it_shrinks_again_when_rounds_become_slow() -> None:
    """The last full round counts, not the fastest one."""
    size = RoundSize(has_effects=False)
    size.adapt(MIN_ROUND, 0.1)
    size.adapt(10_000, 4.0)
    assert size.records == 5_000


def test_a_round_that_was_less_than_half_full_changes_nothing() -> None:
    """Its time is mostly that of the acknowledgements, so it does not show the speed."""
    size = RoundSize(has_effects=False)
    size.adapt(MIN_ROUND // 2 - 1, 0.001)
    assert size.records == MIN_ROUND
    size.adapt(MIN_ROUND // 2, 0.001)
    assert size.records == MAX_ROUND


def test_rounds_with_effects_have_a_fixed_size() -> None:
    """They last as long as their effects, however many records they have."""
    size = RoundSize(has_effects=True)
    assert size.records == ROUND_WITH_EFFECTS
    for seconds in (0.001, 60.0):
        size.adapt(ROUND_WITH_EFFECTS, seconds)
        assert size.records == ROUND_WITH_EFFECTS


@pytest.mark.parametrize(
    ("seconds", "gather_ms"),
    [(0.001, LEAST_GATHER), (EASY_SECONDS, LEAST_GATHER), (0.0125, LEAST_GATHER + 14), (9.0, MOST_GATHER)],
)
@pytest.mark.parametrize("has_effects", [False, True])
def test_more_is_gathered_where_rounds_take_longer(seconds: float, gather_ms: int, has_effects: bool) -> None:
    """Than at ease; the last one counts, however few records it had."""
    size = RoundSize(has_effects)
    assert size.gather_ms == LEAST_GATHER
    size.adapt(3, 1.0)
    size.adapt(3, seconds)
    assert size.gather_ms == gather_ms


def test_a_worker_for_which_nobody_waits_gathers_longer() -> None:
    """Always as long as it says."""
    size = RoundSize(has_effects=False, least_gather_ms=200)
    for seconds in (0.0, 9.0):
        size.adapt(3, seconds)
        assert size.gather_ms == 200
