"""Documents that a topic does not take become dead letters that name them; too many of them end capture."""

import json
from typing import Any

import pytest

from tests.unit.capture.fakes import FakeProducer
from workers.capture.document_writer import ChangeTime, DocumentWriter
from workers.capture.failure import PoisonedError
from workers.product.sources import read_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sizes import SizeLimits, record_size
from workers.runtime.process import exits

(USERS,) = read_sources({}).captured[:1]
TIME = ChangeTime((1, 7), 1_700_000_000_000, 1_700_000_000_000)
SMALL = {"users": 100_000, "dead-letters": 100_000}


def writer(limits: dict[str, int], limit: DlqLimit | None = None) -> tuple[DocumentWriter, FakeProducer]:
    """A writer and what it sends."""
    producer: Any = FakeProducer()
    return DocumentWriter(producer, SizeLimits(limits), limit or DlqLimit()), producer


@pytest.mark.parametrize(
    ("limits", "document"),
    [
        ({}, {"_id": "k" * 360_000}),
        ({}, {"_id": "k" * 600_000}),
        ({}, {"_id": "🦊" * 200_000}),
        ({}, {"_id": {"a": "k" * 600_000}}),
        (SMALL, {"_id": "u1", "name": "x" * 300_000}),
        (SMALL, {"_id": "k" * 60_000}),
        (SMALL, {"_id": "k" * 40_000, "name": "x" * 40_000}),
        ({}, {"_id": "u1", "name": "x" * 1_500_000}),
    ],
    ids=lambda value: None,
)
def test_a_record_that_its_topic_does_not_take_is_a_letter(
    limits: dict[str, int], document: dict[str, Any]
) -> None:
    """The letter names the collection and the beginning of the id, and fits; the next document goes on."""
    documents, producer = writer(limits)
    assert not documents.write(USERS, document, TIME)
    documents.write_deletion(USERS, document["_id"], TIME)
    assert documents.write(USERS, {"_id": "fine"}, TIME)
    letters = [record for record in producer.sent if record.topic == "dead-letters"]
    assert producer.sent[0].topic == "dead-letters"
    assert (producer.sent[-1].topic, producer.sent[-1].key) == ("users", b"fine")
    for letter in letters:
        assert dict(letter.headers)["kairos_reason"] == b"too-large"
        content = json.loads(letter.value or b"")
        assert content["collection"] == "users"
        assert len(content["_id"]) <= 200
        assert record_size(letter) < 5_000


def test_whatever_is_sent_fits_its_topic() -> None:
    """Around the limit, to the byte: what is sent is at most as large as the topic takes."""
    documents, producer = writer(SMALL, DlqLimit(run=10_000, share=1))
    for length in range(99_000, 100_100):
        documents.write(USERS, {"_id": "u1", "name": "x" * length}, TIME)
    sizes = [record_size(record) for record in producer.sent if record.topic == "users"]

    assert max(sizes) == 100_000


def test_a_mapping_that_fails_for_every_document_ends_capture() -> None:
    """With the limit of the other workers; nothing of a document is in the line."""
    documents, producer = writer({}, DlqLimit(run=100))
    for _ in range(100):
        documents.write(USERS, {"_id": True, "name": "secret"}, TIME)
    with pytest.raises(PoisonedError, match="collection users: 101 dead letters in a row") as poisoned:
        documents.write(USERS, {"_id": True, "name": "secret"}, TIME)

    assert poisoned.value.code == exits.POISONED
    assert len(producer.sent) == 101
    assert "secret" not in str(poisoned.value)


def test_some_refused_documents_do_not_end_capture() -> None:
    """A good one ends the row."""
    documents, _ = writer({}, DlqLimit(run=2))
    for _ in range(100):
        documents.write(USERS, {"_id": True}, TIME)
        documents.write(USERS, {"_id": "u1"}, TIME)


def test_a_time_that_was_not_believed_is_kept_beside_the_timestamp() -> None:
    """The record has the time that Kafka takes, `ce_time` what the database said."""
    documents, producer = writer({})
    documents.write(USERS, {"_id": "u1"}, TIME._replace(changed_at=TIME.at + 7_200_000))
    record: ProducerRecord = producer.sent[0]

    assert record.at == TIME.at
    assert dict(record.headers)["ce_time"] == b"2023-11-15T00:13:20.000Z"


def test_of_a_document_that_is_left_out_a_tombstone_is_written() -> None:
    """Also of one that cannot be mapped or is too large; the topic may hold what it was before."""
    (users,) = read_sources({"users": {"where": {"test": {"not": True}}}}).captured[:1]
    documents, producer = writer(SMALL)
    documents.write(users, {"_id": "u1", "age": 5}, TIME)
    assert documents.write(users, {"_id": "u1", "test": True, "name": "x" * 300_000}, TIME)
    documents.write(users, {"_id": "u1", "age": 6, "test": False}, TIME)

    assert [(record.topic, record.key, record.value is None) for record in producer.sent] == [
        ("users", b"u1", False),
        ("users", b"u1", True),
        ("users", b"u1", False),
    ]
    assert b"test" not in (producer.sent[2].value or b"")
