"""Runs capture: a snapshot of the product's collections into the document topics, then every change."""

import threading

import structlog

from topics.connecting import NO_BROKER
from workers.capture.document_writer import WORKER, DocumentWriter
from workers.capture.failure import CaptureError
from workers.capture.ownership import owning
from workers.capture.position import TOPIC
from workers.capture.session import Session
from workers.product import mongo
from workers.product.sources import SourcesError, load_sources
from workers.runtime.dead_letters.limit import DlqLimit
from workers.runtime.kafka.broker import check_sizes, describe
from workers.runtime.kafka.sync_producer import (
    Client,
    ProducerError,
    SyncProducer,
    TimestampRefusedError,
    connected,
)
from workers.runtime.kafka.topic_watch import watching
from workers.runtime.process import exits
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
    producer = SyncProducer(client, settings, WORKER)
    written = (*sources.topics, TOPIC, "dead-letters")
    for topic in written:
        producer.partitions(topic)  # a missing one is told before anything else
    if not sources.captured:
        log.info("nothing to capture: every topic is switched off or external")
        stop.wait()
        return
    limit = DlqLimit(settings.kairos_dead_letter_run, settings.kairos_dead_letter_share)
    topics = describe(settings, written)
    with watching(settings, topics), owning(settings, client) as ownership:
        if not ownership.wait(stop):
            return
        documents = DocumentWriter(producer, check_sizes(settings, topics, written), limit)
        # the first answer of a stream that is resumed takes as long as the server needs to get there
        with mongo.connect(settings, "kairos-capture", ANSWER_MS) as mongo_client:
            Session(settings, sources, mongo.database(mongo_client, settings), producer, documents).run(stop)
