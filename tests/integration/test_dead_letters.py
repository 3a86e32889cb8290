"""`kairos dead-letters` on a real broker: what is shown, what is put back, and what comes of it."""

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
from tests.integration.processes import until
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

pytestmark = [pytest.mark.wire, pytest.mark.timeout(120)]
PATIENT = 40.0
PEOPLE = ("p", "q", "r")


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    made = Wire.create(services, kairos_session_seconds=3)
    yield made
    made.close()


def dead_letters(wire: Wire, *arguments: str, answer: str = "") -> Result:
    """Run the command as its user does, without a terminal."""
    done = CliRunner().invoke(
        kairos, ["dead-letters", *arguments], env=wire.settings.environment(), input=answer
    )
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def listed(wire: Wire, *arguments: str) -> dict[str, Any]:
    """What `list` tells a program."""
    found = json.loads(dead_letters(wire, "list", "--json", *arguments).stdout)
    assert isinstance(found, dict)
    return found


def say(wire: Wire, key: str, value: bytes, at: int, version: tuple[int, int] | None = None) -> None:
    """Append a record to the inbox; without a version its offset counts."""
    wire.send("inbox", key.encode(), value, cloud_headers("kairos.inbox.v1", "/test", key, at, version), at)


def user(person: str, name: str, version: int, at: int) -> bytes:
    """A user document for the inbox."""
    return UserFact(
        id=f"users/{person}", version=(1, version), at=at, value=User(id=person, name=name)
    ).dumps()


def order(person: str, number: int, at: int) -> bytes:
    """An order for the inbox."""
    value = Order(id=f"o{number}", user_id=person, amount=10.0, date=from_epoch_ms(at))
    return OrderFact(id=f"orders/o{number}", version=(1, number), at=at, value=value).dumps()


def story(wire: Wire, at: int) -> None:
    """Three people; of two, records that the broken worker cannot use, before and between good ones."""
    for person in PEOPLE:
        say(wire, person, user(person, "before", 1, at), at, (1, 1))
    say(wire, "p", user("p", TRIGGER, 2, at), at, (1, 2))
    say(wire, "p", order("p", 1, at), at, (1, 1))
    say(wire, "p", user("p", "newest of p", 3, at), at, (1, 3))
    say(wire, "q", order("q", 2, at), at, (1, 2))
    say(wire, "q", user("q", TRIGGER, 4, at), at, (1, 4))
    say(wire, "q", order("q", 3, at), at, (1, 3))
    say(wire, "r", b"{broken", at)
    for person in PEOPLE:
        say(wire, person, order(person, 10, at), at, (1, 10))
    wire.producer.flush()


def profiles(wire: Wire, at: int) -> dict[str, EnrichedProfile]:
    """What the fleet says of everybody, as of a time."""
    found = wire.latest("enriched-profiles")
    return {person: EnrichedProfile.loads(value).at(from_epoch_ms(at)) for person, value in found.items()}


def unpoisoned(wire: Wire, at: int) -> dict[str, EnrichedProfile]:
    """What a worker without the fault would have said from the beginning, to the records of the story."""
    replay = Replay(stage(load_policy(wire.settings.kairos_policy)))
    first = [raw for raw in wire.records("inbox") if dict(raw.headers)["ce_source"] == b"/test"]
    said = {one.key: one.value for one in replay.feed(first) if one.topic == "enriched-profiles"}
    return {
        (key or b"").decode(): EnrichedProfile.loads(value).at(from_epoch_ms(at))
        for key, value in said.items()
        if value is not None
    }


def poisoned(wire: Wire, folder: Path, at: int) -> None:
    """Tell the story to the broken worker, until it has said all it can."""
    story(wire, at)
    one = WorkerProcess("people", wire.settings, folder / "broken.log", "tests.integration.poisonable")
    try:
        until(
            lambda: len(wire.records("dead-letters")) == 3 and wire.lag({"people": ["inbox"]}) == 0, PATIENT
        )
        assert one.stop()[0] == 0
    finally:
        one.process.kill()


def test_after_the_fix_all_is_as_if_nothing_had_happened(wire: Wire, tmp_path: Path) -> None:
    """The sound worker reads what was put back: profiles are those of a run that never failed."""
    at = now_ms()
    later = at + 60_000
    poisoned(wire, tmp_path, at)
    expected = unpoisoned(wire, later)
    assert profiles(wire, later) != expected
    done = dead_letters(wire, "replay", "--yes", "--reason", "step")
    assert done.stdout.splitlines()[-1] == "2 records put back"
    with workers(["people"], wire.settings, tmp_path):
        until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
        until(lambda: profiles(wire, later) == expected, PATIENT)
    assert expected["p"].name == "newest of p"
    assert expected["q"].name == TRIGGER
    assert [letter["reason"] for letter in listed(wire)["letters"] if not letter["replayed"]] == [
        "undecodable"
    ]
    assert len(wire.records("dead-letters")) == 3 + 2  # the marks; nothing failed again


def test_what_is_put_back_comes_in_the_order_of_the_log(wire: Wire, tmp_path: Path) -> None:
    """With key, value, partition, time and version; what had none has its offset as version."""
    at = now_ms()
    poisoned(wire, tmp_path, at)
    before = wire.records("inbox")
    dead = {(raw.partition, raw.offset): raw for raw in before if raw.value == b"{broken"}
    ((partition, offset),) = dead
    dead_letters(wire, "replay", "--yes")
    back = [raw for raw in wire.records("inbox") if raw not in before]
    for number in range(wire.settings.kairos_partitions):
        firsts = [raw for raw in before if raw.partition == number]
        values = [raw.value for raw in back if raw.partition == number]
        assert values == [raw.value for raw in firsts if raw.value in values]
    broken = next(raw for raw in back if raw.value == b"{broken")
    assert (broken.partition, broken.key, broken.timestamp) == (partition, b"r", at)
    assert dict(broken.headers)["kairos_version"] == b"0.%d" % offset
    versions = {dict(raw.headers)["kairos_version"] for raw in back if raw is not broken}
    assert versions == {b"1.2", b"1.4"}


def test_a_second_replay_does_nothing(wire: Wire, tmp_path: Path) -> None:
    """Unless it is told to; who is asked and says no changes nothing either."""
    poisoned(wire, tmp_path, now_ms())
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
    place = listed(wire, "--reason", "undecodable")["letters"][0]["place"]
    assert dead_letters(wire, "replay", place, "--again", "--yes").stdout.splitlines() == [
        "1 record put back"
    ]
    assert len(wire.records("inbox")) == count + 4


def test_list_and_show(wire: Wire, tmp_path: Path) -> None:
    """One line per letter with its place, by which everything about it can be seen."""
    assert dead_letters(wire, "list").stdout == "no dead letters\n"
    poisoned(wire, tmp_path, now_ms())
    lines = dead_letters(wire, "list").stdout.splitlines()
    assert len(lines) == 1 + 3 + 1
    assert lines[-1] == "3 dead letters: 2 step, 1 undecodable; 0 replayed"
    assert [letter["key"] for letter in listed(wire, "--reason", "step")["letters"]] == ["p", "q"]
    assert listed(wire, "--worker", "route")["total"] == listed(wire, "--until", "1h")["total"] == 0
    assert listed(wire, "--since", "1h", "--topic", "inbox")["total"] == 3
    place = listed(wire, "--reason", "undecodable")["letters"][0]["place"]
    shown = dead_letters(wire, "show", place).stdout
    assert "{broken" in shown
    assert "can be put back" in shown
    assert dead_letters(wire, "show", f"people/{place}").stdout == shown
    missing = dead_letters(wire, "show", "inbox/0/999")
    assert missing.exit_code == 1
    assert "no dead letter of inbox/0/999" in missing.output


def test_an_old_document_is_not_put_behind_a_newer_one(wire: Wire) -> None:
    """In a compacted topic only the last record of a key goes back; the others are named and left."""
    at = now_ms()
    for name in ("first", "second"):
        wire.put("users", "u1", User(id="u1", name=name), at)
    wire.put("users", "u2", User(id="u2", name="only"), at)
    wire.producer.flush()
    for raw in wire.records("users"):
        letter = dead_letter(raw, "users", raw.partition, "route", "step", RuntimeError("x"))
        wire.send(letter.topic, letter.key or b"", letter.value, list(letter.headers), letter.at)
    wire.producer.flush()
    lines = dead_letters(wire, "replay", "--yes").stdout.splitlines()
    assert [line.partition(" (")[0] for line in lines if line.startswith("left")] == [
        f"left: route/users/{raw.partition}/{raw.offset}"
        for raw in wire.records("users")
        if b"first" in (raw.value or b"")
    ]
    assert "a later record of its key is at users/" in lines[0]
    assert lines[-1] == "2 records put back"
    assert {key: User.loads(value).name for key, value in wire.latest("users").items()} == {
        "u1": "second",
        "u2": "only",
    }


def test_a_letter_of_serve_that_was_too_large_says_that_its_value_is_gone(wire: Wire) -> None:
    """Put back, it would delete what it was about."""
    wide = (("wide", b"x" * 200_000),)
    record = ConsumerRecord("enriched-profiles", 0, 3, b"u1", b"y" * 899_000, now_ms(), wide)
    with closing(DeadLetterWriter(wire.settings)) as letters:
        letters.write([dead_letter(record, "enriched-profiles", 0, "serve", "schema", ValueError("x"))])
    (kept,) = wire.records("dead-letters")
    assert kept.value is None
    lines = dead_letters(wire, "replay", "--yes").stdout.splitlines()
    assert lines == [
        "left: serve/enriched-profiles/0/3 (u1): only its beginning was kept, of 899000 bytes",
        "nothing to put back",
    ]
