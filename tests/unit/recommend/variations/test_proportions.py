"""Intervals of shares, against figures that were published."""

import pytest

from workers.recommend.variations.proportions import newcombe, wilson


@pytest.mark.parametrize(
    ("clicks", "count", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(clicks: int, count: int, low: float, high: float) -> None:
    share = wilson(clicks, count)

    assert share == pytest.approx((clicks / count, low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 873, table II, method 10
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombe(first: tuple[int, int], second: tuple[int, int], low: float, high: float) -> None:
    difference = newcombe(wilson(*first), wilson(*second))

    assert difference[1:] == pytest.approx((low, high), abs=5e-5)


def test_without_a_count_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 0.0, 1.0)
