"""The recorded changes in tests/documents/debezium, and the same data as capture reads them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bson import Decimal128, ObjectId

from tests.fleet import Fleet
from workers.people.policy import Policy
from workers.people.stage import stage as people
from workers.product.mapping import document_key, encode_document
from workers.product.sources import Sources, read_sources
from workers.route.stage import ADDRESSES, documents_stage
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ProducerRecord

RECORDED = Path(__file__).parents[2] / "documents" / "debezium"
DATABASES = ("mongodb", "postgresql", "mysql")
TOPICS = ("users", "orders", "events")
FROM_DEBEZIUM = {topic: {"external": True, "format": "debezium"} for topic in TOPICS}
NOW = int(datetime(2024, 2, 10, tzinfo=UTC).timestamp() * 1000)


class RecordedChange(NamedTuple):
    """The key and value of a record of Debezium, as it stands in a topic."""

    topic: str
    key: bytes | None
    value: bytes | None


def encoded(topic: str, key: Any, value: Any) -> RecordedChange:
    """A record of Debezium with a key and a value that JSON's converter writes; bytes stay."""

    def data(part: Any) -> bytes | None:
        return part if part is None or isinstance(part, bytes) else json.dumps(part).encode()

    return RecordedChange(topic, data(key), data(value))


def recorded(database: str) -> list[RecordedChange]:
    """All recorded changes of a database, in their order."""
    lines = (RECORDED / f"{database}.jsonl").read_text("utf-8").splitlines()
    return [encoded(**json.loads(line)) for line in lines]


def at_rest(database: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What is in the database after all changes: a topic and a document, as MongoDB's driver reads it."""
    is_mongodb = database == "mongodb"
    sarah, ken = (ObjectId(f"65a1b2c3d4e5f60718293a0{each}") if is_mongodb else each for each in (1, 2))
    yield "users", _user(sarah, "sarah.chen@email.com", "Sarah Chen", 31, "head nurse", "art hiking")
    yield "users", _user(ken, "ken@example.jp", "Ken Sato", 41, "cook", "jazz cooking")
    orders = (
        (11, sarah, "1200.50", (10, 10, 0)),
        (13, 3, "9.99", (13, 8, 0)),
        (14, sarah, "50", (20, 18, 30)),
    )
    for id_, user, amount, time in orders:
        owner = ObjectId("65a1b2c3d4e5f60718293a03") if is_mongodb and user == 3 else user
        date = datetime(2024, 1, *time, tzinfo=UTC)
        yield "orders", {"_id": id_, "user_id": owner, "amount": Decimal128(amount), "date": date}
    guests = [
        {"email": "sarah.chen@email.com", "name": "Sarah"},
        {"email": "ken@example.jp", "name": "Ken"},
    ]
    spring = {"title": "Spring walk", "date": datetime(2024, 1, 25, 10, tzinfo=UTC), "participants": guests}
    yield "events", {"_id": "spring" if is_mongodb else 21, **spring}


def _user(id_: Any, email: str, name: str, age: int, occupation: str, interests: str) -> dict[str, Any]:
    is_sarah = name.startswith("Sarah")
    return {
        "_id": id_,
        "email": email,
        "name": name,
        "age": age,
        "occupation": occupation,
        "interests": interests.split(),
        "birth_date": datetime(1993, 5, 4, tzinfo=UTC) if is_sarah else datetime(1982, 12, 31, tzinfo=UTC),
        "created_at": (
            datetime(2023, 11, 20, 9, 30, tzinfo=UTC)
            if is_sarah
            else datetime(2023, 12, 1, 0, 15, tzinfo=UTC)
        ),
    }


class ProductFleet:
    """The stages of `route` and `people` in memory, over the topics of a product."""

    def __init__(self, sources: Sources | None = None) -> None:
        changes = (sources or read_sources({})).changes
        self.fleet = Fleet((documents_stage(changes=changes), ADDRESSES, people(Policy())))

    def write(self, *changes: RecordedChange) -> None:
        """Append changes as Debezium does, and process them."""
        for topic, key, value in changes:
            self.fleet._append(ProducerRecord(topic, key, value, (), NOW, None if key else 0))
        self.fleet.run()

    def capture(self, documents: Iterator[tuple[str, Mapping[str, Any]]]) -> None:
        """Append documents as capture does, and process them."""
        for number, (topic, document) in enumerate(documents):
            source = read_sources({}).of(topic)
            key, headers = (
                document_key(source, document["_id"]),
                cloud_headers("t", "/s", "1", NOW, (1, number)),
            )
            data = encode_document(source, document)
            self.fleet._append(ProducerRecord(topic, key.encode(), data, tuple(headers), NOW))
        self.fleet.run()

    def profiles(self) -> dict[str, Any]:
        """The profiles of all people at one time."""
        self.fleet.watermark(NOW)
        self.fleet.run()
        return {key: json.loads(value) for key, value in self.fleet.latest("enriched-profiles").items()}

    def errors(self) -> list[str]:
        """Why records became dead letters."""
        letters = self.fleet.records("dead-letters")
        return [(dict(letter.headers)["kairos_error"] or b"").decode() for letter in letters]
