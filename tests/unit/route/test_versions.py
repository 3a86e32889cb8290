"""Age is compared within one origin only; what is ignored as older, and other oddities, are counted."""

import json
from collections import Counter
from typing import Any

import msgspec
import pytest
from bson import Decimal128, ObjectId

from schemas.model import Version
from tests.world import World
from workers.product.mapping import document_key, encode_document
from workers.product.reading.clock import clock_at
from workers.product.sources import read_sources
from workers.route.border import OTHER_KIND
from workers.route.stage import DOCUMENTS, documents_stage
from workers.route.state import DocumentState, EmittedRef
from workers.route.versions import emitted_version, has_other_origin, is_older
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Record

TIME = 1 << 50  # a cluster time, as capture writes it


class Feed:
    """Users from capture (with a version) and from outside (without); every record has a later time."""

    def __init__(self) -> None:
        self.world = World()

    def put(
        self, name: str | None, version: Version | None = None, key: str = "mia", partition: int = 0
    ) -> None:
        self.world.now += 1000
        headers = cloud_headers("t", "/s", "1", self.world.now, version) if version else ()
        value = None if name is None else json.dumps({"id": key, "name": name}).encode()
        record = ProducerRecord("users", key.encode(), value, tuple(headers), self.world.now, partition)
        self.world.fleet._append(record)
        self.world.settle()

    def name(self, key: str = "mia") -> str | None:
        profile = self.world.profile(key)
        return None if profile is None else profile.name


def test_what_a_captured_topic_is_fed_from_outside_counts() -> None:
    """C10: updates and deletions of people known from capture, and new ones."""
    feed = Feed()
    feed.put("captured", (3, TIME))
    for name in ("first", "second", None, "third"):
        feed.put(name)
        assert feed.name() == name


def test_capture_counts_again_after_a_feed_from_outside() -> None:
    """Under a new epoch, and also under the old one, from its last position on."""
    feed = Feed()
    feed.put("captured", (3, TIME))
    feed.put("outside")
    feed.put("resumed", (3, TIME - 5))
    assert feed.name() == "resumed"
    feed.put("older", (3, TIME - 6))
    assert feed.name() == "resumed"
    feed.put("snapshot", (4, 1))
    assert feed.name() == "snapshot"
    feed.put(None, (4, 2))
    assert feed.name() is None


def test_an_older_record_of_capture_is_ignored_after_all_that_outside_wrote_is_gone() -> None:
    """C24: a second capture with an older epoch."""
    feed = Feed()
    feed.put("new", (2, 5))
    feed.put("old", (1, TIME))
    assert feed.name() == "new"


@pytest.mark.parametrize("partitions", [(0, 1), (1, 0)])
def test_of_two_partitions_with_one_key_the_later_change_counts(partitions: tuple[int, int]) -> None:
    """Programs with different partitioners write the same key; offsets say nothing then."""
    feed = Feed()
    first, second = partitions
    for number in range(5):
        feed.put(f"other {number}", key="other", partition=first)
    feed.put("before", partition=first)
    feed.put("after", partition=second)
    assert feed.name() == "after"
    feed.put("last", partition=first)
    assert feed.name() == "last"


def test_a_topic_from_outside_that_is_created_again_counts() -> None:
    """Its offsets begin anew, and the states of `route` are gone, but not those of `people`."""
    feed = Feed()
    for number in range(4):
        feed.put(f"old {number}")
    fleet = World().fleet
    feed.world.fleet.replays[:2] = fleet.replays[:2]
    feed.world.fleet._log["users", 0].clear()
    feed.world.fleet._offsets["documents", "users", 0] = 0
    feed.put("new")
    assert feed.name() == "new"


@pytest.mark.parametrize(
    ("state", "version", "other", "older"),
    [
        (DocumentState((3, 9)), (0, 5), True, False),
        (DocumentState((3, 9)), (3, 8), False, True),
        (DocumentState((3, 9)), (3, 9), False, False),
        (DocumentState((0, 7)), (1, 1), True, False),
        (DocumentState((0, 7)), (0, 8), False, False),
        (DocumentState((3, 10), source=(0, 7)), (0, 6), False, True),
        (DocumentState((3, 10), source=(0, 7)), (3, 9), True, False),
        (DocumentState((3, 11), source=(3, 9)), (3, 10), False, False),
    ],
)
def test_origin_and_age(state: DocumentState, version: Version, other: bool, older: bool) -> None:
    """States of before, without `source`, have the version of their last record."""
    assert (has_other_origin(state, version), is_older(state, version)) == (other, older)


def test_emitted_versions_only_grow() -> None:
    """But those of one transaction are equal, so that the later in the log counts."""
    assert emitted_version(None, (0, 5), 1000) == (0, 1000)
    assert emitted_version(DocumentState((0, 1000)), (0, 6), 1000) == (0, 1001)
    assert emitted_version(DocumentState((3, 9)), (0, 6), 1000) == (3, 10)
    assert emitted_version(DocumentState((3, 9)), (3, 9), 1000) == (3, 9)
    assert emitted_version(DocumentState((3, 12), source=(0, 6)), (3, 9), 1000) == (3, 13)
    assert emitted_version(DocumentState((3, 12), source=(0, 6)), (4, 1), 1000) == (4, 1)


def test_a_state_of_before_is_read() -> None:
    """It had a version, the content, and what was emitted."""
    old = msgspec.msgpack.encode([(3, 9), b"{}", [EmittedRef("inbox", "a", "users/a", b"x")]])
    state = DOCUMENTS.codec.decode(b"\1" + old)
    assert (state.version, state.source, state.id_kind) == ((3, 9), None, "")


def counted(*records: tuple[str, Any, Version | None]) -> Counter[tuple[str, str]]:
    """What is counted of records of one partition: key, document, version."""
    read = [
        ConsumerRecord(
            "users",
            0,
            offset,
            key.encode(),
            None if document is None else json.dumps(document).encode(),
            1_700_000_000_000,
            tuple(cloud_headers("t", "/s", "1", 0, version)),
        )
        for offset, (key, document, version) in enumerate(records)
    ]
    return process(Engine(DOCUMENTS, "route", 0), [("users", read)]).irregular


def test_what_is_ignored_as_older_is_counted() -> None:
    user = {"id": "a", "age": 5}
    assert counted(("a", user, (2, 2)), ("a", user, (2, 1)), ("a", None, (1, 9)), ("a", user, (2, 3))) == {
        ("users", "older"): 2
    }


def test_a_round_that_is_retried_counts_once() -> None:
    """One record of the key fails in its step, so that all are stepped again, one by one."""
    value = b'{"id": "a", "age": 5}'
    records = [
        ConsumerRecord("users", 0, offset, b"a", value, at, tuple(cloud_headers("t", "/s", "1", 0, version)))
        for offset, (at, version) in enumerate(((5, (2, 2)), (5, (2, 1)), (-1, (2, 3)), (5, (2, 4))))
    ]
    result = process(Engine(DOCUMENTS, "route", 0), [("users", records)])
    assert (result.irregular, result.dead_letters) == ({("users", "older"): 1}, {"step": 1})


def test_a_change_of_origin_is_counted() -> None:
    user = {"id": "a", "age": 5}
    assert counted(("a", user, (2, 2)), ("a", user, None), ("a", user, None)) == {
        ("users", "origin-changed"): 1
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [("7", 7), (7, "7"), ("65a1b2c3d4e5f60718293a4b", {"$oid": "65a1b2c3d4e5f60718293a4b"})],
)
def test_ids_of_two_types_with_one_text_are_told(first: Any, second: Any) -> None:
    """The second document replaces the first, with a note, and is counted."""
    key = first if isinstance(first, str) else str(first)
    records = [(key, {"id": id_, "age": 5}, None) for id_ in (first, second, second)]
    assert counted(*records) == {("users", "ambiguous-id"): 1}
    deleted = (*records[:2], (key, None, None))
    assert counted(*deleted) == {("users", "ambiguous-id"): 2}


@pytest.mark.parametrize(
    ("first", "second"),
    [(7, "7"), ("7", 7), (ObjectId("6" * 24), "6" * 24), (Decimal128("7"), "7"), ({"a": 7}, {"a": "7"})],
)
def test_captured_ids_of_two_types_with_one_text_are_told(first: Any, second: Any) -> None:
    """A2: the profile says that it may be another document's."""
    world, users = World(), read_sources({}).of("users")
    for number, id_ in enumerate((first, first, second), 1):
        document = {"_id": id_, "name": str(number)}
        headers = tuple(cloud_headers("t", "/kairos/capture", "1", world.now, (1, number)))
        key = document_key(users, id_).encode()
        record = ProducerRecord("users", key, encode_document(users, document), headers, world.now, 0)
        world.fleet._append(record)
        world.settle()
        profile = world.profile(key.decode())
        assert profile is not None
        noted = [(note.field, note.reason) for note in profile.data_quality.malformed]
        assert noted == ([("id", OTHER_KIND)] if number == 3 else [])


def test_an_id_with_white_space_or_decimals_is_counted() -> None:
    for id_ in (" a", "7.0"):
        assert counted((id_, {"id": id_, "age": 5}, None)) == {("users", "ambiguous-id"): 1}


@pytest.mark.parametrize("at", [-1, -62135596800001, 32_503_680_000_000])
def test_what_people_would_refuse_is_not_noted_as_emitted(at: int) -> None:
    """B9a: the record is refused, and the same content under a right time is emitted."""
    value = DOCUMENTS.inputs["users"](b'{"id": "a"}')
    with pytest.raises(ValueError, match="no time in epoch milliseconds"):
        DOCUMENTS.step(None, Record("users", 0, 0, "a", value, (0, 0), at))


@pytest.mark.parametrize(
    ("topic", "document", "kinds"),
    [
        ("orders", {"id": "a", "user_id": "u", "date": "2024-01-01"}, []),
        ("orders", {"id": "a", "amount": 5}, ["no-owner"]),
        ("messages", {"id": "a", "user_id": " ", "status": "sent"}, ["no-owner"]),
        ("orders", {"id": "a", "user_id": "u", "date": "0001-01-01"}, ["time-before-1900"]),
        ("orders", {"id": "a", "user_id": "u", "date": 0}, ["time-of-1970"]),
        ("messages", {"id": "a", "user_id": "u", "sent_date": "1970-01-21T01:19:46Z"}, ["time-of-1970"]),
        ("users", {"id": "a", "birth_date": "1970-01-21"}, []),
        ("events", {"id": "a", "date": "1970-01-01"}, ["time-of-1970"]),
    ],
)
def test_what_a_document_lacks_is_counted(topic: str, document: Any, kinds: list[str]) -> None:
    """A fact of nobody; times that are none."""
    stage = documents_stage(lambda: clock_at(1_790_000_000_000, 3600))
    raw = ConsumerRecord(topic, 0, 0, b"a", json.dumps(document).encode(), 1_700_000_000_000)
    result = process(Engine(stage, "route", 0), [(topic, [raw])])
    assert result.irregular == {(topic, kind): 1 for kind in kinds}
