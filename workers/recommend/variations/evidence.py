"""What is known of the variations of a mail, by segment, and the scores that follow. Pure.

Evidence is two sums that are forgotten with a half-life: human clicks, and windows that are over. A click
ends the window of its mail, else it ends after WINDOW_MS. Each mail weighs by the time at which it was handed
over, whenever its answer came: so the order of arrival does not matter, a click and an ignored mail of one
day are forgotten together, and what is taken back is taken back exactly up to rounding.

A segment is shrunk towards its arm in all segments, and that towards the mean of all arms: a segment begins
with what the others know, and few answers move it little. All times are epoch milliseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from workers.recommend.policy import DAY_MS
from workers.recommend.variations.choice import ArmScore

WINDOW_MS = 72 * 3_600_000  # a mail without a human click counts as ignored so long after its hand-over
LEAST_COUNT = 1e-6  # a Beta distribution has parameters above zero


@dataclass(frozen=True)
class LearningRules:
    """How evidence is forgotten, and how far segments and new arms follow the others.

    `segment_counts` and `arm_counts` are pseudo-counts: so many windows the prior weighs. `first_rate` is the
    click rate that is assumed while nothing is known, `optimism` the factor on the mean of all arms that an
    arm begins with. `half_life_days` is the age at which a mail weighs half.
    """

    half_life_days: float = 30.0
    segment_counts: float = 60.0
    arm_counts: float = 20.0
    first_rate: float = 0.05
    optimism: float = 1.1

    @property
    def half_life(self) -> float:
        """The half-life in milliseconds."""
        return self.half_life_days * DAY_MS


class Cell(NamedTuple):
    """Where evidence is kept: an arm (a variation of a mail) in a segment of people."""

    segment: str
    arm: str


@dataclass(frozen=True)
class ArmEvidence:
    """Decayed sums of human clicks and of windows that are over, as of `at`; `closed` counts all of them."""

    clicks: float = 0.0
    windows: float = 0.0
    at: int = 0
    closed: int = 0


NOTHING = ArmEvidence()


def decayed(evidence: ArmEvidence, at: int, half_life: float) -> ArmEvidence:
    """The evidence as of a later time; an earlier time changes nothing."""
    if at <= evidence.at:
        return evidence
    weight = 2.0 ** ((evidence.at - at) / half_life)
    return ArmEvidence(evidence.clicks * weight, evidence.windows * weight, at, evidence.closed)


def added(
    evidence: ArmEvidence, handed_over_at: int, clicked: bool, half_life: float, sign: int = 1
) -> ArmEvidence:
    """The evidence with the answer of one mail (`sign` -1: without it, because it was taken back).

    No sum falls below zero, as rounding or what was never added could make it.
    """
    later = decayed(evidence, handed_over_at, half_life)
    weight = sign * 2.0 ** ((handed_over_at - later.at) / half_life)
    return ArmEvidence(
        clicks=max(0.0, later.clicks + (weight if clicked else 0.0)),
        windows=max(0.0, later.windows + weight),
        at=later.at,
        closed=max(0, later.closed + sign),
    )


def together(evidence: Iterable[ArmEvidence], at: int, half_life: float) -> ArmEvidence:
    """The sum of the evidence of several cells, as of a time."""
    now = [decayed(each, at, half_life) for each in evidence]
    return ArmEvidence(
        sum(each.clicks for each in now),
        sum(each.windows for each in now),
        max((each.at for each in now), default=at),
        sum(each.closed for each in now),
    )


def shrunk(evidence: ArmEvidence, mean: float, counts: float) -> float:
    """The click rate, as if `counts` more windows with the rate `mean` were over."""
    return (evidence.clicks + mean * counts) / (evidence.windows + counts)


def arm_scores(
    known: Mapping[Cell, ArmEvidence], segment: str, arms: Iterable[str], at: int, rules: LearningRules
) -> dict[str, ArmScore]:
    """The score of each arm in a segment: the parameters of the Beta distribution of its click rate.

    Arms and segments without evidence are scored too. `windows` of a score are all that are over of its arm,
    in all segments and of all time: an arm is new only once.
    """
    by_arm: dict[str, list[ArmEvidence]] = {}
    for cell, evidence in known.items():
        by_arm.setdefault(cell.arm, []).append(evidence)
    pooled = {arm: together(found, at, rules.half_life) for arm, found in by_arm.items()}
    mean = shrunk(together(pooled.values(), at, rules.half_life), rules.first_rate, rules.arm_counts)
    return {
        arm: _score(known.get(Cell(segment, arm), NOTHING), pooled.get(arm, NOTHING), at, mean, rules)
        for arm in arms
    }


def _score(own: ArmEvidence, pooled: ArmEvidence, at: int, mean: float, rules: LearningRules) -> ArmScore:
    """The score of an arm with evidence of its `own` in the segment, and `pooled` over all segments."""
    rate = shrunk(pooled, min(1.0, mean * rules.optimism), rules.arm_counts)
    own = decayed(own, at, rules.half_life)
    alpha = own.clicks + rate * rules.segment_counts
    beta = own.windows - own.clicks + (1.0 - rate) * rules.segment_counts
    return ArmScore(max(alpha, LEAST_COUNT), max(beta, LEAST_COUNT), float(pooled.closed))
