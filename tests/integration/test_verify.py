"""`kairos verify` on a whole fleet: no difference while it is healthy; differing fields are named."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import Binary, ObjectId
from click.testing import CliRunner, Result
from pymongo import MongoClient

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.unit.source_tree import ROOT
from workers.cli import kairos
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import without_settings

pytestmark = pytest.mark.wire
PATIENT = "60"
ANN, BOB, CID = ObjectId(), 7, "cid"
PEOPLE = 6
SOURCES = """
[users]
where = { bot = { not = true } }
fields.email = { first = ["email", "mail"] }
[orders]
where = { test = { not = true } }
"""
NOW = from_epoch_ms(now_ms()).astimezone(UTC)


@pytest.fixture
def wire(services: Addressed, tmp_path: Path) -> Iterator[Wire]:
    """A fleet's topics, an empty database that goes with them, and a mapping that leaves something out."""
    sources = tmp_path / "sources.toml"
    sources.write_text(SOURCES)
    name = f"verify_{os.getpid()}_{now_ms()}"
    wire = Wire.create(services, mongo_database=name, kairos_sources=sources)
    yield wire
    wire.close()
    with MongoClient[Any](wire.settings.mongo_url) as client:
        client.drop_database(name)


def product(db: Any) -> None:
    """People with ids of many types, two with one address, and documents as in real databases."""
    uuid = Binary(bytes(range(16)), 4)
    likes = {"interests": "art; tea", "cuisine_preference": ["Thai"], "age": "30 years"}
    db.users.insert_many(
        [
            {"_id": ANN, "email": " Ann@X.jp", "occupation": "cook", "created_at": NOW} | likes,
            {"_id": BOB, "mail": "bob@x.jp", "birth_date": "1990-02-03", "language": "Japanese"},
            {"_id": CID, "email": "ann@x.jp", "created_at": NOW - timedelta(days=9)},
            {"_id": uuid, "email": "Dee <dee@x.jp>", "age": "a lot"},
            {"_id": "nobody"},
            {"_id": "bot", "email": "ann@x.jp", "created_at": NOW - timedelta(days=99), "bot": True},
            {"_id": "65a000000000000000000001", "email": "not an address"},
        ]
    )
    db.orders.insert_many(
        {"_id": n, "user_id": owner, "amount": f"${n}.50", "date": NOW - timedelta(days=n)}
        for n, owner in enumerate((ANN, ANN, 7.0, CID, uuid, "65a000000000000000000001"))
    )
    db.orders.insert_one({"_id": "test", "user_id": ANN, "amount": 1000, "date": NOW, "test": True})
    for n in range(3):
        names = ["ann@x.jp", {"email": "BOB@x.jp", "name": "Bob"}, "dee@x.jp"][: n + 1]
        past = {"date": NOW - timedelta(days=5 * n - 4), "host": "Ploy", "cuisine": "Thai"}
        db.events.insert_one({"_id": n, "name": "Dinner", "participants": names} | past)
    db.events.insert_one({"_id": "text", "date": "2024/01/15", "participants": "bob@x.jp, ann@x.jp"})
    sent = {"status": "sent", "sent_date": NOW - timedelta(days=3)}
    db.messages.insert_many(
        [{"_id": "m1", "user_id": BOB} | sent, {"_id": "m2", "user_id": CID, "status": "queued"}]
    )
    db.job_views.insert_one({"_id": "v", "user_id": str(ANN), "job_id": "j", "time_spent_seconds": 90})
    db.job_preferences.insert_one({"_id": "p", "user_id": CID, "job_id": "j", "preference_type": "saved"})


def verify(wire: Wire, *arguments: str, code: int = 0) -> Result:
    """Run the command as its user does."""
    env = wire.settings.environment() | {"COLUMNS": "120"}
    done = CliRunner().invoke(kairos, ["verify", *arguments], env=env)
    assert done.exit_code == code, (done.output, done.exception)
    assert "@" not in done.output
    return done


def test_a_healthy_fleet_does_not_differ_and_missed_changes_are_named(wire: Wire, tmp_path: Path) -> None:
    with MongoClient[Any](wire.settings.mongo_url) as client:
        db = client[wire.settings.mongo_database]
        product(db)
        with workers(["capture", "route", "people", "serve"], wire.settings, tmp_path) as running:
            until(lambda: len(wire.latest("enriched-profiles")) == PEOPLE)
            sent = Engagement(decision_id="7:1", person="7", outcome="sent", at=NOW - timedelta(days=1))
            wire.put("engagements", "7", sent, now_ms())
            wire.producer.flush()
            until(lambda: b'"total_messages_sent":2' in wire.latest("enriched-profiles")["7"])
            assert '"total_orders":2' in wire.latest("enriched-profiles")[str(ANN)].decode()
            done = verify(wire, "--patience", PATIENT)
            assert done.output.splitlines()[-1] == f"{PEOPLE} people compared, 0 differ (0.00%)"

            assert running[0].stop()[0] == 0
            db.users.update_one({"_id": ANN}, {"$set": {"occupation": "nurse"}})
            db.orders.delete_one({"user_id": CID})
            check_missed_changes(wire)
            check_interval(wire, tmp_path)


def check_missed_changes(wire: Wire) -> None:
    """Changes while capture did not run are reported by field; with a tolerance the exit code is 0."""
    output = verify(wire, "--patience", "1", code=1).output
    assert output.splitlines()[-1] == f"{PEOPLE} people compared, 2 differ (33.33%)"
    rows = {
        line.split("│")[1].strip(): line.split("│")[3].strip() for line in output.splitlines() if "│" in line
    }
    assert rows["occupation"] == str(ANN)
    assert rows["total_orders"] == rows["order_amount_total"] == CID
    assert "interests" not in rows
    verify(wire, "--patience", "0", "--tolerance", "0.34")
    same_seed = [
        verify(wire, "--sample", "1", "--seed", "3", "--patience", "0", "--tolerance", "1") for _ in range(2)
    ]
    assert same_seed[0].output == same_seed[1].output
    assert same_seed[0].output.splitlines()[-1].startswith("1 people compared")


def check_interval(wire: Wire, folder: Path) -> None:
    """With an interval it continues, and its metrics are served."""
    log = folder / "verify.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "workers", "verify", "--interval", "1", "--patience", "0"],
            env=without_settings(os.environ) | wire.settings.environment(),
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: log.read_text().count("2 differ") >= 2)
        address = log.read_text().splitlines()[0].removeprefix("metrics: ")
        with urllib.request.urlopen(address) as answer:
            rows = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line[0] != "#")
        assert float(rows['kairos_verify_different_ratio{subject="people"}']) == pytest.approx(2 / PEOPLE)
        assert float(rows['kairos_verify_compared_total{subject="people"}']) >= 2 * PEOPLE
        assert float(rows['kairos_verify_fields_total{field="occupation",subject="people"}']) >= 2
        process.terminate()
        assert process.wait(HANG_SECONDS) == 0, log.read_text()
    finally:
        process.kill()
