"""`kairos dead-letters` for the signals of jobs, on a real broker: after a fix they count, once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemas.documents import Job
from schemas.jobs import JobSignal, JobTrend, signal_version
from schemas.model import from_epoch_ms
from tests.integration.poisonable import TRIGGER
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from tests.soak.kills import READS
from workers.cli import kairos
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def run(wire: Wire, *arguments: str) -> str:
    """What a command prints to its user."""
    done = CliRunner().invoke(kairos, arguments, env=wire.settings.environment())
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def tell(wire: Wire, people: list[str], at: int) -> None:
    """Write the signals of views of one job by some people, as `people` does."""
    for number, person in enumerate(people):
        said = JobSignal(
            id=f"interactions/{person}", person=person, job_id="j", kind="viewed", seconds=60, weight=0.2,
            at=from_epoch_ms(at),
        )  # fmt: skip
        headers = cloud_headers("kairos.job-signals.v1", "/test", person, at, signal_version(0, number, 1))
        wire.send("job-signals", b"j", said.dumps(), headers, at)
    wire.producer.flush()


def views(wire: Wire) -> int:
    """The views in the trend of the job; none without a trend."""
    latest = wire.latest("job-trends")
    return JobTrend.loads(latest["j"]).total_views if latest else 0


def test_a_signal_that_failed_counts_after_a_fix(wire: Wire, tmp_path: Path) -> None:
    """Listed, shown and put back; later signals from the same place have been read before."""
    at = now_ms()
    wire.put("jobs", "j", Job(id="j", title="Cook"), at)
    tell(wire, ["ann", TRIGGER, "bob"], at)
    broken = WorkerProcess("jobs", wire.settings, tmp_path / "broken.log", "tests.integration.poisonable")
    try:
        until(lambda: views(wire) == 2 and wire.lag({"jobs": READS["jobs"]}) == 0)
        assert broken.stop()[0] == 0
    finally:
        broken.process.kill()

    listed = json.loads(run(wire, "dead-letters", "list", "--worker", "jobs", "--json"))
    ((place, key),) = [(letter["place"], letter["key"]) for letter in listed["letters"]]
    assert (place.rpartition("/")[0].rpartition("/")[0], key) == ("job-signals", "j")
    shown = run(wire, "dead-letters", "show", place)
    assert TRIGGER in shown
    assert "can be put back" in shown
    assert run(wire, "dead-letters", "replay", place, "--yes").splitlines()[-1] == "1 record put back"
    with workers(["jobs"], wire.settings, tmp_path):
        until(lambda: views(wire) == 3)
    assert json.loads(run(wire, "jobs", "report", "--json"))["views"] == 3
    assert len(wire.records("dead-letters")) == 1 + 1  # and the mark
