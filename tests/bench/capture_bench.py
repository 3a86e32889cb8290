"""Capture reads documents of 1 KB into Kafka: how many per CPU-second, and its memory while Kafka is away."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import bson
from pymongo import MongoClient
from pymongo.database import Database

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.bench.measure import Row, latest, settings_of
from tests.bench.memory_bench import RestartedWorker, rows_of
from tests.bench.metered import Metered, metered
from topics.plan import Cluster, apply
from workers.capture.databases import NAME
from workers.capture.document_writer import WORKER
from workers.capture.position import read_position
from workers.capture.topic_scan import reading
from workers.product.mapping import document_key, encode_document
from workers.product.sources import load_sources
from workers.runtime.kafka.headers import WATERMARK_KEY
from workers.runtime.kafka.reader import Reader, ReadingError
from workers.runtime.process.settings import Settings

TOPIC, DOCUMENT_BYTES, PATIENT_SECONDS = "jobs", 1024, 600.0
BATCH = 5_000  # documents of one insertion
CHANCE = random.Random(7)
WORDS = ["".join(CHANCE.choices("abcdefghijklmnopqrstuvwxyz", k=CHANCE.randint(2, 9))) for _ in range(5_000)]
POSTED = datetime(2026, 1, 1, tzinfo=UTC)


class WrongTopic(AssertionError):
    """The topic does not hold what the collection does."""


def run(services: Services, quick: bool) -> list[Row]:
    """The rate of a snapshot, then the memory in an outage; raises WrongTopic."""
    count, seconds = (30_000, 8.0) if quick else (200_000, 30.0)
    return [*snapshot(services, count), *outages(services, count, seconds)]


def prepared(services: Services, name: str, count: int) -> tuple[Settings, Database[RawDocument]]:
    """A product with so many documents in one collection, and empty topics."""
    environment = services.environment() | {"MONGO_DATABASE": name.replace("-", "_")}
    settings = settings_of(environment, f"{name}-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    db = MongoClient[RawDocument](services.mongo_url)[settings.mongo_database]
    insert(db, count)
    return settings, db


def insert(db: Database[RawDocument], count: int, first: int = 0) -> None:
    """Insert so many documents, whose numbers begin with `first`."""
    for begin in range(first, first + count, BATCH):
        batch = list(documents(begin, min(BATCH, first + count - begin)))
        db[TOPIC].insert_many(batch)


def documents(first: int, count: int) -> Iterator[RawDocument]:
    """Jobs whose BSON is DOCUMENT_BYTES long; their numbers begin with `first`."""
    dice = random.Random(first)
    for number in range(first, first + count):
        words = dice.choices(WORDS, k=190)
        document: RawDocument = {
            "_id": bson.ObjectId(f"{number:024x}"),
            "title": f"{words[0]} {words[1]}",
            "company": words[2],
            "location": words[3],
            "salary": f"{dice.randint(20, 90)}000",
            "tags": words[4:9],
            "posted_at": POSTED + timedelta(seconds=number),
            "work_style": dice.choice(("remote", "hybrid", "full-time")),
            "openings": dice.randint(1, 9),
            "description": "",
        }
        text = " ".join(words)
        yield document | {"description": text[: DOCUMENT_BYTES - len(bson.encode(document))]}


def snapshot(services: Services, count: int) -> list[Row]:
    """Documents per CPU-second from the first one until the topic is complete; raises WrongTopic."""
    settings, db = prepared(services, "bench-snapshot", count)
    with metered(settings, WORKER) as process:
        first = process.until(lambda sample: sample.records > 0, PATIENT_SECONDS)
        wait_until_complete(process, settings)
        cpu, seconds = process.cpu() - first.cpu, time.perf_counter() - first.at
        peak = max(sample.rss_mb for sample in process.samples)
    check(settings, db)
    db.client.drop_database(db)  # the embedded server keeps all in memory
    read = count - first.records
    how = f"{count:,} documents of {DOCUMENT_BYTES:,} B, {read / seconds:,.0f} a second, {peak:.0f} MB"
    text = f"{how}; the first one, and the topic is equal to the collection"
    return [("capture, a snapshot", f"{read / cpu:,.0f} documents per CPU-second", text)]


def wait_until_complete(process: Metered, settings: Settings) -> None:
    """Wait until the snapshot's topic is complete; raises RuntimeError."""
    with reading(settings) as reader:
        process.wait(lambda: is_complete(reader), PATIENT_SECONDS)


def is_complete(reader: Reader) -> bool:
    """Whether the snapshot's topic is complete."""
    position = read_position(reader, NAME)
    if position is None:
        return False
    return position.snapshot_done if position.scan is None else TOPIC not in position.scan.topics


def check(settings: Settings, db: Database[RawDocument]) -> None:
    """Raise WrongTopic unless the topic holds what the collection does."""
    source = next(s for s in load_sources(settings.kairos_sources).captured if s.topic == TOPIC)
    expected = {
        document_key(source, document["_id"]).encode(): encode_document(source, document)
        for document in db[TOPIC].find()
    }
    actual = latest(settings, TOPIC)
    actual.pop(WATERMARK_KEY, None)
    wrong = [key for key in expected.keys() | actual.keys() if expected.get(key) != actual.get(key)]
    if wrong:
        raise WrongTopic(f"{len(wrong)} of {len(expected)} documents differ, such as {min(wrong)!r}")


def outages(services: Services, count: int, seconds: float) -> Iterator[Row]:
    """Memory while Kafka is away in the middle of a snapshot, and of a stream as fast as MongoDB writes."""
    settings, db = prepared(services, "bench-away-snapshot", count)
    yield from outage(services, settings, db, "a snapshot", seconds)
    db.client.drop_database(db)
    settings, db = prepared(services, "bench-away-stream", 1)
    with metered(settings, WORKER) as process:
        wait_until_complete(process, settings)
    insert(db, count, 1)  # what is in the log when the next capture resumes
    yield from outage(services, settings, db, "a stream", seconds)


def outage(
    services: Services, settings: Settings, db: Database[RawDocument], title: str, seconds: float
) -> Iterator[Row]:
    """Kill the broker in the middle of the documents, start it, and check the topic in the end."""
    count = db[TOPIC].count_documents({})
    restarted = RestartedWorker(settings, WORKER)
    try:
        restarted.worker.until(lambda sample: sample.records >= count / 10, PATIENT_SECONDS)
        before = max(sample.rss_mb for sample in restarted.worker.samples)
        restarted.began = time.perf_counter()
        services.stop_one("kafka", gently=False)
        while time.perf_counter() - restarted.began < seconds:
            restarted.watch()
            time.sleep(0.05)
        services.start_one("kafka")
        wait_until_right(restarted, settings, db)
        peak = restarted.most_mb()
    finally:
        restarted.worker.close()
    how = f"killed for {seconds:.0f} s at a tenth of {count:,} documents, until all are there"
    yield f"capture, Kafka away in {title}", f"{peak:.0f} MB at most", f"{how}; {before:.0f} MB before"
    for figure, text in rows_of(restarted.ends):
        yield f"capture that had no Kafka in {title}", figure, text


def wait_until_right(restarted: RestartedWorker, settings: Settings, db: Database[RawDocument]) -> None:
    """Wait until the topic holds what the collection does; raises WrongTopic when it never does."""
    deadline = time.monotonic() + PATIENT_SECONDS
    while True:
        restarted.watch()
        try:
            return check(settings, db)
        except (WrongTopic, ReadingError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1.0)
