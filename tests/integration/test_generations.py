"""Mails whose texts take long: nobody else waits, a stop loses nothing, and neither does a kill."""

from pathlib import Path

import pytest

from schemas.mail import Email
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import GRACE_SECONDS, WorkerProcess, workers
from tests.soak.generations import GenerationPlan, run, write_decisions, write_jobs
from tests.soak.report import show
from tests.soak.slow_model import SlowModel

pytestmark = pytest.mark.wire
JAPANESE = '"Japanese"'


def mails(wire: Wire) -> list[Email]:
    """Every mail."""
    return [Email.loads(record.value) for record in wire.records("emails") if record.value]


def test_a_text_that_takes_long_holds_nobody_else_up(services: Addressed, tmp_path: Path) -> None:
    """Of one partition all English mails are written while no Japanese text comes.

    A stop in the middle ends within its time; the next start writes the rest, nothing twice. What is late by
    then the bank has written.
    """
    model = SlowModel(42, 0.3)
    with model.serve() as url:
        wire = Wire.create(services, openai_api_key="a-key", openai_base_url=url, kairos_partitions=1)
        write_jobs(wire)
        model.held.add(JAPANESE)
        with workers(["mail"], wire.settings, tmp_path) as (worker,):
            ids = write_decisions(wire, 24, 0)
            until(lambda: len(wire.records("emails")) == 12)
            assert {mail.language for mail in mails(wire)} == {"en"}
            assert model.waiting["a-key"] > 0
            code, seconds = worker.stop()
            assert (code, seconds < GRACE_SECONDS) == (0, True)
        model.held.clear()
        again = WorkerProcess("mail", wire.settings, tmp_path / "again.log")
        until(lambda: len(wire.records("engagements")) == 24)
        assert again.stop()[0] == 0
        written = mails(wire)
        wire.close()
    assert {mail.id for mail in written} == ids
    assert len(written) == len(ids)
    assert {mail.writer for mail in written if mail.language == "en"} == {"gpt"}


def test_kills_in_the_middle_of_generations_lose_nothing(
    services: Addressed, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The short run; `make soak` has the long one."""
    outcome = run(services, GenerationPlan(request.config.getoption("--seed") or 42, 3), tmp_path)
    show(outcome, request.node.name, "test")
    assert outcome.wrong() == {}
    assert int(outcome.counts["calls cut off"]) >= 3
    assert outcome.dead == 0
    assert outcome.exit_codes == [0, 0]
