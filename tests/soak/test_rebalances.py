"""The long run of rebalances: two to six workers of one kind join and leave, static members among them."""

from collections import Counter
from pathlib import Path
from random import Random
from signal import SIGTERM

import pytest

from tests.integration.fold_group import LONG_BURST, FoldGroup
from tests.integration.processes import until
from tests.integration.wire import Addressed
from workers.runtime.process.exits import FENCED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
ROUNDS, FEWEST, MOST = 60, 2, 6
STATIC = 0.6  # of the workers
SETTLED = 0.5  # of the rounds begin when the last one's rebalance is over


def change(group: FoldGroup, random: Random, number: int) -> str:
    """Let one worker join, leave, come back under its name, or share its name with another; the action.

    Of two with one name the first in the group ends; that may be the younger process. Both end when each
    finds records of the other in its changelog; then one starts again, as under a supervisor.
    """
    action = random.choice(["start", "stop", "kill", "come back", "twin"])
    size = len(group.running)
    if size <= FEWEST and action in ("stop", "kill"):
        action = "start"
    if size >= MOST and action == "start":
        action = "stop"
    worker = random.choice(group.running)
    if action == "start":
        group.start(f"member-{number}" if random.random() < STATIC else "")
    elif action == "stop":
        # -SIGTERM: stopped right after its start
        assert group.stop(worker) in (0, FENCED, -SIGTERM), worker.log_text()
    elif action == "kill":
        group.kill(worker)
    elif action == "come back" or not worker.instance:
        action = "come back"
        group.kill(worker)
        group.start(worker.instance)
    else:
        twins = [worker, *group.start(worker.instance)]
        until(lambda: any(twin.process.poll() is not None for twin in twins))
        ended = [twin for twin in twins if twin.process.poll() is not None]
        for twin in ended:
            assert twin.process.poll() == FENCED, twin.log_text()
            group.running.remove(twin)
        if len(ended) == len(twins):
            group.start(worker.instance)
    return action


def test_workers_of_one_kind_join_and_leave(services: Addressed, tmp_path: Path, seed: int) -> None:
    """In the end each partition has one worker, and the states are the fold of the records."""
    random, actions = Random(seed), Counter[str]()
    with FoldGroup.under_load(services, tmp_path, partitions=8, session=4, burst=LONG_BURST) as group:
        group.start("", "member")
        group.wait_balanced()
        for number in range(ROUNDS):
            actions[change(group, random, number)] += 1
            if random.random() < SETTLED:
                group.wait_balanced()
        group.wait_balanced()
        print(dict(actions), f"workers in the end: {len(group.running)}, started: {len(group.started)}")
        assert group.differing() == {}
