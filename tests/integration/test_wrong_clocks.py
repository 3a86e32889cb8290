"""Clocks that are wrong and then corrected: MongoDB's, the fleet's own, or both, on a running fleet."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from deploy.embedded import Services
from schemas.decision import SendDecision
from schemas.model import RawDocument, to_epoch_ms
from tests.integration.processes import until
from tests.integration.skewed_worker import AHEAD_FILE
from tests.integration.test_waiting_for_sources import user
from tests.integration.wire import Wire
from tests.integration.workers import WorkerProcess
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
MINUTE, HOUR = 60, 3_600
BOUND = 10  # seconds that a time may be ahead, in these tests
FLEET = ("capture", "route", "people")


class Clocked:
    """A fleet on services of its own, whose clocks a test sets; seconds ahead, negative for behind."""

    def __init__(self, services: Services, wire: Wire, folder: Path) -> None:
        self.services, self.wire, self.folder = services, wire, folder
        self.ahead = folder / "ahead"
        self.ahead.write_text("0")
        self.fleet: list[WorkerProcess] = []

    def set_clocks(self, mongo: int | None = None, fleet: int | None = None) -> None:
        """Set MongoDB's clock, by a restart with its data, and that of the running workers."""
        if mongo is not None:
            self.services.restart("mongo", "--clock-ahead", str(mongo))
        if fleet is not None:
            self.ahead.write_text(str(fleet))

    def start(self) -> None:
        """Start the workers."""
        environment = {AHEAD_FILE: str(self.ahead)}
        self.fleet = [
            WorkerProcess(
                name,
                self.wire.settings,
                self.folder / f"{name}.log",
                "tests.integration.skewed_worker",
                environment,
            )
            for name in FLEET
        ]

    def stop(self) -> None:
        """Stop them."""
        for worker in self.fleet:
            if worker.process.poll() is None:
                worker.stop()

    def add(self, person: str) -> None:
        """A user who can be written to."""
        with MongoClient[RawDocument](self.services.mongo_url) as client:
            document = user(person).model_dump(mode="json", exclude={"id"}, exclude_none=True)
            client[self.wire.settings.mongo_database].users.insert_one({"_id": person} | document)

    def decisions(self, person: str) -> list[SendDecision]:
        """Every decision about somebody."""
        values = [raw.value for raw in self.wire.records("send-decisions") if raw.value]
        return [each for each in map(SendDecision.loads, values) if each.person == person]

    def is_sent(self, person: str) -> bool:
        """Whether somebody is to be written to, which happens once."""
        return [each.verdict for each in self.decisions(person)].count("send") == 1

    def is_in_time(self, person: str) -> bool:
        """Whether no decision about somebody is ahead of this machine's clock by more than the bound."""
        bound = now_ms() + BOUND * 1000
        return all(to_epoch_ms(each.decided_at) <= bound for each in self.decisions(person))

    def lines(self, text: str) -> list[str]:
        """The lines of capture's log with a text."""
        return [line for line in (self.folder / "capture.log").read_text().splitlines() if text in line]


@pytest.fixture
def clocked(stoppable: Services, tmp_path: Path) -> Iterator[Clocked]:
    """A fleet whose clocks a test sets."""
    with fleet_on(stoppable, tmp_path) as clocked:
        yield clocked


@contextmanager
def fleet_on(services: Services, folder: Path) -> Iterator[Clocked]:
    """The topics and the workers of a test."""
    wire = Wire.create(
        services,
        kairos_ahead_seconds=BOUND,
        mongo_database=f"c{uuid.uuid4().hex[:8]}",
    )
    clocked = Clocked(services, wire, folder)
    try:
        yield clocked
    finally:
        clocked.stop()
        wire.close()


@pytest.mark.parametrize(
    ("mongo", "fleet"),
    [(20 * MINUTE, 0), (0, 20 * MINUTE), (20 * MINUTE, 20 * MINUTE), (BOUND - 3, 0)],
    ids=["MongoDB", "fleet", "both", "within the bound"],
)
def test_after_a_correction_decisions_go_on_with_and_without_a_restart(
    clocked: Clocked, mongo: int, fleet: int
) -> None:
    """Clocks 20 minutes fast, then right: on the running fleet, and on one that is started again."""
    clocked.set_clocks(mongo, fleet)
    clocked.start()
    clocked.add("first")
    if fleet > mongo:  # as if MongoDB were far behind: nothing is decided
        until(lambda: bool(clocked.lines("behind this machine's")))
    else:
        until(lambda: clocked.is_sent("first"))
    clocked.set_clocks(0, 0)
    clocked.add("second")
    until(lambda: clocked.is_sent("first") and clocked.is_sent("second"))
    clocked.stop()
    clocked.start()
    clocked.add("third")
    until(lambda: clocked.is_sent("third"))

    for person in ("second", "third"):
        assert clocked.is_in_time(person)
        assert clocked.decisions(person)[-1].verdict == "send"


def test_mongodb_two_minutes_slow_is_one_line_and_decides_nothing(clocked: Clocked) -> None:
    """What it has not written yet cannot be known; with the right clock decisions go on."""
    clocked.set_clocks(mongo=-2 * MINUTE)
    clocked.start()
    clocked.add("first")
    until(lambda: bool(clocked.lines("behind this machine's")))
    until(lambda: bool(clocked.decisions("first")))
    assert {each.reason for each in clocked.decisions("first")} == {"sources"}
    assert "KAIROS_STALE_SECONDS" in clocked.lines("behind this machine's")[0]
    clocked.set_clocks(mongo=0)
    until(lambda: clocked.is_sent("first"))
    assert {each.verdict for each in clocked.decisions("first")[:-1]} == {"wait"}
    assert len(clocked.lines("behind this machine's")) == 1
    assert len(clocked.lines("agree again")) == 1


def test_mongodb_two_hours_fast_is_one_line(clocked: Clocked) -> None:
    """Decisions go on, at the time of this machine."""
    clocked.set_clocks(mongo=2 * HOUR)
    clocked.start()
    for person in ("first", "second"):
        clocked.add(person)
        until(lambda: clocked.is_sent(person))  # noqa: B023
        assert clocked.is_in_time(person)
    assert len(clocked.lines("s ahead of this machine's")) == 1
    assert len(clocked.lines("7,200 s ahead") + clocked.lines("7,199 s ahead")) == 1
