"""Runs capture: a snapshot of the product's collections into the document topics, then every change."""

import threading

import structlog

from workers.capture.document_writer import WORKER
from workers.capture.failure import CaptureError
from workers.capture.position import TOPIC
from workers.capture.session import Session
from workers.product import mongo
from workers.product.sources import SourcesError, load_sources
from workers.runtime.kafka.sync_producer import Client, ProducerError, SyncProducer, connected
from workers.runtime.process.settings import Settings

log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event) -> None:
    """Capture until `stop` is set. An error that cannot be repaired is one log line and SystemExit(1)."""
    try:
        with connected(settings, WORKER) as client:
            capture(settings, stop, client)
    except (CaptureError, ProducerError, SourcesError) as error:
        log.error("capture cannot go on", error=str(error))
        raise SystemExit(1) from None


def capture(settings: Settings, stop: threading.Event, client: Client) -> None:
    """Capture through the caller's Kafka client until `stop` is set.

    Raises CaptureError, ProducerError and SourcesError.
    """
    sources = load_sources(settings.kairos_sources)
    producer = SyncProducer(client, settings, WORKER)
    for topic in (*sources.topics, TOPIC, "dead-letters"):
        producer.partitions(topic)
    if not sources.captured:
        log.info("nothing to capture: every topic is switched off or external")
        stop.wait()
        return
    with mongo.connect(settings, "kairos-capture") as mongo_client:
        Session(settings, sources, mongo.database(mongo_client, settings), producer).run(stop)
