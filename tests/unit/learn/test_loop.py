"""The loop in memory, short: it learns, programs change nothing, and what the audience is made of.

The long runs with their figures are in tests/soak/test_learning.py.
"""

from dataclasses import replace

import numpy as np

from tests.audience import DAY, Audience, AudienceShape
from tests.learning_loop import LoopRun, believed, ratio, run, scored
from workers.recommend.variations.evidence import WINDOW_MS

QUIET = AudienceShape(scanned=0.0)
SEEDS = range(3)


def test_the_loop_learns() -> None:
    """Over three audiences the second thousand of mails has far less regret than random choice."""
    runs = [run(Audience(seed), 2_000) for seed in SEEDS]
    assert ratio(runs, 0, 100) > 0.8
    assert ratio(runs, 1_000, 2_000) < 0.6


def test_programs_change_nothing() -> None:
    """With scanners and without the same arms are chosen, and the same is known in the end."""
    for seed in range(2):
        with_scanners, without = (run(Audience(seed, shape), 1_000) for shape in (AudienceShape(), QUIET))
        assert with_scanners.arms == without.arms
        assert with_scanners.evidence == without.evidence


def test_believed_programs_would_change_what_is_known() -> None:
    """So the test above can fail: whoever takes every click for a person's sees more clicks."""

    def clicks(done: LoopRun) -> float:
        return sum(each.clicks for each in done.evidence.values())

    audience = AudienceShape(scanned=0.3)
    assert clicks(run(Audience(1, audience), 600, judge=believed)) > 2 * clicks(
        run(Audience(1, audience), 600, judge=scored)
    )


def test_a_run_is_repeatable() -> None:
    """Everything comes from the seed."""
    assert run(Audience(3), 300) == run(Audience(3), 300)


def test_the_audience_is_what_it_says() -> None:
    """The mean click rate, the share that never answers, delays up to days, clicks of programs at once."""
    shape = replace(AudienceShape(), spread=0.0, segment_spread=0.0, people=20_000)
    audience, clicked, delays, silent = Audience(5, shape), 0, list[int](), 0
    for number in range(20_000):
        recipient = audience.recipient(number)
        person = int(recipient.person.removeprefix("person_"))
        silent += audience.silent[person]
        clicks = audience.clicks(recipient, recipient.eligible[0])
        known_at, human = scored(clicks, recipient.at)
        assert not (human and audience.silent[person])
        clicked += human
        if human:
            delays.append(known_at - recipient.at)
    assert 0.075 < clicked / 20_000 < 0.085
    assert 0.29 < silent / 20_000 < 0.31
    assert max(delays) <= WINDOW_MS
    assert np.percentile(delays, 90) > 1.5 * DAY
    assert audience.scanned.mean() > 0.08
