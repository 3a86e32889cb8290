"""The choice of one arm among the eligible ones: Thompson sampling with written probabilities. Pure.

The same decision, scores and rules give the same choice and the same probabilities. A part of the people is
never learnt from: the control group always gets one arm, the hold-out another, by the hash of the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import isfinite
from typing import Literal, NamedTuple

import numpy as np

from workers.recommend.arms import uniform

ChoiceReason = Literal["drawn", "control", "hold-out", "only"]
LEAST, MOST = 1e-2, 1e9  # of a pseudo-count
UNKNOWN_WINDOWS = 2.0  # pseudo-counts of an arm without a score, at the mean of the others


class ArmScore(NamedTuple):
    """What is known of an arm in a segment: decayed pseudo-counts of clicks (`alpha`) and of none (`beta`).

    `windows` are those of the arm that have closed, which say whether it is new; None: all of the counts.
    """

    alpha: float
    beta: float
    windows: float | None = None

    @property
    def mean(self) -> float:
        """The expected share of clicks."""
        return self.alpha / (self.alpha + self.beta)


@dataclass(frozen=True, slots=True)
class ChoiceRules:
    """How arms are chosen. Shares are of 1; ValueError for ones that cannot hold together.

    `control` and `plain` are the arms of the control group and of the hold-out (without one, or where it is
    not eligible: the first eligible arm). An arm with fewer than `new_windows` gets at most `new_share`,
    as long as there is another that is not new.
    """

    control: str | None = None
    plain: str | None = None
    experiment: str = "variations"
    control_share: float = 0.10
    hold_out_share: float = 0.02
    floor: float = 0.03
    new_share: float = 0.20
    new_windows: float = 200.0
    draws: int = 1_000

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.new_share <= 1:
            raise ValueError("floor and new_share must be 0 to 1, and new_share at least the floor")
        if min(self.control_share, self.hold_out_share) < 0 or self.control_share + self.hold_out_share > 1:
            raise ValueError("control_share and hold_out_share must be 0 to 1, and at most 1 together")
        if self.draws < 1:
            raise ValueError("draws must be at least 1")


class ArmChoice(NamedTuple):
    """The arm, the probability of each eligible arm, by name, and how it came about.

    In the control group and in the hold-out one arm has the probability 1.
    """

    arm: str
    probabilities: Mapping[str, float]
    reason: ChoiceReason


def choose(
    decision_id: str,
    person: str,
    eligible: Sequence[str],
    scores: Mapping[str, ArmScore],
    rules: ChoiceRules = ChoiceRules(),
) -> ArmChoice:
    """One of the eligible arms for a decision about a person; ValueError without any.

    Every eligible arm has at least the floor (less where more arms are eligible than fit).
    """
    arms = sorted(set(eligible))
    if not arms:
        raise ValueError("there is no eligible arm")
    forced = _forced(person, eligible, rules)
    if forced is not None:
        arm, reason = forced
        return ArmChoice(arm, {each: float(each == arm) for each in arms}, reason)
    if len(arms) == 1:
        return ArmChoice(arms[0], {arms[0]: 1.0}, "only")
    known = completed(arms, scores)
    shares = shares_of(win_shares(decision_id, known, rules.draws), known, rules)
    return ArmChoice(_drawn(uniform(f"choice\n{decision_id}"), shares), shares, "drawn")


def completed(arms: Sequence[str], scores: Mapping[str, ArmScore]) -> dict[str, ArmScore]:
    """A usable score for each arm: one without gets the mean of the others, and hardly any certainty."""
    usable = {arm: _bounded(scores[arm]) for arm in arms if arm in scores and _is_usable(scores[arm])}
    mean = sum(score.mean for score in usable.values()) / len(usable) if usable else 0.5
    unknown = ArmScore(mean * UNKNOWN_WINDOWS, (1 - mean) * UNKNOWN_WINDOWS, 0.0)
    return {arm: usable.get(arm, unknown) for arm in arms}


def win_shares(decision_id: str, scores: Mapping[str, ArmScore], draws: int) -> dict[str, float]:
    """In which share of the draws each arm is the best, by a generator seeded from the decision."""
    seed = int.from_bytes(
        blake2b(decision_id.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )
    counts = np.array([(score.alpha, score.beta) for score in scores.values()])
    drawn = np.random.Generator(np.random.PCG64(seed)).beta(
        counts[:, :1], counts[:, 1:], (len(scores), draws)
    )
    wins = np.bincount(drawn.argmax(axis=0), minlength=len(scores))
    return {arm: float(count) / draws for arm, count in zip(scores, wins, strict=True)}


def shares_of(
    wins: Mapping[str, float], scores: Mapping[str, ArmScore], rules: ChoiceRules
) -> dict[str, float]:
    """The probabilities: no arm below the floor, no new one above its cap; the others get what is over."""
    floor = min(rules.floor, 1 / len(wins))
    shares = {arm: floor + (1 - floor * len(wins)) * share for arm, share in wins.items()}
    settled = [arm for arm, score in scores.items() if _windows(score) >= rules.new_windows]
    if not settled:
        return shares
    over = {arm: max(0.0, shares[arm] - rules.new_share) for arm in shares if arm not in settled}
    total = sum(shares[arm] for arm in settled)
    for arm in settled:
        shares[arm] *= 1 + sum(over.values()) / total if total else 1
    return {arm: share - over.get(arm, 0.0) for arm, share in shares.items()}


def _forced(person: str, eligible: Sequence[str], rules: ChoiceRules) -> tuple[str, ChoiceReason] | None:
    """The arm of one who is in the control group or in the hold-out."""
    number = uniform(f"{rules.experiment}\n{person}")
    if number < rules.control_share:
        return _or_first(rules.control, eligible), "control"
    if number < rules.control_share + rules.hold_out_share:
        return _or_first(rules.plain, eligible), "hold-out"
    return None


def _or_first(arm: str | None, eligible: Sequence[str]) -> str:
    return arm if arm is not None and arm in eligible else eligible[0]


def _drawn(number: float, shares: Mapping[str, float]) -> str:
    """The arm in whose part of 0 to 1 a number lies."""
    reached = 0.0
    for arm, share in shares.items():
        reached += share
        if number < reached:
            return arm
    return max(shares, key=lambda arm: shares[arm])  # the sum is a hair below 1


def _windows(score: ArmScore) -> float:
    return score.alpha + score.beta if score.windows is None else score.windows


def _is_usable(score: ArmScore) -> bool:
    return isfinite(score.alpha) and isfinite(score.beta) and min(score.alpha, score.beta) >= 0


def _bounded(score: ArmScore) -> ArmScore:
    alpha, beta = (min(max(count, LEAST), MOST) for count in score[:2])
    return ArmScore(alpha, beta, score.windows)
