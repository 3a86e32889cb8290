"""The load of a long run: a product's changes at a steady rate, onto the topics or into MongoDB."""

import threading
import time
from types import TracebackType
from typing import Protocol, Self

from pymongo.database import Database

from schemas.model import RawDocument
from tests.integration.wire import Wire
from tests.soak.product import Change
from workers.runtime.process.clock import now_ms

TURN_SECONDS = 0.1


class Target(Protocol):
    """Where changes go; times are epoch milliseconds."""

    def put(self, change: Change, at: int) -> None:
        """Write a change."""

    def complete(self, at: int) -> None:
        """Everything up to a time was written."""

    def flush(self) -> None:
        """Wait until everything is acknowledged."""


class Source(Protocol):
    """Where changes come from."""

    def change(self, now: int) -> Change:
        """The next change; `now` is in epoch milliseconds."""


class OnTopics:
    """Writes documents, and watermarks after them, as capture would."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def put(self, change: Change, at: int) -> None:
        """Append to a document topic."""
        self._wire.put(change.topic, change.key, change.document, at)

    def complete(self, at: int) -> None:
        """Write a watermark."""
        self._wire.watermark(at)

    def flush(self) -> None:
        """Wait for the acknowledgements."""
        self._wire.producer.flush()


class InMongo:
    """Writes a product's collections, as the product itself would; capture writes the topics."""

    def __init__(self, db: Database[RawDocument]) -> None:
        self._db = db

    def put(self, change: Change, at: int) -> None:
        """Replace or delete a document."""
        collection = self._db[change.topic]
        if change.document is None:
            collection.delete_one({"_id": change.key})
        else:
            document = change.document.model_dump(exclude={"id"}, exclude_none=True)
            collection.replace_one({"_id": change.key}, document, upsert=True)

    def complete(self, at: int) -> None:
        """Nothing: capture writes the watermarks."""

    def flush(self) -> None:
        """Nothing: every write was acknowledged."""


class Turns:
    """A thread that takes turns while it is open; what fails in it is raised when it is closed."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__)
        self._failures: list[BaseException] = []

    def turn(self) -> None:
        """What is done again and again."""
        raise NotImplementedError

    def flush(self) -> None:
        """What is done after the last turn."""

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.turn()
        except BaseException as error:
            self._failures.append(error)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self.flush()
        if self._failures and error is None:
            raise self._failures[0]


class Load(Turns):
    """While it is open, so many changes per second go to the target; `last` is the time of the latest."""

    def __init__(self, target: Target, product: Source, per_second: int) -> None:
        super().__init__()
        self._target = target
        self._product = product
        self._per_turn = max(1, int(per_second * TURN_SECONDS))
        self._due = 0.0
        self.last = 0
        self.changes = 0

    def turn(self) -> None:
        """Write what is due, and wait until the next is."""
        self._due = self._due or time.monotonic()
        self.write(self._per_turn)
        self._due += TURN_SECONDS
        self._stop.wait(max(0.0, self._due - time.monotonic()))

    def flush(self) -> None:
        """Wait until everything is acknowledged."""
        self._target.flush()

    def write(self, changes: int) -> None:
        """Write so many changes, then a watermark."""
        for _ in range(changes):
            now = now_ms()
            self._target.put(self._product.change(now), now)
        self.changes += changes
        self.last = now_ms()
        self._target.complete(self.last)
