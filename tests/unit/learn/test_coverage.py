"""Of many simulated experiments about 95 % have the true value in the interval that is reported."""

import numpy as np
import pytest

from workers.learn.estimates import TrialTable, arm_value, difference

MAILS, BATCH, FLOOR = 2_000, 100, 0.03
RATES = np.array([0.06, 0.08, 0.08, 0.10, 0.12])
LEAST, MOST = 0.925, 0.975
FEW, MANY = 200, 1_000  # experiments


def test_the_difference_of_control_and_rest() -> None:
    """With 200 mails in the control group, as the issue's numbers have it."""
    chance = np.random.default_rng(1)
    hits = 0
    for _ in range(MANY):
        found = difference(int(chance.binomial(1_800, 0.1)), 1_800, int(chance.binomial(200, 0.08)), 200)
        assert found is not None
        hits += found.low <= 0.02 <= found.high
    assert LEAST <= hits / MANY <= MOST


def bandit(chance: np.random.Generator) -> TrialTable:
    """Mails whose arms were drawn by Thompson's rule with a floor, learnt from in batches."""
    arms = len(RATES)
    clicks, mails = np.zeros(arms), np.zeros(arms)
    chosen, clicked, rows = [], [], []
    for _ in range(MAILS // BATCH):
        drawn = chance.beta(clicks[:, None] + 2, mails[:, None] - clicks[:, None] + 20, (arms, 200))
        wins = np.bincount(drawn.argmax(axis=0), minlength=arms) / 200
        share = FLOOR + (1 - FLOOR * arms) * wins
        arm = chance.choice(arms, BATCH, p=share)
        hit = chance.random(BATCH) < RATES[arm]
        chosen.append(arm)
        clicked.append(hit)
        rows.append(np.tile(share, (BATCH, 1)))
        mails += np.bincount(arm, minlength=arms)
        clicks += np.bincount(arm, weights=hit, minlength=arms)
    names = tuple("abcde")
    return TrialTable(
        names, np.concatenate(chosen), np.concatenate(clicked).astype(np.float64), np.concatenate(rows)
    )


@pytest.mark.parametrize("runs", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_the_value_of_an_arm(runs: int) -> None:
    """Of the best arm, which was chosen most, and of the worst, which has little more than the floor."""
    chance = np.random.default_rng(2)
    hits = dict.fromkeys("ae", 0)
    plain_is_low = 0.0
    for _ in range(runs):
        table = bandit(chance)
        for arm, rate in (("a", 0.06), ("e", 0.12)):
            found = arm_value(table, arm)
            assert found is not None
            hits[arm] += found.rate.low <= rate <= found.rate.high
        plain_is_low += float(table.clicked[table.arm == 0].mean()) - 0.06
    assert all(LEAST <= count / runs <= MOST for count in hits.values()), hits
    assert plain_is_low / runs < -0.002, "the plain mean of a bad arm is too low, which is why it is weighted"
