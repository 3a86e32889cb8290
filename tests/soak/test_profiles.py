"""`route` and `people` are killed during corrections and address changes: profiles are the oracle's."""

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
from tests.fleet import AHEAD_SECONDS
from tests.integration.wire import RUN_PARTITIONS, TOPICS, Addressed, Wire
from tests.oracle import oracle
from tests.soak.compare import LATER_MS, newest
from tests.soak.faults import KILL, OUTPUTS, STEPPED, Mix
from tests.soak.kills import SESSION_SECONDS, Plan, observe
from tests.soak.outcome import Outcome
from tests.soak.report import show
from topics.catalog import BY_NAME
from workers.product.reading import read
from workers.product.reading.clock import clock_at
from workers.runtime.process.clock import now_ms

KILLS = Mix({KILL: 1.0}, at_point=2 / 3, points=(STEPPED, OUTPUTS))  # of two kills, one at each point
WORKERS = {"route": 2, "people": 2}


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of one run."""
    name = f"soak_{uuid.uuid4().hex[:8]}"
    wire = Wire.create(
        services,
        kairos_partitions=RUN_PARTITIONS,
        kairos_session_seconds=SESSION_SECONDS,
        mongo_database=name,
    )
    yield wire
    wire.close()


@pytest.fixture
def db(wire: Wire) -> Iterator[Database[RawDocument]]:
    """The empty database that belongs to the topics."""
    with MongoClient[RawDocument](wire.settings.mongo_url) as client:
        yield client[wire.settings.mongo_database]


def documents(wire: Wire) -> dict[str, list[RawDocument]]:
    """The documents at the end, read as the fleet reads them, by topic."""
    documents_by_topic: dict[str, list[RawDocument]] = {}
    clock = clock_at(now_ms(), AHEAD_SECONDS)
    for topic in TOPICS:
        model: Any = BY_NAME[topic].payload[0]
        remaining = [
            read(model, json.loads(value), clock) for _, value in sorted(newest(wire.records(topic)).items())
        ]
        documents_by_topic[topic] = [
            document.model_dump() | {"notes": [(note.field, note.problem) for note in document.notes]}
            for document in remaining
        ]
    return documents_by_topic


def compare_with_oracle(wire: Wire, outcome: Outcome) -> None:
    """Add the differences from the oracle, as of a time after all profiles."""
    now = from_epoch_ms(wire.inbox_time() + LATER_MS)
    profiles = at(wire.latest("enriched-profiles"), now)
    actual = {person: comparable(profile) for person, profile in profiles.items()}
    outcome.problems["oracle_differs"] = differences(oracle(documents(wire), now), actual)


def check(outcome: Outcome, kills: int) -> None:
    """There are no problems, and each kind was killed as often as planned, at both points of the code."""
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
    compare_with_oracle(wire, outcome)
    show(outcome, request.node.name)
    check(outcome, 25)


@pytest.mark.wire
def test_profiles_after_kills(
    wire: Wire, db: Database[RawDocument], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The short run of the same test."""
    seed = request.config.getoption("--seed") or 42
    hits = {"route": 2, "people": 2}
    plan = Plan(seed, hits, WORKERS, KILLS, longest=1.0, people=60, per_second=50, backlog=500)
    outcome = observe(wire, db, plan, tmp_path)
    compare_with_oracle(wire, outcome)
    show(outcome, request.node.name, "test")
    check(outcome, 2)
