"""`kairos dead-letters` on a real broker: list, show, and the effect of replays."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from schemas.documents import Order, User
from schemas.facts import OrderFact, UserFact
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.integration.poisonable import TRIGGER
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess, workers
from workers.cli import kairos
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.runtime.dead_letters.writing import dead_letter
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.clock import now_ms
from workers.serve.dead_letters import DeadLetterWriter

pytestmark = pytest.mark.wire
PEOPLE = ("p", "q", "r")


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def dead_letters(wire: Wire, *arguments: str, answer: str = "") -> Result:
    """Run the command as its user does, without a terminal."""
    done = CliRunner().invoke(
        kairos, ["dead-letters", *arguments], env=wire.settings.environment(), input=answer
    )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def listed(wire: Wire, *arguments: str) -> dict[str, Any]:
    """The JSON of `list`."""
    document = json.loads(dead_letters(wire, "list", "--json", *arguments).stdout)
    assert isinstance(document, dict)
    return document


def send(wire: Wire, key: str, value: bytes, at: int, version: tuple[int, int] | None = None) -> None:
    """Append a record to the inbox; without a version its offset is the version."""
    wire.send("inbox", key.encode(), value, cloud_headers("kairos.inbox.v1", "/test", key, at, version), at)


def user(person: str, name: str, version: int, at: int) -> bytes:
    """The fact of a user, for the inbox."""
    return UserFact(
        id=f"users/{person}", version=(1, version), at=at, value=User(id=person, name=name)
    ).dumps()


def order(person: str, number: int, at: int) -> bytes:
    """The fact of an order, for the inbox."""
    value = Order(id=f"o{number}", user_id=person, amount=10.0, date=from_epoch_ms(at))
    return OrderFact(id=f"orders/o{number}", version=(1, number), at=at, value=value).dumps()


def write_inbox(wire: Wire, at: int) -> None:
    """Records of three people; some of two fail in the broken worker, before and between good ones."""
    for person in PEOPLE:
        send(wire, person, user(person, "before", 1, at), at, (1, 1))
    send(wire, "p", user("p", TRIGGER, 2, at), at, (1, 2))
    send(wire, "p", order("p", 1, at), at, (1, 1))
    send(wire, "p", user("p", "newest of p", 3, at), at, (1, 3))
    send(wire, "q", order("q", 2, at), at, (1, 2))
    send(wire, "q", user("q", TRIGGER, 4, at), at, (1, 4))
    send(wire, "q", order("q", 3, at), at, (1, 3))
    send(wire, "r", b"{broken", at)
    for person in PEOPLE:
        send(wire, person, order(person, 10, at), at, (1, 10))
    wire.producer.flush()


def profiles(wire: Wire, at: int) -> dict[str, EnrichedProfile]:
    """The profiles of all people, as of a time."""
    latest = wire.latest("enriched-profiles")
    return {person: EnrichedProfile.loads(value).at(from_epoch_ms(at)) for person, value in latest.items()}


def profiles_without_failures(wire: Wire, at: int) -> dict[str, EnrichedProfile]:
    """The profiles that a sound worker would have written for the records of `write_inbox`."""
    replay = Replay(stage(load_policy(wire.settings.kairos_policy)))
    first = [record for record in wire.records("inbox") if dict(record.headers)["ce_source"] == b"/test"]
    written = {
        record.key: record.value for record in replay.feed(first) if record.topic == "enriched-profiles"
    }
    return {
        (key or b"").decode(): EnrichedProfile.loads(value).at(from_epoch_ms(at))
        for key, value in written.items()
        if value is not None
    }


def run_broken_worker(wire: Wire, folder: Path, at: int) -> None:
    """Write the inbox and run the broken worker until it has read all of it."""
    write_inbox(wire, at)
    worker = WorkerProcess("people", wire.settings, folder / "broken.log", "tests.integration.poisonable")
    try:
        until(
            lambda: len(wire.records("dead-letters")) == 3 and wire.lag({"people": ["inbox"]}) == 0,
            HANG_SECONDS,
        )
        assert worker.stop()[0] == 0
    finally:
        worker.process.kill()


def test_after_a_fix_and_a_replay_profiles_are_those_without_failures(wire: Wire, tmp_path: Path) -> None:
    """The sound worker reads the replayed records; its profiles are those of a run that never failed."""
    at = now_ms()
    later = at + 60_000
    run_broken_worker(wire, tmp_path, at)
    expected = profiles_without_failures(wire, later)
    assert profiles(wire, later) != expected
    done = dead_letters(wire, "replay", "--yes", "--reason", "step")
    assert done.stdout.splitlines()[-1] == "2 records put back"
    with workers(["people"], wire.settings, tmp_path):
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        until(lambda: profiles(wire, later) == expected)
    assert expected["p"].name == "newest of p"
    assert expected["q"].name == TRIGGER
    assert [letter["reason"] for letter in listed(wire)["letters"] if not letter["replayed"]] == [
        "undecodable"
    ]
    assert len(wire.records("dead-letters")) == 3 + 2  # two marks; no record failed again


def test_records_are_replayed_in_the_order_of_the_log(wire: Wire, tmp_path: Path) -> None:
    """With key, value, partition, time and version; a record without a version gets its offset as version."""
    at = now_ms()
    run_broken_worker(wire, tmp_path, at)
    before = wire.records("inbox")
    dead = [record for record in before if record.value == b"{broken"]
    ((partition, offset),) = [(record.partition, record.offset) for record in dead]
    dead_letters(wire, "replay", "--yes")
    replayed = [record for record in wire.records("inbox") if record not in before]
    for number in range(wire.settings.kairos_partitions):
        originals = [record for record in before if record.partition == number]
        values = [record.value for record in replayed if record.partition == number]
        assert values == [record.value for record in originals if record.value in values]
    broken = next(record for record in replayed if record.value == b"{broken")
    assert (broken.partition, broken.key, broken.timestamp) == (partition, b"r", at)
    assert dict(broken.headers)["kairos_version"] == b"0.%d" % offset
    versions = {dict(record.headers)["kairos_version"] for record in replayed if record is not broken}
    assert versions == {b"1.2", b"1.4"}


def test_a_second_replay_does_nothing(wire: Wire, tmp_path: Path) -> None:
    """Unless `--again` is given; neither does one that is not confirmed."""
    run_broken_worker(wire, tmp_path, now_ms())
    count = len(wire.records("inbox"))
    assert dead_letters(wire, "replay", "--dry-run").stdout.splitlines()[-1] == "3 records would be put back"
    assert dead_letters(wire, "replay", answer="n\n").exit_code == 1
    assert len(wire.records("inbox")) == count
    assert dead_letters(wire, "replay", answer="y\n").stdout.splitlines()[-1] == "3 records put back"
    assert len(wire.records("inbox")) == count + 3
    assert dead_letters(wire, "replay", "--yes").stdout.splitlines() == [
        "left: 3 records put back before (--again puts them back once more)",
        "nothing to put back",
    ]
    assert listed(wire)["total"] == 3
    assert len(wire.records("inbox")) == count + 3
    position = listed(wire, "--reason", "undecodable")["letters"][0]["place"]
    assert dead_letters(wire, "replay", position, "--again", "--yes").stdout.splitlines() == [
        "1 record put back"
    ]
    assert len(wire.records("inbox")) == count + 4


def test_list_and_show(wire: Wire, tmp_path: Path) -> None:
    """One line per letter with its position, which is the argument of `show`."""
    assert dead_letters(wire, "list").stdout == "no dead letters\n"
    run_broken_worker(wire, tmp_path, now_ms())
    lines = dead_letters(wire, "list").stdout.splitlines()
    assert len(lines) == 1 + 3 + 1
    assert lines[-1] == "3 dead letters: 2 step, 1 undecodable; 0 replayed"
    assert [letter["key"] for letter in listed(wire, "--reason", "step")["letters"]] == ["p", "q"]
    assert listed(wire, "--worker", "route")["total"] == listed(wire, "--until", "1h")["total"] == 0
    assert listed(wire, "--since", "1h", "--topic", "inbox")["total"] == 3
    position = listed(wire, "--reason", "undecodable")["letters"][0]["place"]
    shown = dead_letters(wire, "show", position).stdout
    assert "{broken" in shown
    assert "can be put back" in shown
    assert dead_letters(wire, "show", f"people/{position}").stdout == shown
    missing = dead_letters(wire, "show", "inbox/0/999")
    assert missing.exit_code == 1
    assert "no dead letter of inbox/0/999" in missing.output


def test_an_old_document_is_not_replayed_behind_a_newer_one(wire: Wire) -> None:
    """In a compacted topic only the last record of a key is replayed; the others are named and skipped."""
    at = now_ms()
    for name in ("first", "second"):
        wire.put("users", "u1", User(id="u1", name=name), at)
    wire.put("users", "u2", User(id="u2", name="only"), at)
    wire.producer.flush()
    for record in wire.records("users"):
        letter = dead_letter(record, "users", record.partition, "route", "step", RuntimeError("x"))
        wire.send(letter.topic, letter.key or b"", letter.value, list(letter.headers), letter.at)
    wire.producer.flush()
    lines = dead_letters(wire, "replay", "--yes").stdout.splitlines()
    assert [line.partition(" (")[0] for line in lines if line.startswith("left")] == [
        f"left: route/users/{record.partition}/{record.offset}"
        for record in wire.records("users")
        if b"first" in (record.value or b"")
    ]
    assert "a later record of its key is at users/" in lines[0]
    assert lines[-1] == "2 records put back"
    assert {key: User.loads(value).name for key, value in wire.latest("users").items()} == {
        "u1": "second",
        "u2": "only",
    }


def test_a_letter_of_serve_whose_value_was_cut_is_not_replayed(wire: Wire) -> None:
    """The record was too large for a letter; replayed with half of its value it would be another."""
    large_header = (("wide", b"x" * 200_000),)
    record = ConsumerRecord("enriched-profiles", 0, 3, b"u1", b"y" * 899_000, now_ms(), large_header)
    with closing(DeadLetterWriter(wire.settings)) as letters:
        letters.write([dead_letter(record, "enriched-profiles", 0, "serve", "schema", ValueError("x"))])
    (letter,) = wire.records("dead-letters")
    assert 800_000 < len(letter.value or b"") < 899_000
    lines = dead_letters(wire, "replay", "--yes").stdout.splitlines()
    assert lines == [
        "left: serve/enriched-profiles/0/3 (u1): only its beginning was kept, of 899000 bytes",
        "nothing to put back",
    ]
