"""Shares with their 95 % intervals: Wilson's of one share, Newcombe's of the difference of two. Pure."""

from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054  # 95 % of a normal distribution lie within so many deviations


class BoundedShare(NamedTuple):
    """A share, or the difference of two, with the bounds of its interval."""

    value: float
    low: float
    high: float


def wilson(clicks: float, count: float) -> BoundedShare:
    """The share of clicks; without any count it is 0, and may be anything from 0 to 1."""
    if count <= 0:
        return BoundedShare(0.0, 0.0, 1.0)
    share, square = clicks / count, Z * Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    width = Z / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count))
    return BoundedShare(share, max(0.0, middle - width), min(1.0, middle + width))


def newcombe(first: BoundedShare, second: BoundedShare) -> BoundedShare:
    """The first share less the second, by the intervals of both."""
    difference = first.value - second.value
    below = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    above = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return BoundedShare(difference, max(-1.0, difference - below), min(1.0, difference + above))
