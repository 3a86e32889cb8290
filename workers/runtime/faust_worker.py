"""Faust's app and worker, made quiet: nothing on disk, nothing printed, logs as they are set up."""

from typing import Any

import faust
import structlog

log = structlog.get_logger()


class App(faust.App):  # type: ignore[misc]
    """Faust's app, which keeps nothing on disk."""

    def _create_directories(self) -> None:
        """No state is on disk, so no folder is needed."""


class QuietWorker(faust.Worker):  # type: ignore[misc]
    """Faust's worker, which leaves the logs as they are set up and prints nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spinner = None

    async def start(self) -> None:
        """Start; after a signal to stop, what breaks in the middle of the start is the stop's doing."""
        try:
            await super().start()
        except Exception as error:
            if self._signal_stop_time is None:
                raise
            log.info("stopped while starting", cut_short=type(error).__name__)

    def _setup_logging(self) -> None:
        """Keep our logs."""


async def never(stream: Any) -> None:
    """Subscribe to the inputs; no record comes this way."""
    async for _ in stream:
        raise RuntimeError("a record went through Faust's own streams; faust_consumer should have taken it")
