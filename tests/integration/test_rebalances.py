"""Workers of one kind join and leave: by a start, SIGTERM, SIGKILL, and as static members under one name."""

from pathlib import Path

import pytest

from tests.integration.fold_group import FoldGroup
from tests.integration.folding import WORKER
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.wire import Addressed
from workers.runtime.kafka.static_members import remove_members
from workers.runtime.process.exits import FENCED, REFUSED

pytestmark = pytest.mark.wire


def test_two_to_six_workers_join_and_leave(services: Addressed, tmp_path: Path) -> None:
    """Each partition has one worker, which alone has its keys; no record is lost, doubled or out of order."""
    with FoldGroup.under_load(services, tmp_path, partitions=8, session=3) as group:
        group.start("", "")
        group.wait_balanced()
        group.start("", "", "", "")
        group.wait_balanced()
        assert group.stop(group.running[0]) == 0
        group.kill(group.running[1])
        group.wait_balanced()
        assert [group.stop(worker) for worker in group.running[:2]] == [0, 0]
        group.start("")
        group.kill(group.running[0])
        group.wait_balanced()
        assert group.differing() == {}


def test_a_static_member_comes_back_without_a_rebalance(services: Addressed, tmp_path: Path) -> None:
    """Killed or stopped, and restarted under its name, it has its partitions; the other keeps its own."""
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=60) as group:
        workers = dict(zip(("one", "two"), group.start("one", "two"), strict=True))
        group.wait_balanced()
        # one of them leads the group
        for ended, other, end in (("one", "two", group.kill), ("two", "one", group.stop)):
            partitions, before = workers[ended].held_partitions(), workers[other].assignments()
            end(workers[ended])
            (workers[ended],) = group.start(ended)
            group.wait_balanced()
            restarted = workers[ended]
            assert (restarted.held_partitions(), restarted.assignments()) == (partitions, 1)
            assert workers[other].assignments() == before
        assert group.differing() == {}


def test_partitions_of_a_removed_static_member_are_reassigned_at_once(
    services: Addressed, tmp_path: Path
) -> None:
    """Before its session is over; the end of its process alone would not do that."""
    session = 900
    assert session > HANG_SECONDS
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=session) as group:
        first, second = group.start("one", "two")
        group.wait_balanced()
        assert group.stop(first) == 0
        remove_members(group.settings, [(WORKER, "one"), (WORKER, "unknown"), ("another", "")])
        group.wait_balanced()
        assert second.held_partitions() == group.all_partitions
        assert group.differing() == {}


def test_of_two_processes_with_one_name_the_older_ends(services: Addressed, tmp_path: Path) -> None:
    """With a line that names the setting; the newer gets its partitions, the other worker keeps its own.

    If the older writes after the newer has read the changelog, the newer ends, too, and reads it again.
    """
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=6) as group:
        older, other = group.start("one", "two")
        group.wait_balanced()
        partitions, before = older.held_partitions(), other.assignments()
        group.running.remove(older)
        group.start("one")
        assert older.wait() == FENCED, older.log_text()
        assert older.log_text().count("leaving without a commit") == 1
        assert "KAIROS_INSTANCE: another process is one now" in older.log_text()
        group.wait_balanced()
        (newer,) = (worker for worker in group.running if worker.instance == "one")
        until(lambda: newer.held_partitions() == partitions)  # it may be on its second start
        assert other.assignments() == before
        assert group.differing() == {}


def test_a_session_that_the_broker_does_not_allow_is_one_clear_line(
    services: Addressed, tmp_path: Path
) -> None:
    """The worker ends with a code without restart; the line names the setting and the broker's."""
    with FoldGroup.under_load(services, tmp_path, partitions=1, session=3600) as group:
        (worker,) = group.start("")
        assert worker.wait() == REFUSED, worker.log_text()
        assert "KAIROS_SESSION_SECONDS: the broker does not allow 3600 s" in worker.log_text()
        assert "group.min.session.timeout.ms" in worker.log_text()
