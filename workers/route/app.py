"""What `route` is made of: its two stages, and the clock beside them."""

import threading

from workers.route.stage import STAGES
from workers.runtime.clock_service import ClockService
from workers.runtime.faust_runner import Runner
from workers.runtime.producer import BatchProducer
from workers.runtime.settings import Settings
from workers.runtime.sources import load_sources


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles the signals, so `stop` is not looked at."""
    sources = load_sources(settings.kairos_sources)

    async def clock(producer: BatchProducer) -> None:
        await ClockService(sources.topics, settings, producer).run()

    Runner("route", STAGES, settings, clock).run()
