"""Sums that decay with a half-life, in closed form. Pure; all times and half-lives are milliseconds.

What was worth `value` at a time `at` is worth value · 2^-((now - at) / half_life) at a later time `now`. A
sum of such values is stored as Σ value · 2^((at - EPOCH) / half_life), so that time need not pass in it:
adding is commutative up to rounding, and what was added is taken back by the same value and time.

Such a number grows without end, by a factor of two each half-life. So a sum is stored together with an
exponent, Σ value · 2^((at - EPOCH) / half_life - exponent), which is raised as time passes. That multiplies
by a power of two, so it rounds nothing; only what is a thousand half-lives old becomes zero.
"""

import math

EPOCH_MS = 1_704_067_200_000  # 2024-01-01; another one would only move the exponents
LARGEST_LEAD = 64  # half-lives by which a value may be ahead of the exponent of its sum


def half_lives(at: int, half_life: int) -> int:
    """The number of whole half-lives from EPOCH_MS to a time."""
    return (at - EPOCH_MS) // half_life


def raised(exponent: int, at: int, half_life: int) -> int:
    """The exponent of a sum to which a value of a time is added: the same, unless that is too far ahead."""
    whole = half_lives(at, half_life)
    return whole if whole - exponent > LARGEST_LEAD else exponent


def growth(at: int, half_life: int, exponent: int) -> float:
    """2^((at - EPOCH) / half_life - exponent): the factor of a value of this time in a sum.

    A sum divided by it is what the sum is worth at this time. It is 0 where it is too small for a float.
    """
    whole, rest = divmod(at - EPOCH_MS, half_life)
    return math.ldexp(2.0 ** (rest / half_life), whole - exponent)
