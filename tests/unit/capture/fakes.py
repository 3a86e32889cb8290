"""Stand-ins for Kafka and MongoDB, in memory."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord


class FakeProducer:
    """A producer that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[ProducerRecord] = []

    def partitions(self, topic: str) -> list[int]:
        """Each topic has one partition."""
        return [0]

    def send(self, record: ProducerRecord) -> None:
        """Keep a record."""
        self.sent.append(record)

    def flush(self) -> None:
        """Everything is acknowledged at once."""

    def gathering(self) -> AbstractContextManager[None]:
        """Nothing waits here."""
        return nullcontext()


class FakeReader:
    """A reader of what a producer has sent, and of foreign records before it."""

    def __init__(self, producer: FakeProducer, foreign: Iterable[ConsumerRecord] = ()) -> None:
        self.producer = producer
        self.foreign = list(foreign)

    def beginnings(self, topic: str) -> dict[int, int]:
        """The first offset of the one partition."""
        return {0: 0}

    def ends(self, topic: str) -> dict[int, int]:
        """The offset behind the last record of the one partition."""
        return {0: len(list(self.read(topic)))}

    def read(self, topic: str, partitions: object = None) -> Iterator[ConsumerRecord]:
        """Every record of a topic."""
        yield from (record for record in self.foreign if record.topic == topic)
        for offset, sent in enumerate(self.producer.sent):
            if sent.topic == topic:
                yield ConsumerRecord(topic, 0, offset, sent.key, sent.value, sent.at, sent.headers)


class FakeCursor:
    """A cursor that gives documents and perhaps fails behind them."""

    def __init__(self, documents: Iterable[Any], error: Exception | None = None) -> None:
        self.documents = list(documents)
        self.error = error

    def __enter__(self) -> "FakeCursor":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be closed."""

    def sort(self, key: str, direction: int) -> "FakeCursor":
        """The documents are in the order of their ids."""
        assert (key, direction) == ("_id", 1)
        return self

    def __iter__(self) -> Iterator[Any]:
        yield from self.documents
        if self.error is not None:
            raise self.error


class FakeDatabase:
    """A database with collections of ids; `cursor` may make another cursor for a filter and the documents."""

    name = "product"

    def __init__(
        self,
        collections: dict[str, list[Any]],
        cursor: Callable[[Any, list[Any]], FakeCursor] = lambda _, documents: FakeCursor(documents),
    ) -> None:
        self.collections = collections
        self.filters: list[Any] = []
        self.cursor = cursor

    def __getitem__(self, name: str) -> "FakeDatabase.Collection":
        return self.Collection(self, self.collections.get(name, []))

    class Collection:
        """One collection."""

        def __init__(self, db: "FakeDatabase", ids: list[Any]) -> None:
            self.db, self.ids = db, ids

        def estimated_document_count(self) -> int:
            """How many documents there are."""
            return len(self.ids)

        def find(self, filter_: Any, projection: Any) -> FakeCursor:
            """The documents that the filter finds."""
            self.db.filters.append(filter_)
            ids = self.ids
            if filter_:
                last = filter_["$expr"]["$gt"][1]["$literal"]
                ids = ids[ids.index(last) + 1 :]
            return self.db.cursor(filter_, [{"_id": id_} for id_ in ids])
