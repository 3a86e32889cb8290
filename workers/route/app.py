"""Runs `route`: its stages, and the watermark service beside them."""

import threading
import tomllib
from pathlib import Path
from typing import Any

from schemas.permissions import MailPause
from workers.product.reading.clock import Clock, clock_at
from workers.product.sources import load_sources
from workers.product.staleness import TABLE, stale_ms_of
from workers.route.decoding import ReadDocument
from workers.route.ramp import ramp_stage
from workers.route.stage import ADDRESSES, documents_stage
from workers.route.watermark_service import WatermarkService
from workers.runtime.counted import counted
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.whole_topic import WholeTopic, held
from workers.runtime.metrics.records import NOTES
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.progress import Reports
from workers.runtime.runner.runner import Runner


def load_stale_ms(path: Path) -> dict[str, int]:
    """The limits of sources in a policy, in milliseconds; SettingsError, with the file, for a wrong one."""
    try:
        return stale_ms_of(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {TABLE}: {error}") from error


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    controls = WholeTopic("controls", MailPause.under)
    limits = load_stale_ms(settings.kairos_policy)
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)

    async def serve_watermarks(producer: BatchProducer) -> None:
        topics, are_external = sources.topics or sources.external, not sources.topics
        service = WatermarkService(topics, settings, producer, controls, are_external, limits)
        await service.run()

    def clock() -> Clock:
        return clock_at(now_ms(), settings.kairos_ahead_seconds)

    runner = Runner(
        "route",
        (
            counted(documents_stage(clock, settings.mongo_uuid_representation, sources.changes), count_notes),
            ADDRESSES,
            ramp_stage(settings.daily_limits),
        ),
        settings,
        serve_watermarks,
        reports=Reports("watermarks", own=("addresses",), facts=("inbox",)),
    )
    with held(settings, (controls,)):
        runner.run()


def count_notes(value: Any) -> None:
    """Count the notes on the fields of a document; names of fields that are none of ours are one label."""
    document = value.document if isinstance(value, ReadDocument) else None
    if document is None:
        return
    kind, fields = type(document).__name__.lower(), type(document).model_fields
    for note in document.notes:
        NOTES.labels(kind, note.field if note.field in fields else "other", note.problem).inc()
