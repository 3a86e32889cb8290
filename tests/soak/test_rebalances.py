"""The long run of rebalances: two to six workers of one kind come and go, static members among them."""

from collections import Counter
from pathlib import Path
from random import Random
from signal import SIGTERM

import pytest

from tests.integration.fold_group import PATIENCE, FoldGroup
from tests.integration.processes import until
from tests.integration.wire import Addressed
from workers.runtime.process.exits import FENCED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ROUNDS, FEWEST, MOST = 60, 2, 6
STATIC = 0.6  # of the workers
CALM = 0.5  # of the rounds begin when the last one's rebalance is over


def change(group: FoldGroup, chance: Random, number: int) -> str:
    """Let one worker come, go, come back under its name, or share its name with another; says which.

    Of two with one name the first in the group leaves; that may be the younger process.
    """
    what = chance.choice(["start", "stop", "kill", "come back", "twin"])
    size = len(group.running)
    if size <= FEWEST and what in ("stop", "kill"):
        what = "start"
    if size >= MOST and what == "start":
        what = "stop"
    one = chance.choice(group.running)
    if what == "start":
        group.start(f"member-{number}" if chance.random() < STATIC else "")
    elif what == "stop":
        assert group.stop(one) in (0, FENCED, -SIGTERM), one.said()  # the last: hardly begun
    elif what == "kill":
        group.kill(one)
    elif what == "come back" or not one.instance:
        what = "come back"
        group.kill(one)
        group.start(one.instance)
    else:
        twins = [one, *group.start(one.instance)]
        until(lambda: any(twin.process.poll() is not None for twin in twins), PATIENCE)
        (gone,) = (twin for twin in twins if twin.process.poll() is not None)
        assert gone.process.poll() == FENCED, gone.said()
        group.running.remove(gone)
    return what


def test_workers_of_one_kind_come_and_go(services: Addressed, tmp_path: Path, seed: int) -> None:
    """Whatever the order, each partition ends with one worker, and the states are the fold of the records."""
    chance, done = Random(seed), Counter[str]()
    with FoldGroup.under_load(services, tmp_path, partitions=8, session=4) as group:
        group.start("", "member")
        group.wait_shared()
        for number in range(ROUNDS):
            done[change(group, chance, number)] += 1
            if chance.random() < CALM:
                group.wait_shared()
        group.wait_shared()
        print(dict(done), f"workers in the end: {len(group.running)}, started: {len(group.started)}")
        assert group.differing() == {}
