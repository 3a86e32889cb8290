"""Reads topics as a program outside the fleet would, and tells when each record arrived."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from kafka import KafkaConsumer

from workers.runtime.process.settings import Settings

POLL_MS = 20


class Arrivals:
    """A thread that hands each record of some topics to `note`, with the topic's name in the catalogue.

    The time is that of `time.perf_counter()`. It begins with the oldest records, or with `only_new` ones.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str],
        note: Callable[[str, Any, float], None],
        *,
        only_new: bool = False,
    ) -> None:
        self._settings, self._note = settings, note
        self._consumer = KafkaConsumer(
            *(settings.name(topic) for topic in topics),
            bootstrap_servers=settings.brokers,
            auto_offset_reset="latest" if only_new else "earliest",
        )
        if only_new:
            self._consumer.poll(1_000)  # from here on
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._stop.is_set():
            for records in self._consumer.poll(POLL_MS).values():
                at = time.perf_counter()
                for record in records:
                    self._note(self._settings.logical(record.topic), record, at)

    def close(self) -> None:
        """End the reading."""
        self._stop.set()
        self._thread.join()
        self._consumer.close()
