"""The loop over many audiences: regret against random choice, before and after a drift, and true intervals.

Ratios are of mean regrets over all audiences; their intervals come from drawing the audiences again.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.audience import Audience, AudienceShape
from tests.integration.wire import Addressed
from tests.learning_loop import LoopRun, run
from tests.mail_readers import ReaderShape
from tests.soak.learning_loop_run import LoopShape
from tests.soak.learning_loop_run import run as run_loop
from workers.learn.estimates import arm_value, difference, table_of

AUDIENCES, MAILS, DRIFT = 200, 4_000, 2_000
EXPERIMENTS, EXPERIMENT_MAILS = 1_000, 2_000
LEAST, MOST = 0.925, 0.97
Regrets = NDArray[np.float64]  # one row an audience: own regret, that of random choice


def ratio(regrets: Regrets) -> float:
    """The mean regret as a share of that of random choice."""
    return float(regrets[:, 0].mean() / regrets[:, 1].mean())


def told(name: str, regrets: Regrets) -> float:
    """Print the ratio with an interval of 95 %; the ratio."""
    chance = np.random.default_rng(0)
    again = [ratio(regrets[chance.integers(len(regrets), size=len(regrets))]) for _ in range(2_000)]
    low, high = np.percentile(again, [2.5, 97.5])
    print(f"{name}: {ratio(regrets):.3f} of random choice (95 % {low:.3f} to {high:.3f})", flush=True)
    return ratio(regrets)


@pytest.mark.slow
def test_regret_is_below_half_of_random_choice() -> None:
    """After 2,000 mails; and in the second thousand after a drift below six tenths."""
    first, drifted, again, rates = [], [], [], []
    for seed in range(AUDIENCES):
        done = run(Audience(seed), MAILS, DRIFT)
        first.append(done.regret(0, DRIFT))
        drifted.append(done.regret(DRIFT, DRIFT + 1_000))
        again.append(done.regret(DRIFT + 1_000, MAILS))
        rates.append(np.mean(done.rates))
    print(f"\n{AUDIENCES} audiences, mean click rate {np.mean(rates):.3f}")
    assert told("2,000 mails", np.array(first)) <= 0.5
    told("the first thousand after a drift", np.array(drifted))
    assert told("the second thousand after a drift", np.array(again)) <= 0.6


@pytest.mark.slow
def test_programs_change_nothing_that_can_be_measured() -> None:
    """The same audiences with a tenth of the mails scanned, and without."""
    shapes = AudienceShape(), AudienceShape(scanned=0.0)
    runs = [[run(Audience(seed, shape), DRIFT) for shape in shapes] for seed in range(50)]
    ratios = [
        told(name, np.array([pair[n].regret(0, DRIFT) for pair in runs]))
        for n, name in enumerate(("with programs", "without"))
    ]
    same = sum(one.arms == other.arms for one, other in runs)
    print(f"{same} of {len(runs)} audiences have the same choices")
    assert abs(ratios[0] - ratios[1]) < 0.01


def hits(seed: int) -> Iterator[tuple[str, bool]]:
    """Whether the true effects of one experiment are in the intervals, by the name of the estimate."""
    audience = Audience(seed)
    done = run(audience, EXPERIMENT_MAILS)
    drawn, control = (
        [n for n, reason in enumerate(done.reasons) if reason in of] for of in (("drawn",), ("control",))
    )
    lift = difference(*counts(done, drawn), *counts(done, control))
    assert lift is not None
    true = np.mean([done.rates[n] for n in drawn]) - np.mean([done.rates[n] for n in control])
    yield "drawn against control", bool(lift.low <= true <= lift.high)
    table = table_of([done.trials[n] for n in drawn])
    for arm in table.arms:
        value = arm_value(table, arm)
        assert value is not None
        eligible = [done.segments[n] for n in drawn if arm in done.trials[n].probabilities]
        rate = np.mean([audience.rate(segment, arm) for segment in eligible])
        yield "arms", bool(value.rate.low <= rate <= value.rate.high)


def counts(done: LoopRun, numbers: Sequence[int]) -> tuple[int, int]:
    """Clicks and mails of some mails of a run."""
    return sum(done.trials[n].clicked for n in numbers), len(numbers)


@pytest.mark.slow
def test_intervals_hold_the_true_effects() -> None:
    """In 92.5 to 97 % of a thousand experiments, each with tastes of its own."""
    found: dict[str, list[bool]] = {}
    for seed in range(EXPERIMENTS):
        for name, held in hits(seed):
            found.setdefault(name, []).append(held)
    shares = {name: float(np.mean(held)) for name, held in found.items()}
    print(f"\n{shares}")
    assert all(LEAST <= share <= MOST for share in shares.values())


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_loop_on_a_real_broker_learns_what_people_did(
    services: Addressed, tmp_path: Path, seed: int
) -> None:
    """1,500 mails over three weeks, `learn` killed again and again; a weaker taste than in the short run."""
    readers = ReaderShape(best=0.3, others=0.06)
    shape = LoopShape(rounds=15, mails=100, people=700, readers=readers)
    loop = run_loop(services, tmp_path, seed, shape, kill_at=frozenset({3, 7, 11}))
    loop.check()
    shares = [loop.share_of_best(number) for number in range(shape.rounds)]
    print("the share of the best subjects by round:", " ".join(f"{share:.2f}" for share in shares))
    clicks = sum(map(bool, loop.readers.clicked.values()))
    print(
        f"{len(loop.mails)} mails, {clicks} clicked, {sum(loop.readers.scans.values())} requests of programs"
    )
    assert loop.kills == 3
    assert sum(shares[-3:]) / 3 > shares[0] + 0.2
