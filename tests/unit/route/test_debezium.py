"""Topics that Debezium feeds give the same profiles as capture on the same data; what is odd is told."""

from typing import Any

import pytest

from tests.unit.route.debezium import (
    DATABASES,
    FROM_DEBEZIUM,
    NOW,
    ProductFleet,
    RecordedChange,
    at_rest,
    encoded,
    recorded,
)
from workers.product.changes.columns import UNAVAILABLE
from workers.product.reading.clock import clock_at
from workers.product.sources import read_sources
from workers.route.decoding import NOT_SENT
from workers.route.stage import documents_stage
from workers.route.versions import OLDER
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Irregularity, Record

SOURCES = read_sources(FROM_DEBEZIUM)
STAGE = documents_stage(changes=SOURCES.changes)
KEY = {"id": 1}
MIA = {"id": 1, "email": "mia@x.jp", "age": 30}


def change(age: int | None, op: str, lsn: int | None, **source: Any) -> RecordedChange:
    """A change of the user 1 of PostgreSQL; the age None: deleted."""
    block = {"connector": "postgresql", "name": "shop", "lsn": lsn, "ts_ms": 1_704_103_200_000} | source
    after = None if age is None else MIA | {"age": age}
    return encoded("users", KEY, {"before": None, "after": after, "op": op, "source": block})


def flat(age: int, **added: Any) -> RecordedChange:
    """A flat row of the user 1."""
    return encoded("users", KEY, MIA | {"age": age} | added)


TOMBSTONE = encoded("users", KEY, None)


def age_after(*changes: RecordedChange) -> int | None:
    """The age of the user 1 after some changes; None without a profile."""
    fleet = ProductFleet(SOURCES)
    fleet.write(*changes)
    assert fleet.errors() == []
    profile = fleet.profiles().get("1")
    return None if profile is None else profile["age"]


def as_record(changed: RecordedChange, offset: int = 0) -> Record:
    """A change as the engine gives it to the stage."""
    value = None if changed.value is None else STAGE.inputs["users"](changed.value)
    return Record("users", 0, offset, (changed.key or b"").decode(), value, (0, offset), NOW)


@pytest.mark.parametrize("database", DATABASES)
def test_recorded_changes_give_the_profiles_of_capture(database: str) -> None:
    """With deletions, a snapshot that comes late and one that repeats what is known."""
    changed, captured = ProductFleet(SOURCES), ProductFleet()
    changed.write(*recorded(database))
    captured.capture(at_rest(database))

    assert changed.errors() == []
    assert changed.profiles() == captured.profiles()
    assert len(captured.profiles()) == 2


@pytest.mark.parametrize("database", DATABASES)
def test_recorded_changes_that_are_delivered_twice_change_nothing(database: str) -> None:
    """A connector that was killed begins again at what it had stored."""
    once, twice = ProductFleet(SOURCES), ProductFleet(SOURCES)
    once.write(*recorded(database))
    twice.write(*recorded(database), *recorded(database)[7:])

    assert twice.errors() == []
    assert twice.profiles() == once.profiles()


def test_the_later_in_the_log_of_the_database_counts() -> None:
    """In whatever order changes come, unless the positions cannot be compared."""
    assert age_after(change(31, "c", 10), change(32, "u", 20)) == 32
    assert age_after(change(32, "u", 20), change(31, "c", 10)) == 32
    assert age_after(change(32, "u", 20), change(31, "r", 10, ts_ms=1_704_103_900_000)) == 32
    assert age_after(change(32, "u", 20), change(33, "r", 30)) == 33
    assert age_after(change(32, "u", 20), change(31, "u", 10, name="shop2")) == 31
    assert age_after(change(32, "u", 20), change(31, "u", 10, ts_ms=1_704_103_900_000)) == 31
    assert age_after(change(32, "u", None), change(31, "u", None)) == 31


def test_a_deletion_counts_against_an_older_snapshot() -> None:
    """Also when a tombstone follows it, which has no position; a newer one brings the document back."""
    created, deleted = change(30, "c", 10), change(None, "d", 30)

    assert age_after(created, deleted) is None
    assert age_after(created, deleted, TOMBSTONE) is None
    assert age_after(created, deleted, TOMBSTONE, change(30, "r", 20)) is None
    assert age_after(created, deleted, TOMBSTONE, change(31, "r", 40)) == 31
    assert age_after(deleted, created) is None


def test_a_tombstone_alone_is_a_deletion() -> None:
    """As a compacted topic holds it, and as ExtractNewRecordState leaves it."""
    assert age_after(change(30, "c", 10), TOMBSTONE) is None
    assert age_after(flat(30), TOMBSTONE) is None
    assert age_after(flat(30), TOMBSTONE, flat(31)) == 31
    assert age_after(TOMBSTONE) is None


def test_flat_rows_are_read_with_what_was_added_to_them() -> None:
    """`add.fields=op,lsn,source.ts_ms`; without a position the later in Kafka counts."""
    assert age_after(flat(30), flat(31)) == 31
    assert age_after(flat(30, __op="c", __lsn=10), flat(31, __op="r", __lsn=5)) == 30
    assert age_after(flat(30), flat(30, __deleted="true")) is None
    assert (
        age_after(flat(30, __deleted="false"), flat(30, __op="d", __lsn=20), flat(29, __op="r", __lsn=10))
        is None
    )


def test_a_source_that_was_captured_goes_on_with_debezium() -> None:
    """What capture wrote is of another origin, so the later in Kafka counts."""
    captured = ProductFleet()
    captured.capture(iter([("users", {"_id": 1, "email": "mia@x.jp", "age": 30})]))
    (state,) = captured.fleet.replays[0].states().values()
    after, outputs = STAGE.step(state, as_record(change(31, "r", 10)))

    assert Irregularity("origin-changed") in outputs
    assert after is not None
    assert b'"age":31' in (after.content or b"")


def test_a_change_that_is_out_of_order_is_counted() -> None:
    """As `older`; where the positions have begun anew, the origin has changed."""
    state, _ = STAGE.step(None, as_record(change(30, "u", 20)))
    assert STAGE.step(state, as_record(change(29, "u", 10), 1))[1] == (OLDER,)

    later = as_record(change(31, "u", 10, ts_ms=1_704_103_900_000), 2)
    assert Irregularity("origin-changed") in STAGE.step(state, later)[1]


def test_a_value_that_was_not_sent_stays_what_it_was() -> None:
    """A long text that an update of PostgreSQL did not touch, with what was noted of it."""
    fleet = ProductFleet(SOURCES)
    key, source = {"id": 1}, {"connector": "postgresql", "name": "shop", "ts_ms": 1_704_103_200_000}

    def put(lsn: int, **row: Any) -> None:
        block = source | {"lsn": lsn}
        fleet.write(encoded("users", key, {"after": MIA | row, "op": "u", "source": block}))

    put(10, interests=["art", {}], occupation="cook")
    before = fleet.profiles()["1"]
    put(20, interests=[UNAVAILABLE], occupation="chef")
    after = fleet.profiles()["1"]

    assert (after["interests"], after["occupation"]) == (["art"], "chef")
    assert after["data_quality"]["malformed"] == before["data_quality"]["malformed"]
    fleet.write(encoded("users", key, None))
    put(30, interests=[UNAVAILABLE])
    assert fleet.profiles()["1"]["interests"] == []
    assert [note["reason"] for note in fleet.profiles()["1"]["data_quality"]["malformed"]] == [NOT_SENT]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (encoded("users", KEY, b"\0\0\0\0\x05\x06mia"), "JsonConverter"),
        (encoded("users", b"Struct{id=1}", MIA), "key.converter="),
        (encoded("users", {"id": 2}, MIA), "disagree"),
        (encoded("users", None, {"op": "t", "source": {"connector": "postgresql"}}), "truncated"),
        (encoded("users", None, None), "no key"),
        (change(31, "u", 20, ts_ms=1_704_103_200), "no time in milliseconds"),
        (change(31, "u", 20, ts_ms=NOW + 7_200_000), "ahead of the clock"),
        (encoded("users", KEY, [MIA]), "a list instead of a JSON object"),
    ],
)
def test_what_is_no_change_is_a_dead_letter_and_changes_nothing(odd: RecordedChange, reason: str) -> None:
    """One sentence says what is wrong, and the next record is read."""
    replay = Replay(documents_stage(lambda: clock_at(NOW, 3600), changes=SOURCES.changes))
    letters = []
    for offset, (topic, key, value) in enumerate((change(30, "c", 10), odd, change(32, "u", 30))):
        written = replay.feed([ConsumerRecord(topic, 0, offset, key, value, NOW, ())])
        letters += [record for record in written if record.topic == "dead-letters"]

    (letter,) = letters
    assert reason in (dict(letter.headers)["kairos_error"] or b"").decode()
    ((_, state),) = replay.states().items()
    assert b'"age":32' in (state.content or b"")


def test_a_change_that_a_filter_leaves_out_takes_the_document_back() -> None:
    """And another one brings it again; an older one of either kind undoes nothing."""
    table = {"users": FROM_DEBEZIUM["users"] | {"where": {"age": {"not": 31}}}}
    for ages, expected in (((30, 31), None), ((30, 31, 32), 32), ((31,), None)):
        fleet = ProductFleet(read_sources(table))
        changes = [change(age, "u", lsn) for lsn, age in enumerate(ages, 1)]
        fleet.write(*changes, *changes[:-1])
        assert fleet.errors() == []
        profile = fleet.profiles().get("1")

        assert (None if profile is None else profile["age"]) == expected
