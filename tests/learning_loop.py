"""The loop in memory: choose, hand over, wait for answers, learn; and the regret of every choice."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.audience import Audience, Recipient
from workers.learn.bots import TimedClick, first_human, scored_from
from workers.learn.estimates import Trial
from workers.recommend.variations.choice import ArmChoice, ChoiceRules, choose
from workers.recommend.variations.evidence import (
    NOTHING,
    WINDOW_MS,
    ArmEvidence,
    Cell,
    LearningRules,
    added,
    arm_scores,
)

LEARNING = LearningRules(half_life_days=30)  # 1,500 mails of the audience
CHOICE = ChoiceRules(control="plain", plain="plain", draws=200)
Told = tuple[int, bool]  # when an answer is known, and whether it is a click
Judge = Callable[[list[TimedClick], int], Told]


@dataclass
class LoopRun:
    """What each mail of a run was: regret of the choice and of a random one, and what was written down."""

    reasons: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    arms: list[str] = field(default_factory=list)
    regrets: list[float] = field(default_factory=list)
    random_regrets: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)
    evidence: dict[Cell, ArmEvidence] = field(default_factory=dict)

    def drawn(self, values: list[float], first: int, last: int) -> NDArray[np.float64]:
        """The values of the mails from `first` to before `last` whose arm was drawn."""
        pairs = zip(values[first:last], self.reasons[first:last], strict=True)
        return np.array([value for value, reason in pairs if reason == "drawn"])

    def regret(self, first: int, last: int) -> tuple[float, float]:
        """The mean regret of the drawn choices of some mails, and that of random ones for the same mails."""
        own, random = (self.drawn(values, first, last) for values in (self.regrets, self.random_regrets))
        return float(own.mean()), float(random.mean())


def scored(clicks: list[TimedClick], handed_over_at: int) -> Told:
    """When the answer to a mail is known, and which: a scored human click, or none at the window's end."""
    end = handed_over_at + WINDOW_MS
    human = first_human([each for each in clicks if each.at <= end], handed_over_at, scored_from(end))
    return (end, False) if human is None else (min(end, scored_from(human.at)), True)


def believed(clicks: list[TimedClick], handed_over_at: int) -> Told:
    """The same for one who takes every click for a person's."""
    return (clicks[0].at, True) if clicks else (handed_over_at + WINDOW_MS, False)


def run(audience: Audience, mails: int, drift_at: int | None = None, judge: Judge = scored) -> LoopRun:
    """Send so many mails one after the other; every choice knows only what was answered before it."""
    done = LoopRun()
    # a heap of when it is known, number of the mail, cell, time of the hand-over, and whether it was clicked
    waiting: list[tuple[int, int, Cell, int, bool]] = []
    for number in range(mails):
        if number == drift_at:
            audience.drift()
        recipient = audience.recipient(number)
        while waiting and waiting[0][0] <= recipient.at:
            _, _, cell, at, clicked = heapq.heappop(waiting)
            known = done.evidence.get(cell, NOTHING)
            done.evidence[cell] = added(known, at, clicked, LEARNING.half_life)
        choice = choice_for(recipient, done.evidence, f"{audience.seed}:{number}")
        known_at, clicked = judge(audience.clicks(recipient, choice.arm), recipient.at)
        note(done, audience, recipient, choice, clicked)
        if choice.reason in ("drawn", "only"):
            cell = Cell(recipient.segment, choice.arm)
            heapq.heappush(waiting, (known_at, number, cell, recipient.at, clicked))
    return done


def choice_for(recipient: Recipient, evidence: dict[Cell, ArmEvidence], decision_id: str) -> ArmChoice:
    """The choice for a mail, as of its hand-over."""
    scores = arm_scores(evidence, recipient.segment, recipient.eligible, recipient.at, LEARNING)
    return choose(decision_id, recipient.person, recipient.eligible, scores, CHOICE)


def note(done: LoopRun, audience: Audience, recipient: Recipient, choice: ArmChoice, clicked: bool) -> None:
    """Write down a choice: its regret against the best eligible arm, and what is logged."""
    rates = [audience.rate(recipient.segment, arm) for arm in recipient.eligible]
    own = audience.rate(recipient.segment, choice.arm)
    done.reasons.append(choice.reason)
    done.segments.append(recipient.segment)
    done.arms.append(choice.arm)
    done.rates.append(own)
    done.regrets.append(max(rates) - own)
    done.random_regrets.append(max(rates) - sum(rates) / len(rates))
    done.trials.append(Trial(choice.arm, clicked, choice.probabilities))


def ratio(runs: list[LoopRun], first: int, last: int) -> float:
    """The mean regret of some mails over all runs, as a share of that of random choice."""
    pairs = np.array([each.regret(first, last) for each in runs])
    return float(pairs[:, 0].mean() / pairs[:, 1].mean())
