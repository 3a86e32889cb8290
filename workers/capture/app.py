"""Capture: from the collections of a product into the document topics, a snapshot, then every change."""

import threading

import structlog

from workers.capture import sink as kafka
from workers.capture.failure import CaptureError
from workers.capture.position import TOPIC
from workers.capture.session import Session
from workers.capture.sink import Producer, Sink
from workers.product import mongo as product
from workers.product.sources import SourcesError, load_sources
from workers.runtime.process.settings import Settings

log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event) -> None:
    """Capture until `stop` is set. What cannot be repaired is one line in the log and SystemExit(1)."""
    try:
        with kafka.connected(settings) as producer:
            capture(settings, stop, producer)
    except (CaptureError, SourcesError) as error:
        log.error("capture cannot go on", error=str(error))
        raise SystemExit(1) from None


def capture(settings: Settings, stop: threading.Event, producer: Producer) -> None:
    """Capture with the caller's producer until `stop` is set; raises CaptureError and SourcesError."""
    sources = load_sources(settings.kairos_sources)
    sink = Sink(producer, settings)
    for topic in (*sources.topics, TOPIC, "dead-letters"):
        sink.partitions(topic)
    if not sources.captured:
        log.info("nothing to capture: every topic is switched off or external")
        stop.wait()
        return
    with product.connect(settings, "kairos-capture") as client:
        Session(settings, sources, product.database(client, settings), sink).run(stop)
