"""Reads samples of the collections in MongoDB, and whether their changes can be read. Nothing is written."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, OperationFailure

from schemas.model import RawDocument
from workers.capture.databases import SourceDatabase
from workers.capture.failure import unreadable_line
from workers.commands.check_rights import (
    Collections,
    collections_of,
    history_findings,
    kind_findings,
    stream_finding,
)
from workers.commands.check_topic import TopicCheck, sample_findings
from workers.commands.check_writing import collection_writing
from workers.commands.finding import Finding
from workers.product.mongo_errors import error_line, is_transient
from workers.product.mongo_refusals import UNAUTHORIZED
from workers.product.sampling.source_sample import Decode, Sampler
from workers.product.sources import Source
from workers.runtime.process.settings import Settings

ANSWER_MS = 20_000  # in which the server answers, or the question is given up
TOO_SLOW = 50  # MaxTimeMSExpired
CollectionOf = Callable[[Source], Collection[RawDocument]]


def documents_of(collection: Collection[RawDocument], size: int) -> Iterator[RawDocument]:
    """Documents at random, `size` at most; the first ones where the server gives none at random.

    Raises PyMongoError.
    """
    sample = [{"$sample": {"size": size}}]
    try:
        first = collection.aggregate(sample, maxTimeMS=ANSWER_MS)
    except OperationFailure as error:
        if error.code in UNAUTHORIZED or (is_transient(error) and error.code != TOO_SLOW):
            raise
        first = None
    if first is None:
        with collection.find({}, limit=size, max_time_ms=ANSWER_MS) as cursor:
            yield from cursor
        return
    with first as random:
        yield from islice(random, size)


class DatabaseCheck(NamedTuple):
    """What is said of a database, and of the topics that come from it."""

    topics: list[TopicCheck]
    findings: list[Finding]


def check_database(
    database: SourceDatabase,
    collection_of: CollectionOf,
    settings: Settings,
    reading: Callable[[Source], Decode],
    size: int,
) -> DatabaseCheck:
    """What is to be said of one database; raises PyMongoError when that of MONGO_URL is lost."""
    db, cluster = collection_of(database.sources[0]).database, database.place.cluster
    try:
        there = collections_of(db)
        checks = [check_collection(db, source, there, settings, reading, size) for source in database.sources]
        return DatabaseCheck(checks, [*there.findings, *stream_findings(db, database.sources, checks)])
    except ConnectionFailure as error:
        if not cluster:
            raise
        says = f"{cluster} of MONGO_URLS does not answer: {error_line(error)}"
        lost = [TopicCheck(topic, f"{cluster}/{db.name}") for topic in database.topics]
        return DatabaseCheck(lost, [Finding("wrong", "MongoDB", says)])


def stream_findings(
    db: Database[RawDocument], sources: tuple[Source, ...], checks: list[TopicCheck]
) -> list[Finding]:
    """Whether the changes of a database can be read, if anything of it can, and its history."""
    readable = {check.topic for check in checks if check.sample is not None}
    captured = tuple(source for source in sources if source.topic in readable)
    return [stream_finding(db, captured), *history_findings(db)] if captured else []


def check_collection(
    db: Database[RawDocument],
    source: Source,
    collections: Collections,
    settings: Settings,
    reading: Callable[[Source], Decode],
    size: int,
) -> TopicCheck:
    """What is to be said of one collection; raises PyMongoError when MongoDB is lost."""
    place = f"{source.place.cluster}/" if source.place.cluster else ""
    place += f"{db.name}.{source.collection}"
    findings = [
        *kind_findings(source, place, collections.kinds),
        *collection_writing(settings, source, db),
    ]
    if collections.kinds is not None and source.collection not in collections.kinds:
        return TopicCheck(source.topic, place, tuple(findings))
    sampler = Sampler(source, reading(source))
    try:
        for document in documents_of(db[source.collection], size):
            sampler.add(document)
    except OperationFailure as error:
        if is_transient(error):
            raise
        line = unreadable_line(error, db.name, source.collection)
        findings.append(Finding("wrong", source.topic, line))
        return TopicCheck(source.topic, place, tuple(findings))
    sample = sampler.result()
    findings += sample_findings(sample, place, settings.kairos_dead_letter_share)
    return TopicCheck(source.topic, place, tuple(findings), sample)
