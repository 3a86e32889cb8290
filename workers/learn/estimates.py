"""What variations and ways of choosing are worth, from mails whose choice was written down. Pure.

In the order of trust: the control group against the rest by plain shares, because both are fixed at random;
each arm by adaptively weighted AIPW (Hadad et al. 2021), because the mean of what a bandit chose is biased;
and another way of choosing by IPS, SNIPS and DR, with the effective sample size that says what they rest on.

All intervals are of 95 %, by Wilson's formula: for a weighted estimate with the number of mails that would
give a plain share its variance. What nothing is known of is None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workers.recommend.variations.proportions import BoundedShare, newcombe, wilson

Doubles = NDArray[np.float64]
PRIOR_MAILS = 20.0  # that the mean of all arms weighs in the running mean of one
PRIOR_RATE = 0.05
LEAST_SPREAD = 1e-9


class Weighted(NamedTuple):
    """An estimate of a click rate; `mails` is the effective sample size of the weights."""

    rate: BoundedShare
    mails: float


class Trial(NamedTuple):
    """A mail whose window is over: the arm that was chosen, whether a person clicked, and how it was chosen.

    `probabilities` are those of the eligible arms.
    """

    arm: str
    clicked: bool
    probabilities: Mapping[str, float]


def bounded_rate(rate: float, mails: float) -> BoundedShare:
    """Wilson's interval of a rate of so many mails (above 0); the rate is moved into 0 to 1."""
    return wilson(min(1.0, max(0.0, rate)) * mails, mails)


def share(clicks: int, mails: int) -> BoundedShare | None:
    """The share of clicks with Wilson's interval; None without mails."""
    return wilson(clicks, mails) if mails > 0 else None


def difference(clicks: int, mails: int, other_clicks: int, other_mails: int) -> BoundedShare | None:
    """The first share minus the other, with Newcombe's interval (1998, method 10); None without mails."""
    one, other = share(clicks, mails), share(other_clicks, other_mails)
    if one is None or other is None:
        return None
    return newcombe(one, other)


@dataclass(frozen=True)
class TrialTable:
    """Trials in the order of time as arrays; a probability of 0 is an arm that was not eligible.

    `arm` are positions in `arms`, `clicked` 0 or 1, `probabilities` a row for each trial.
    """

    arms: tuple[str, ...]
    arm: NDArray[np.int64]
    clicked: Doubles
    probabilities: Doubles

    @property
    def taken(self) -> Doubles:
        """1 where an arm was chosen, a row for each trial."""
        return np.eye(len(self.arms))[self.arm]

    def models(self) -> Doubles:
        """The running click rate of each arm before each trial, from earlier trials only.

        An arm is shrunk to the running rate of all of them, so that it has a rate before its first trial.
        """
        before = np.arange(len(self.arm), dtype=np.float64)
        everything = (before_each(self.clicked) + PRIOR_RATE * PRIOR_MAILS) / (before + PRIOR_MAILS)
        mails = before_each(self.taken)
        clicks = before_each(self.taken * self.clicked[:, None])
        shrunk: Doubles = (clicks + everything[:, None] * PRIOR_MAILS) / (mails + PRIOR_MAILS)
        return shrunk


def before_each(values: Doubles) -> Doubles:
    """The sum of all earlier rows, for each row."""
    sums: Doubles = np.cumsum(values, axis=0) - values
    return sums


def table_of(trials: Sequence[Trial]) -> TrialTable:
    """The trials as arrays; ValueError for one whose arm has no probability, of which nothing can be said."""
    for trial in trials:
        if not 0 < trial.probabilities.get(trial.arm, 0.0) <= 1:
            raise ValueError(f"the arm {trial.arm!r} was chosen without a probability above 0")
    arms = tuple(sorted({arm for trial in trials for arm in trial.probabilities}))
    return TrialTable(
        arms,
        np.array([arms.index(trial.arm) for trial in trials], dtype=np.int64),
        np.array([float(trial.clicked) for trial in trials]),
        np.array([[trial.probabilities.get(arm, 0.0) for arm in arms] for trial in trials]),
    )


def arm_value(table: TrialTable, arm: str) -> Weighted | None:
    """The click rate of an arm where it was eligible, by AIPW weighted by the root of its probability."""
    if arm not in table.arms or len(table.arm) == 0:
        return None
    place = table.arms.index(arm)
    eligible = table.probabilities[:, place] > 0
    if not np.any(eligible & (table.arm == place)):
        return None
    chance = table.probabilities[eligible, place]
    model, taken = table.models()[eligible, place], (table.arm == place)[eligible]
    scores = model + taken / chance * (table.clicked[eligible] - model)
    return weighted_mean(scores, np.sqrt(chance))


def weighted_mean(scores: Doubles, weights: Doubles) -> Weighted:
    """The weighted mean of scores; the bounds come from their weighted spread."""
    total = float(weights.sum())
    mean = float(weights @ scores) / total
    variance = float((weights**2) @ (scores - mean) ** 2) / total**2
    return Weighted(interval_of(mean, variance), total**2 / float(weights @ weights))


def interval_of(mean: float, variance: float) -> BoundedShare:
    """Wilson's interval of a click rate, with as many mails as give a plain share this variance."""
    rate = min(1.0, max(0.0, mean))
    spread = max(rate * (1 - rate), LEAST_SPREAD)
    return bounded_rate(rate, spread / max(variance, LEAST_SPREAD**2))


class OffPolicy(NamedTuple):
    """What another way of choosing would have had: three estimates, and what they rest on.

    `mails` is the effective sample size of the ratios of probabilities, which IPS and SNIPS have.
    """

    ips: BoundedShare
    snips: BoundedShare
    dr: BoundedShare
    mails: float


def off_policy(table: TrialTable, target: Doubles) -> OffPolicy | None:
    """The click rate if arms had been chosen with the probabilities `target`, a row for each trial.

    None without trials, and when the target never agrees with what was chosen.
    """
    count = len(table.arm)
    if count == 0:
        return None
    rows = np.arange(count)
    ratio = target[rows, table.arm] / table.probabilities[rows, table.arm]
    if not np.any(ratio > 0):
        return None
    clicked, total = table.clicked, float(ratio.sum())
    snips = float(ratio @ clicked) / total
    spread = float((ratio**2) @ (clicked - snips) ** 2) / total**2
    models = table.models()
    direct = (target * models).sum(axis=1)
    robust = direct + ratio * (clicked - models[rows, table.arm])
    ones = np.ones(count)
    return OffPolicy(
        weighted_mean(ratio * clicked, ones).rate,
        interval_of(snips, spread),
        weighted_mean(robust, ones).rate,
        total**2 / float(ratio @ ratio),
    )


def uniform_target(table: TrialTable) -> Doubles:
    """Each eligible arm as often as any other: what is chosen without learning."""
    eligible = (table.probabilities > 0).astype(np.float64)
    target: Doubles = eligible / eligible.sum(axis=1, keepdims=True)
    return target


def constant_target(table: TrialTable, arm: str) -> Doubles:
    """Always one arm where it is eligible, else as without learning."""
    target = uniform_target(table)
    if arm in table.arms:
        place = table.arms.index(arm)
        target[table.probabilities[:, place] > 0] = np.eye(len(table.arms))[place]
    return target
