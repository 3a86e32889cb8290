"""The loop on a real broker: mails, hand-overs, clicks, scores, and the next mails; and the report."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.wire import Addressed
from tests.soak.learning_loop_run import LoopShape, run
from tests.soak.learning_truth import is_taught
from workers.cli import kairos

pytestmark = pytest.mark.wire
SHAPE = LoopShape(rounds=4, mails=60, people=60)


def test_what_readers_click_becomes_scores_and_changes_the_next_mails(
    services: Addressed, tmp_path: Path
) -> None:
    """Each mail once, though the worker is killed between clicks and the end of windows; then the report."""
    loop = run(services, tmp_path, seed=42, shape=SHAPE, kill_at=frozenset({2}))
    loop.check()
    assert loop.kills == 1
    assert loop.share_of_best(SHAPE.rounds - 1) > loop.share_of_best(0) + 0.2

    done = CliRunner().invoke(kairos, ("learn", "report", "--json"), env=loop.wire.settings.environment())
    assert done.exit_code == 0, (done.output, done.exception)
    report = json.loads(done.stdout)
    drawn = [decision for decision, mail in loop.mails.items() if is_taught(mail)]
    assert report["mails"] == SHAPE.rounds * SHAPE.mails
    assert report["groups"]["drawn"]["mails"] == len(drawn)
    assert report["groups"]["drawn"]["clicks"] == sum(bool(loop.readers.clicked[each]) for each in drawn)
    assert report["clicks_of_programs"] == sum(loop.readers.scans.values()) > 0
