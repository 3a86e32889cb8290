"""What `route` is made of: its two stages, and the clock beside them."""

import threading

from workers.process.settings import Settings
from workers.process.sources import load_sources
from workers.route.clock_service import ClockService
from workers.route.stage import STAGES
from workers.runner.runner import Runner
from workers.wire.producer import BatchProducer


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not looked at."""
    sources = load_sources(settings.kairos_sources)

    async def clock(producer: BatchProducer) -> None:
        await ClockService(sources.topics, settings, producer).run()

    Runner("route", STAGES, settings, clock).run()
