"""Runs `route`: its stages, and the watermark service beside them."""

import threading

from schemas.permissions import MailPause
from workers.product.reading.clock import Clock, clock_at
from workers.product.sources import load_sources
from workers.route.ramp import ramp_stage
from workers.route.stage import ADDRESSES, documents_stage
from workers.route.watermark_service import WatermarkService
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.whole_topic import WholeTopic, held
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not used."""
    controls = WholeTopic("controls", MailPause.under)
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)

    async def serve_watermarks(producer: BatchProducer) -> None:
        topics, are_external = sources.topics or sources.external, not sources.topics
        await WatermarkService(topics, settings, producer, controls, are_external).run()

    def clock() -> Clock:
        return clock_at(now_ms(), settings.kairos_ahead_seconds)

    runner = Runner(
        "route",
        (
            documents_stage(clock, settings.mongo_uuid_representation),
            ADDRESSES,
            ramp_stage(settings.daily_limits),
        ),
        settings,
        serve_watermarks,
    )
    with held(settings, (controls,)):
        runner.run()
