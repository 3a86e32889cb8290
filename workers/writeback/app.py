"""Runs writeback: mails and their outcomes become records in the product's table of messages."""

import threading
from contextlib import AbstractContextManager

import structlog

from workers.product.sources import load_sources
from workers.runtime.kafka.broker import describe
from workers.runtime.metrics.probes import PROBES
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings
from workers.runtime.process.stopped import Stopped
from workers.writeback.airtable_messages import airtable_messages
from workers.writeback.consuming import POLL_MS, commit, consuming, read_batches
from workers.writeback.mail_record import TOPICS
from workers.writeback.message_target import MessageTarget, TargetRefusedError
from workers.writeback.mongo_messages import mongo_messages
from workers.writeback.recorder import LostTargetError, MailRecorder

MESSAGES = "messages"
log = structlog.get_logger()


def run(settings: Settings, stop: threading.Event) -> None:
    """Write records until `stop` is set; without a place that takes them, only wait.

    What the place refuses as a whole is one log line and SystemExit: it asks for a person; so does one that
    is lost for too long, which asks for another start. Raises SettingsError, SourcesError, and the errors of
    Kafka.
    """
    opening = opening_of(settings, stop)
    PROBES.ready()  # where there is nothing to do, or its place is away, it does all that it can
    if opening is None:
        log.info(
            "nothing to write back: AIRTABLE_WRITE_BACK or MONGO_WRITE_BACK is off, or messages are neither "
            "in Airtable nor in MongoDB"
        )
        stop.wait()
        return
    describe(settings, TOPICS)  # a missing one is told before anything else
    try:
        with opening as target:
            if isinstance(target, str):
                log.warning(f"nothing is written back: {target}")
                stop.wait()
                return
            write_back(settings, target, stop)
    except (TargetRefusedError, LostTargetError) as error:
        log.error("writeback cannot go on", error=str(error))
        is_final = isinstance(error, TargetRefusedError)
        raise SystemExit(exits.REFUSED if is_final else exits.INFRASTRUCTURE) from None
    except Stopped:
        log.info("stopped")


def opening_of(
    settings: Settings, stop: threading.Event
) -> AbstractContextManager[MessageTarget | str] | None:
    """Where messages are written, to be opened; None where nobody wants that. Raises SourcesError."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    for source in sources.airtable:
        if source.topic == MESSAGES and settings.airtable_write_back:
            return airtable_messages(settings, source, stop)
    for source in sources.captured:
        if source.topic == MESSAGES and settings.mongo_write_back:
            return mongo_messages(settings, sources, source)
    return None


def write_back(settings: Settings, target: MessageTarget, stop: threading.Event) -> None:
    """Write records into a target; offsets are committed behind its answers."""
    log.info("writing back", target=target.name)
    recorder = MailRecorder(target, stop)
    with consuming(settings) as consumer:
        while not stop.is_set():
            if batches := consumer.poll(timeout_ms=POLL_MS):
                recorder.record(read_batches(settings, consumer, batches))
                commit(consumer)
