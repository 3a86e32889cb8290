"""The worker's stages learn from a simulated audience what the loop in memory learns."""

import random

import pytest

from schemas.mail import MailVariation
from schemas.model import to_epoch_ms
from tests.audience import Audience
from tests.learning_loop import run, scored
from tests.unit.learn.mail_records import DAY, SECOND, Entry, LearnWorker, email, outcome
from workers.learn.stage import cell_key
from workers.recommend.variations.evidence import NOTHING, ArmEvidence, LearningRules, added, decayed

RULES = LearningRules(half_life_days=10)
MAILS_SENT = 250


def recorded(seed: int) -> tuple[list[Entry], dict[str, ArmEvidence]]:
    """The records of a run, and what must be known in the end, by the functions that the loop uses."""
    done, audience = run(Audience(seed), MAILS_SENT), Audience(seed)
    entries: list[Entry] = []
    known: dict[str, ArmEvidence] = {}
    for number in range(MAILS_SENT):
        recipient, trial, decision = audience.recipient(number), done.trials[number], f"d{number}"
        choice = MailVariation(
            arm=trial.arm,
            segment=recipient.segment,
            probabilities=dict(trial.probabilities),
            reason=done.reasons[number],
        )
        clicks = audience.clicks(recipient, trial.arm)
        entries += [email(decision, recipient.at - SECOND, choice), outcome(decision, "sent", recipient.at)]
        entries += [outcome(decision, "clicked", at, click) for at, click in clicks]
        _, clicked = scored(clicks, recipient.at)
        if choice.reason in ("drawn", "only"):
            key = cell_key(recipient.segment, trial.arm)
            before = known.get(key, NOTHING)
            known[key] = added(before, recipient.at, clicked, RULES.half_life)
    return entries, known


@pytest.mark.parametrize("seed", range(3))
def test_the_worker_knows_what_the_loop_knows(seed: int) -> None:
    """Records in the order of time, some twice, some a few hours late; a watermark every half day."""
    entries, known = recorded(seed)
    chance = random.Random(seed)
    late = [(topic, value, at + int(chance.random() ** 6 * DAY)) for topic, value, at in entries]
    late += chance.choices(late, k=100)
    worker = LearnWorker()
    passed = min(at for _, _, at in late)
    for topic, value, at in sorted(late, key=lambda entry: entry[2]):
        while at > passed + DAY // 2:
            passed += DAY // 2
            worker.pass_time(passed)
        worker.read((topic, value, at))
    worker.pass_time(passed + 30 * DAY)

    assert set(worker.scores) == set(known)
    for key, score in worker.scores.items():
        assert score.at is not None
        expected = decayed(known[key], to_epoch_ms(score.at), RULES.half_life)
        assert [score.windows, score.clicks] == pytest.approx([expected.windows, expected.clicks])
        assert score.written == known[key].closed
    assert worker.outcomes.states() == {}
