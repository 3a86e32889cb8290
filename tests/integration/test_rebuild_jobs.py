"""`kairos verify --jobs` and `kairos rebuild jobs` on Kafka: lost states are noticed, then made anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.integration.processes import until
from tests.integration.rebuilding import delete
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.soak.job_board import JobBoard, OnJobTopics
from tests.soak.job_kills import compare
from tests.soak.kills import READS
from tests.soak.load import Load
from tests.soak.outcome import Outcome
from workers.cli import kairos
from workers.commands.rebuild_jobs import CHANGELOG

pytestmark = pytest.mark.wire
JOBS = 40


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def run(wire: Wire, *arguments: str, code: int = 0, answer: str = "") -> str:
    """What a command prints to its user."""
    env = wire.settings.environment() | {"COLUMNS": "120"}
    done = CliRunner().invoke(kairos, arguments, env=env, input=answer)
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def verify(wire: Wire, patience: str = "60", code: int = 0) -> list[str]:
    """The lines of a comparison of all trends."""
    return run(wire, "verify", "--jobs", "--sample", "999", "--patience", patience, code=code).splitlines()


def until_all_is_read(wire: Wire) -> None:
    """Wait for the worker."""
    until(lambda: len(wire.latest("job-trends")) > JOBS // 2 and wire.lag({"jobs": READS["jobs"]}) == 0)


def test_lost_states_of_jobs_are_noticed_and_made_anew(wire: Wire, tmp_path: Path) -> None:
    """Under load no trend differs; after the loss all do, until they are made anew from the signals."""
    board = Load(OnJobTopics(wire), JobBoard(5, JOBS, 50), per_second=50)
    board.write(500)
    with workers(["jobs"], wire.settings, tmp_path):
        until(lambda: len(wire.latest("job-trends")) > JOBS // 2)
        with board:
            *_, result = verify(wire)
        assert result.endswith("jobs compared, 0 differ (0.00%)")
        until_all_is_read(wire)

    delete(wire, CHANGELOG)
    (tmp_path / "again").mkdir()
    with workers(["jobs"], wire.settings, tmp_path / "again"):
        board.write(300)
        wire.producer.flush()
        until_all_is_read(wire)
        *table, result = verify(wire, "1", code=1)
        assert "cannot be compared" not in result
        assert any("total_views" in line for line in table)
        assert "`jobs` runs" in run(wire, "rebuild", "jobs", "--yes", code=1)

    run(wire, "rebuild", "jobs", answer="n\n", code=1)
    assert "states forgotten" in run(wire, "rebuild", "jobs", "--yes")
    (tmp_path / "anew").mkdir()
    with workers(["jobs"], wire.settings, tmp_path / "anew"):
        until_all_is_read(wire)
        assert verify(wire)[-1].endswith("jobs compared, 0 differ (0.00%)")
        until_all_is_read(wire)
    outcome = Outcome(5)
    compare(wire, outcome)
    assert outcome.wrong() == {}
    assert outcome.dead == 0
