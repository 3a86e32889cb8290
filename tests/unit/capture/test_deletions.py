"""What is absent is not deleted: how much a snapshot may delete, and what it says when it may not."""

import threading
from typing import Any

import pytest
import structlog

from schemas.control import Deletion
from tests.unit.capture.fakes import FakeDatabase, FakeProducer, FakeReader
from workers.capture.deletion_guard import DeletionGuard
from workers.capture.deletions import is_allowed
from workers.capture.document_writer import ChangeTime, document_record
from workers.capture.failure import RefusedError
from workers.capture.position import read_deletions, write_deletions
from workers.product.sources import read_sources
from workers.runtime.process import exits

USERS = read_sources({}).captured[:1]
TIME = ChangeTime((1, 7), 1_700_000_000_000, 1_700_000_000_000)


def deletion(deleted: int, held: int, **more: Any) -> Deletion:
    """A deletion of so many of so many documents."""
    return Deletion(collection="product.users", deleted=deleted, held=held, mapping="m", **more)


@pytest.mark.parametrize(
    ("deleted", "held", "allowed"),
    [
        (0, 0, True),
        (0, 1000, True),
        (200, 1000, True),
        (201, 1000, False),
        (1, 2, True),
        (3, 4, True),
        (4, 5, False),
        (1, 1, False),
        (3, 3, False),
        (1000, 1000, False),
    ],
)
def test_a_share_and_a_few_may_be_deleted_unasked_and_never_all(
    deleted: int, held: int, allowed: bool
) -> None:
    """Up to a fifth, or three while others stay."""
    assert is_allowed(deletion(deleted, held), 0.2, None) is allowed


def test_a_missing_collection_is_never_deleted_unasked() -> None:
    """However few documents its topic has, and whatever the share."""
    assert not is_allowed(deletion(1, 1, missing=True), 1.0, None)
    assert is_allowed(deletion(5, 5), 1.0, None)


def test_a_confirmation_holds_for_its_number_and_its_mapping() -> None:
    """Not for many more documents, and not for what another name or mapping would delete."""
    confirmed = deletion(100, 100, confirmed=True)

    assert is_allowed(deletion(100, 100), 0.2, confirmed)
    assert is_allowed(deletion(90, 120, missing=True), 0.2, confirmed)
    assert not is_allowed(deletion(150, 150), 0.2, confirmed)
    assert not is_allowed(deletion(100, 100, confirmed=False), 0.2, deletion(100, 100))
    assert not is_allowed(deletion(100, 100), 0.2, confirmed.model_copy(update={"mapping": "other"}))


class Product:
    """A topic of users, a database, and the guard of a snapshot between them."""

    def __init__(self, keys: list[str], collections: dict[str, list[Any]], kinds: Any = ...) -> None:
        self.producer = FakeProducer()
        for key in keys:
            self.producer.send(document_record("users", key, b"{}", TIME))
        self.db = FakeDatabase(collections)
        self.kinds = dict.fromkeys(collections, "collection") if kinds is ... else kinds

    @property
    def reader(self) -> Any:
        """What reads the topics."""
        return FakeReader(self.producer)

    def guard(self) -> DeletionGuard:
        """The guard of a new snapshot."""
        producer: Any = self.producer
        db: Any = self.db
        return DeletionGuard(self.reader, producer, db, lambda: self.kinds, "mongo", "m", 0.2)

    def check(self) -> None:
        """Check the deletions before a snapshot."""
        self.guard().check(USERS, threading.Event())

    def refusal(self) -> str:
        """The line of the refusal, with the exit code of those that ask for a person."""
        with pytest.raises(RefusedError) as refused:
            self.check()
        assert refused.value.code in exits.FINAL
        return str(refused.value)


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing collection is not waited for."""
    monkeypatch.setattr("workers.capture.deletion_guard.MISSING_SECONDS", 1)
    monkeypatch.setattr("threading.Event.wait", lambda self, timeout=None: self.is_set())


KEYS = [f"u{number}" for number in range(10)]


@pytest.mark.parametrize("collections", [{}, {"other": ["x"]}], ids=["database", "collection"])
def test_a_wrong_name_deletes_nothing(collections: dict[str, list[Any]]) -> None:
    """One line names database, collection, topic and the command."""
    text = Product(KEYS, collections).refusal()

    for words in ("product.users", "topic users", "10", "MONGO_DATABASE", "`kairos capture confirm`"):
        assert words in text


@pytest.mark.parametrize("ids", [[], KEYS[:2], ["x1", "x2", "x3"]], ids=["empty", "few", "others"])
def test_a_restored_or_recreated_collection_deletes_nothing(ids: list[str]) -> None:
    """The collection is there, but most of the topic's documents are not."""
    assert "collection product.users lacks" in Product(KEYS, {"users": ids}).refusal()


def test_a_mapping_that_finds_no_id_deletes_nothing() -> None:
    """Every document is without a key: none of the topic's is found."""
    assert "lacks 10 of the 10" in Product(KEYS, {"users": [True] * 10}).refusal()


def test_a_collection_that_is_about_to_be_created_is_waited_for() -> None:
    """It was dropped and comes again a moment later."""
    product = Product(KEYS, {"users": KEYS})
    answers: Any = iter([{}, {}])
    producer: Any = product.producer
    db: Any = product.db
    guard = DeletionGuard(
        product.reader, producer, db, lambda: next(answers, {"users": "collection"}), "mongo", "m", 0.2
    )

    guard.check(USERS, threading.Event())


def test_all_missing_collections_are_named_at_once() -> None:
    """A dropped database is one line, and one wait."""
    product = Product(KEYS, {})
    for topic in ("orders", "events"):
        product.producer.send(document_record(topic, "x", b"{}", TIME))
    with pytest.raises(RefusedError) as refused:
        product.guard().check(read_sources({}).captured, threading.Event())

    for words in ("product.users", "product.orders", "product.events"):
        assert words in str(refused.value)


@pytest.mark.parametrize("kind", ["view", "timeseries"])
def test_a_view_is_refused_by_name(kind: str) -> None:
    """Its changes cannot be read, so that it is refused for an empty topic, too."""
    text = Product([], {"users": []}, {"users": kind}).refusal()

    assert f"product.users of topic users is a {kind}" in text
    assert "KAIROS_SOURCES" in text


def test_a_capped_collection_is_served_and_told() -> None:
    """What its cap removes may have no change: the line names database, collection and topic."""
    with structlog.testing.capture_logs() as lines:
        Product(KEYS, {"users": KEYS}, {"users": "capped"}).check()

    assert [line["event"] for line in lines] == [
        "product.users of topic users is a capped collection: what its cap removes may not be told, and "
        "stays in the topic until the next snapshot"
    ]


def test_a_fresh_product_without_collections_is_fine() -> None:
    """Nothing is held, so that nothing can be deleted."""
    Product([], {}).check()


def test_a_server_that_does_not_tell_its_collections_is_judged_by_the_share() -> None:
    """Nobody knows whether the collection is there."""
    assert "lacks 10 of the 10" in Product(KEYS, {}, None).refusal()
    Product(KEYS, {"users": KEYS[1:]}, None).check()


def test_a_confirmation_counts_once() -> None:
    """The next snapshot may delete as many; after it another one is refused again."""
    product = Product(KEYS, {"users": []})
    producer: Any = product.producer
    product.refusal()
    refused = read_deletions(product.reader, "mongo")
    assert refused["users"] == deletion(10, 10)
    write_deletions(producer, "mongo", {"users": refused["users"].model_copy(update={"confirmed": True})}, 1)

    guard = product.guard()
    guard.check(USERS, threading.Event())
    guard.check_found(USERS[0], 10, 10)
    guard.done()
    assert read_deletions(product.reader, "mongo") == {}
    product.refusal()


def test_what_disappears_during_the_scan_is_checked_again() -> None:
    """The collection was dropped behind the first check."""
    product = Product(KEYS, {"users": KEYS})
    guard = product.guard()
    guard.check(USERS, threading.Event())
    product.kinds = {}

    with pytest.raises(RefusedError, match=r"there is no collection product\.users"):
        guard.check_found(USERS[0], 10, 10)


def test_what_a_filter_leaves_out_is_a_deletion_that_is_asked_about() -> None:
    """A wrong word in `where` looks like the end of everybody; the line says how many are left out."""
    product = Product([*KEYS, "gone"], {"users": [*KEYS, "new"]})
    users = read_sources({"users": {"where": {"_id": KEYS[:3]}}}).captured[:1]
    with pytest.raises(RefusedError) as refused:
        product.guard().check(users, threading.Event())
    kept = read_sources({"users": {"where": {"_id": KEYS[:9]}}}).captured[:1]
    product.guard().check(kept, threading.Event())

    assert "product.users lacks 1, and `where` leaves out 7, of the 11 documents of topic users" in str(
        refused.value
    )
    stored = read_deletions(product.reader, "mongo")["users"]
    assert (stored.deleted, stored.left_out, stored.held) == (8, 7, 11)
