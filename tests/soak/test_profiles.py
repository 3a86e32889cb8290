"""`route` and `people` are killed during corrections and address changes: the oracle's profiles come out."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from schemas.model import RawDocument, from_epoch_ms
from tests.agreement import at, comparable, differences
from tests.integration.wire import TOPICS, Addressed, Wire
from tests.oracle import oracle
from tests.soak.compare import LATER_MS, newest
from tests.soak.faults import KILL, OUTPUTS, STEPPED, Mix
from tests.soak.kills import SESSION_SECONDS, Plan, observe
from tests.soak.outcome import Outcome
from tests.soak.report import show
from topics.catalog import BY_NAME
from workers.product.reading import read

KILLS = Mix({KILL: 1.0}, at_point=2 / 3, points=(STEPPED, OUTPUTS))  # of two kills, one at each
WORKERS = {"route": 2, "people": 2}


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a run's own."""
    name = f"soak_{uuid.uuid4().hex[:8]}"
    made = Wire.create(services, kairos_session_seconds=SESSION_SECONDS, mongo_database=name)
    yield made
    made.close()


@pytest.fixture
def db(wire: Wire) -> Iterator[Database[RawDocument]]:
    """The database that belongs to the topics; nothing is in it."""
    with MongoClient[RawDocument](wire.settings.mongo_url) as client:
        yield client[wire.settings.mongo_database]


def documents(wire: Wire) -> dict[str, list[RawDocument]]:
    """What there is in the end, as it is meant, by topic."""
    found: dict[str, list[RawDocument]] = {}
    for topic in TOPICS:
        model: Any = BY_NAME[topic].payload[0]
        left = [read(model, json.loads(value)) for _, value in sorted(newest(wire.records(topic)).items())]
        found[topic] = [
            one.model_dump() | {"notes": [(n.field, n.problem) for n in one.notes]} for one in left
        ]
    return found


def judge(wire: Wire, outcome: Outcome) -> None:
    """Fill in what the oracle has otherwise, at a time when no profile is younger."""
    now = from_epoch_ms(wire.inbox_time() + LATER_MS)
    found = at(wire.latest("enriched-profiles"), now)
    said = {who: comparable(profile) for who, profile in found.items()}
    outcome.found["oracle_differs"] = differences(oracle(documents(wire), now), said)


def check(outcome: Outcome, kills: int) -> None:
    """Nothing is wrong, and each kind was killed as often as planned, at both places of the code."""
    assert outcome.wrong() == {}
    assert outcome.per_worker() == {"route": kills, "people": kills}
    assert {point for point in (STEPPED, OUTPUTS) if len(outcome.at_point(point)) == 2} == {STEPPED, OUTPUTS}
    assert outcome.dead == 0
    assert int(outcome.counts["profiles"]) > 20


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_profiles_after_25_kills_of_each(
    wire: Wire, db: Database[RawDocument], tmp_path: Path, request: pytest.FixtureRequest, seed: int
) -> None:
    """Two of each, 100 changes in a second."""
    hits = {"route": 25, "people": 25}
    plan = Plan(seed, hits, WORKERS, KILLS, longest=3.0, people=400, per_second=100, backlog=5_000)
    outcome = observe(wire, db, plan, tmp_path)
    judge(wire, outcome)
    show(outcome, request.node.name)
    check(outcome, 25)


@pytest.mark.wire
@pytest.mark.timeout(240)
def test_profiles_after_kills(
    wire: Wire, db: Database[RawDocument], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The short run of the same."""
    given = request.config.getoption("--seed") or 42
    hits = {"route": 2, "people": 2}
    plan = Plan(given, hits, WORKERS, KILLS, longest=1.0, people=60, per_second=50, backlog=500)
    outcome = observe(wire, db, plan, tmp_path)
    judge(wire, outcome)
    show(outcome, request.node.name, "test")
    check(outcome, 2)
