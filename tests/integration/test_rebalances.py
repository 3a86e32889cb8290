"""Workers of one kind join and leave: by a start, SIGTERM, SIGKILL, and as static members under one name."""

from pathlib import Path

import pytest

from tests.integration.fold_group import PATIENCE, FoldGroup
from tests.integration.folding import WORKER
from tests.integration.processes import until
from tests.integration.wire import Addressed
from workers.runtime.kafka.static_members import remove_members
from workers.runtime.process.exits import FENCED, REFUSED

pytestmark = [pytest.mark.wire, pytest.mark.timeout(120)]


def test_two_to_six_workers_join_and_leave(services: Addressed, tmp_path: Path) -> None:
    """Each partition is with one worker, who alone holds its keys; no record is lost, doubled or moved."""
    with FoldGroup.under_load(services, tmp_path, partitions=8, session=3) as group:
        group.start("", "")
        group.wait_shared()
        group.start("", "", "", "")
        group.wait_shared()
        assert group.stop(group.running[0]) == 0
        group.kill(group.running[1])
        group.wait_shared()
        assert [group.stop(one) for one in group.running[:2]] == [0, 0]
        group.start("")
        group.kill(group.running[0])
        group.wait_shared()
        assert group.differing() == {}


def test_a_static_member_comes_back_without_a_rebalance(services: Addressed, tmp_path: Path) -> None:
    """Killed or stopped, and started again under its name, it has its partitions, and nobody else notices."""
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=60) as group:
        one, two = group.start("one", "two")
        group.wait_shared()
        for ended, other, end in (
            (one, two, group.kill),
            (two, one, group.stop),
        ):  # one of them is the leader
            held, before = ended.holds(), other.assignments()
            end(ended)
            (again,) = group.start(ended.instance)
            group.wait_shared()
            assert (again.holds(), again.assignments(), other.assignments()) == (held, 1, before)
            one = again
        assert group.differing() == {}


def test_a_static_member_that_is_taken_out_is_missed_at_once(services: Addressed, tmp_path: Path) -> None:
    """Its partitions go to another before its session is over; its end alone would not do that."""
    assert PATIENCE < 60
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=60) as group:
        one, two = group.start("one", "two")
        group.wait_shared()
        assert group.stop(one) == 0
        remove_members(group.settings, [(WORKER, "one"), (WORKER, "unknown"), ("another", "")])
        group.wait_shared()
        assert two.holds() == group.all
        assert group.differing() == {}


def test_of_two_processes_with_one_name_the_older_leaves(services: Addressed, tmp_path: Path) -> None:
    """With a line that names the setting; the newer goes on where it was, and nobody else notices.

    If the older writes after the newer has read the changelog, the newer leaves too, and reads it again.
    """
    with FoldGroup.under_load(services, tmp_path, partitions=4, session=6) as group:
        older, other = group.start("one", "two")
        group.wait_shared()
        held, before = older.holds(), other.assignments()
        group.running.remove(older)
        group.start("one")
        assert older.wait(PATIENCE) == FENCED, older.said()
        assert older.said().count("leaving without a commit") == 1
        assert "KAIROS_INSTANCE: another process is one now" in older.said()
        group.wait_shared()
        (newer,) = (one for one in group.running if one.instance == "one")
        until(lambda: newer.holds() == held, PATIENCE)  # it may be on its second start
        assert other.assignments() == before
        assert group.differing() == {}


def test_a_session_that_the_broker_does_not_allow_is_one_clear_line(
    services: Addressed, tmp_path: Path
) -> None:
    """The worker does not wait for ever, and is not started again: the setting and the broker's are named."""
    with FoldGroup.under_load(services, tmp_path, partitions=1, session=3600) as group:
        (one,) = group.start("")
        assert one.wait(PATIENCE) == REFUSED, one.said()
        assert "KAIROS_SESSION_SECONDS: the broker does not allow 3600 s" in one.said()
        assert "group.min.session.timeout.ms" in one.said()
