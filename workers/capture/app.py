"""Runs capture: a snapshot of the product's collections and tables, then every change, into their topics."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import structlog

from topics.connecting import NO_BROKER
from workers.capture.airtable.tables import Tables
from workers.capture.databases import NAME, SourceDatabase, databases_of
from workers.capture.document_writer import WORKER, DocumentWriter
from workers.capture.failure import CaptureError
from workers.capture.history_watch import HistoryWatch
from workers.capture.other_positions import OtherPositions
from workers.capture.ownership import owning
from workers.capture.position import TOPIC
from workers.capture.server import MAJORITY
from workers.capture.session import Session
from workers.capture.snapshot_phase import SessionParts
from workers.capture.snapshot_requests import SnapshotRequests
from workers.capture.watermarks import TOPIC as WATERMARKS
from workers.capture.watermarks import Watermarks
from workers.product import mongo
from workers.product.sources import Source, SourcesError, load_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.broker import check_sizes, describe
from workers.runtime.kafka.following import follow_on
from workers.runtime.kafka.producer_epoch import take_over
from workers.runtime.kafka.sizes import SizeLimits
from workers.runtime.kafka.sync_producer import (
    Client,
    ProducerError,
    SyncProducer,
    TimestampRefusedError,
    connected,
)
from workers.runtime.kafka.topic_watch import watching
from workers.runtime.metrics.probes import PROBES
from workers.runtime.process import exits
from workers.runtime.process.background import background
from workers.runtime.process.settings import Settings

ANSWER_MS = 600_000  # a server that is gone is noticed by the driver's own heartbeats, within seconds
log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event) -> None:
    """Capture until `stop` is set. An error that cannot be repaired is one log line and SystemExit.

    Its code is 1 when another start may help, else one of those that ask for a person (`exits.FINAL`).
    """
    try:
        with connected(settings, WORKER) as client:
            capture(settings, stop, client)
    except (CaptureError, ProducerError, SourcesError) as error:
        log.error("capture cannot go on", error=str(error))
        raise SystemExit(exit_code(error)) from None


def exit_code(error: Exception) -> int:
    """The exit code for an error that ends capture."""
    if isinstance(error, CaptureError):
        return error.code
    if isinstance(error, SourcesError):
        return exits.MISCONFIGURED
    if isinstance(error, TimestampRefusedError):
        return exits.REFUSED
    return exits.INFRASTRUCTURE if NO_BROKER in str(error) else 1


def capture(settings: Settings, stop: threading.Event, client: Client) -> None:
    """Capture through the caller's Kafka client until `stop` is set.

    Raises CaptureError, ProducerError and SourcesError, TopicsError and TopicsMissing.
    """
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    databases = databases_of(sources.captured, settings.mongo_database, settings.mongo_clusters)
    producer = SyncProducer(client, settings, WORKER)
    written = (*sources.topics, TOPIC, WATERMARKS, "dead-letters")
    for topic in written:
        producer.partitions(topic)  # a missing one is told before anything else
    if not sources.topics:
        log.info("nothing to capture: every topic is switched off or external")
        PROBES.ready()
        stop.wait()
        return
    limit = DlqLimit(settings.kairos_dead_letter_run, settings.kairos_dead_letter_share)
    topics = describe(settings, written)
    with watching(settings, topics), owning(settings, client) as ownership:
        if not ownership.wait(stop):
            return
        take_over(settings, client, WORKER)
        PROBES.ready()
        sizes = check_sizes(settings, topics, written)
        mappings = {each.name: each.mapping for each in databases}
        others = OtherPositions(settings, SyncProducer(client, settings, WORKER), mappings)
        requests = SnapshotRequests()
        ids = {topic: info.id for topic, info in topics.items()}
        works = [partial(follow_mongo, settings, stop, each, others, requests, ids) for each in databases]
        if sources.airtable:
            works.append(partial(follow_airtable, settings, stop, sources.airtable, requests))
        with following_requests(settings, requests, stop):
            run_together([partial(work, *writing(settings, client, sizes, limit)) for work in works], stop)


@contextmanager
def following_requests(
    settings: Settings, requests: SnapshotRequests, stop: threading.Event
) -> Iterator[None]:
    """Read the requests for snapshots in a thread while the block runs."""
    what = "list of requests for snapshots"
    with background("requests", lambda: follow_on(settings, [TOPIC], requests, stop, what), stop):
        yield


def writing(
    settings: Settings, client: Client, sizes: SizeLimits, limit: DlqLimit
) -> tuple[SyncProducer, DocumentWriter]:
    """What a thread writes with: it waits for its own records only."""
    producer = SyncProducer(client, settings, WORKER)
    return producer, DocumentWriter(producer, sizes, limit)


def follow_mongo(
    settings: Settings,
    stop: threading.Event,
    source: SourceDatabase,
    others: OtherPositions,
    requests: SnapshotRequests,
    topic_ids: Mapping[str, bytes],
    producer: SyncProducer,
    documents: DocumentWriter,
) -> None:
    """Follow the collections of a database of MongoDB until `stop` is set."""
    # the first answer of a stream that is resumed takes as long as the server needs to get there
    with mongo.connect(settings, "kairos-capture", ANSWER_MS, source.place.cluster) as mongo_client:
        db = mongo.database(mongo_client, settings, source.place).with_options(read_concern=MAJORITY)
        watermarks = Watermarks(
            producer,
            source.topics,
            settings.kairos_tick_ms,
            ahead_ms=settings.ahead_ms,
            gap_ms=settings.kairos_gap_ms,
            source=source.name,
            topic_ids=topic_ids,
        )
        parts = SessionParts(settings, source, db, producer, documents, watermarks, others, requests)
        session = Session(parts)
        watch = HistoryWatch(source.name, db, lambda: session.position)
        with naming(source.name), background("history-watch", partial(watch.run, stop), stop):
            session.run(stop)


@contextmanager
def naming(source: str) -> Iterator[None]:
    """Name a source in the lines of the log and in the error that ends it, unless it is the usual one."""
    if source == NAME:
        yield
        return
    with structlog.contextvars.bound_contextvars(source=source):
        try:
            yield
        except CaptureError as error:
            raise type(error)(f"{source}: {error}") from error


def follow_airtable(
    settings: Settings,
    stop: threading.Event,
    sources: tuple[Source, ...],
    requests: SnapshotRequests,
    producer: SyncProducer,
    documents: DocumentWriter,
) -> None:
    """Follow tables of Airtable until `stop` is set."""
    Tables(settings, sources, producer, documents, requests).run(stop)


def run_together(work: Sequence[Callable[[], None]], stop: threading.Event) -> None:
    """Run the first here and the others in threads until all have ended; one that fails ends the others.

    Raises the first error. `stop` is set at the end of any of them.
    """
    errors: list[BaseException] = []

    def watched(each: Callable[[], None]) -> None:
        try:
            each()
        except BaseException as error:
            errors.append(error)
        finally:
            stop.set()

    threads = [threading.Thread(target=watched, args=(each,), name="capture") for each in work[1:]]
    for thread in threads:
        thread.start()
    watched(work[0])
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
