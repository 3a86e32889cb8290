"""The load of a kill test: a product's changes and watermarks, at a steady rate, from a thread."""

import threading
import time
from types import TracebackType
from typing import Self

from tests.integration.wire import Wire
from tests.soak.product import Product
from workers.process.clock import now_ms

TURN_SECONDS = 0.1


class Load:
    """While it is open, changes go to the document topics; after each turn's changes a watermark."""

    def __init__(self, wire: Wire, product: Product, per_second: int) -> None:
        self._wire = wire
        self._product = product
        self._per_turn = max(1, int(per_second * TURN_SECONDS))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")
        self.last = 0

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stop.is_set():
            self.turn(self._per_turn)
            due += TURN_SECONDS
            self._stop.wait(max(0.0, due - time.monotonic()))

    def turn(self, changes: int) -> None:
        """Some changes, then the watermark that covers them."""
        for _ in range(changes):
            now = now_ms()
            change = self._product.change(now)
            self._wire.put(change.topic, change.key, change.document, now)
        self.last = now_ms()
        self._wire.watermark(self.last)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._wire.producer.flush()
