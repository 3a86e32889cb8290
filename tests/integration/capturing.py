"""A product's database, its topics, and a worker `capture` that a test can start, stop and kill."""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from kafka.admin import KafkaAdminClient
from pymongo import MongoClient
from pymongo.database import Database

from schemas.control import SourcePosition, SourceRead, Watermark
from schemas.model import RawDocument, Version
from tests.integration.forked_process import CONTEXT
from tests.integration.processes import HANG_SECONDS, looks
from topics.catalog import BY_NAME
from topics.plan import Cluster, apply
from workers.capture.app import capture, run
from workers.capture.databases import NAME
from workers.capture.position import TOPIC
from workers.capture.topic_scan import reading
from workers.capture.watermarks import TOPIC as WATERMARKS
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.sync_producer import Client, connected
from workers.runtime.process.settings import Settings


def eventually(check: Callable[[], Any], expected: str) -> Any:
    """Call `check` until its result is true; returns that result."""
    for _ in looks():
        if result := check():
            return result
    raise AssertionError(f"not within {HANG_SECONDS:.0f} s: {expected}")


def version(record: Any) -> Version:
    """The version of a record; every record of capture has one."""
    version = version_of(record.headers)
    assert version is not None
    return version


@dataclass
class Product:
    """One product: its database, the settings of its fleet, and the records of its topics."""

    db: Database[RawDocument]
    settings: Settings
    failures: list[BaseException] = field(default_factory=list)

    def records(self, topic: str) -> list[Any]:
        """Every record of a topic except watermarks, partition by partition."""
        return [record for record in self.everything(topic) if not is_watermark(record.headers)]

    def latest(self, topic: str) -> dict[str, Any]:
        """The newest record of every key that is not deleted."""
        newest: dict[str, Any] = {}
        for record in self.records(topic):
            previous = newest.setdefault(record.key.decode(), record)
            if version(record) >= version(previous):
                newest[record.key.decode()] = record
        return {key: record for key, record in newest.items() if record.value is not None}

    def watermarks(self, topic: str) -> list[tuple[int, Watermark]]:
        """The partition and payload of every watermark of a topic."""
        return [
            (record.partition, Watermark.loads(record.value))
            for record in self.everything(topic)
            if is_watermark(record.headers)
        ]

    def reads(self) -> list[SourceRead]:
        """Every report of how far the source was read."""
        return [SourceRead.loads(each.value) for each in self.everything(WATERMARKS) if each.value]

    def positions(self) -> list[SourcePosition]:
        """Every position that was written; of another mapping they are removed later."""
        records = [each for each in self.everything(TOPIC) if each.key == NAME.encode() and each.value]
        return [SourcePosition.loads(record.value) for record in records]

    def everything(self, topic: str) -> list[Any]:
        """Every record of a topic, watermarks included."""
        count = BY_NAME[topic].partitions or self.settings.kairos_partitions
        with reading(self.settings) as reader:
            return list(reader.read(topic, list(range(count))))

    @contextmanager
    def captured(self, wrap: Callable[[Client], Any] | None = None) -> Iterator[threading.Event]:
        """Capture in a thread while the block runs; its failure fails the block."""
        stop = threading.Event()

        def work() -> None:
            try:
                with connected(self.settings, "capture") as client:
                    capture(self.settings, stop, wrap(client) if wrap else client)
            except BaseException as error:
                self.failures.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()
        assert not self.failures

    def process(self) -> Any:
        """Start capture in a process of its own, to be killed; its successor waits for its short session."""
        settings = self.settings.model_copy(update={"kairos_session_seconds": 6.0})
        process = CONTEXT.Process(target=capture_process, args=(settings,))
        process.start()
        return process


def capture_process(settings: Settings) -> None:
    """Capture until killed."""
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    run(settings, threading.Event())


@contextmanager
def product(services: Any, folder: Path, sources: str = "", **fields: Any) -> Iterator[Product]:
    """A product with an empty database and all topics, deleted afterwards."""
    name = f"c{uuid.uuid4().hex[:8]}"
    file = folder / "sources.toml"
    file.write_text(sources)
    settings = Settings(
        kafka_url=services.kafka_url,
        mongo_url=services.mongo_url,
        mongo_database=name,
        kairos_prefix=f"{name}-",
        kairos_partitions=2,
        kairos_sources=file,
        **{"kairos_session_seconds": 60}
        | fields,  # of what runs in the test's own process nothing may end it
    )
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions))
    with MongoClient[RawDocument](settings.mongo_url) as client:
        yield Product(client[name], settings)
        client.drop_database(name)
    admin = KafkaAdminClient(bootstrap_servers=settings.brokers)
    admin.delete_topics([topic for topic in admin.list_topics() if topic.startswith(settings.kairos_prefix)])
    admin.close()
