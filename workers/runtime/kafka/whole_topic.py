"""A whole compacted topic in memory: the values of all keys, in every process that needs them.

It is ready once everything that stood in the topic at the start was read, it says how old it is, and nobody
should act on one that is too old. What Faust calls a global table would promise this and not keep it.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import structlog

from workers.runtime.kafka.following import follow_on
from workers.runtime.kafka.group import abort
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process import exits
from workers.runtime.process.clock import now_ms
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings

END_SECONDS = 5.0
CURRENT_MS = 15_000  # the age up to which what is held may be acted on; at rest it is two seconds
LOOK_SECONDS = 0.1
T = TypeVar("T")
log = structlog.get_logger(__name__)


class WholeTopic(Generic[T]):
    """The values of a topic by key; other threads may ask at any time.

    `read` makes a value of a key and bytes, `holder` an empty mapping that holds the values.
    A record that cannot be read is passed over with a counted line, and leaves the value of its key as it is.
    While the topic is read again, after a failure, the values of before stay.
    """

    def __init__(
        self,
        topic: str,
        read: Callable[[str, bytes], T],
        holder: Callable[[], MutableMapping[str, T]] = dict,
    ) -> None:
        self.topic = topic
        self._read, self._holder = read, holder
        self._lock = threading.Lock()
        self._values = holder()
        self._loading: MutableMapping[str, T] | None = holder()  # what is read before it is complete
        self._as_of: int | None = None

    def get(self, key: str) -> T | None:
        """The value of a key, None without one."""
        return self._values.get(key)

    def values(self) -> list[T]:
        """All values."""
        with self._lock:
            return [*self._values.values()]

    @contextmanager
    def locked(self) -> Iterator[MutableMapping[str, T]]:
        """What is held, which nobody changes meanwhile."""
        with self._lock:
            yield self._values

    def is_current(self, now: int, within_ms: int = CURRENT_MS) -> bool:
        """Whether all is known that was written `within_ms` before `now` (epoch ms); False while loading."""
        as_of = self._as_of
        return as_of is not None and now - as_of <= within_ms

    def begin(self) -> None:
        """The topic is read from its beginning now."""
        self._loading = self._holder()

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply records, in their order."""
        changes = [*read_each(self.topic, records, self._change)]
        with self._lock:
            values = self._values if self._loading is None else self._loading
            for key, value in changes:
                if value is None:
                    values.pop(key, None)
                else:
                    values[key] = value

    def caught_up(self, at: int) -> None:
        """All that was written up to a time (epoch ms) has been applied."""
        with self._lock:
            if self._loading is not None:
                self._values, self._loading = self._loading, None
        self._as_of = at

    def _change(self, record: ConsumerRecord) -> tuple[str, T | None]:
        key = (record.key or b"").decode()
        return key, None if record.value is None else self._read(key, record.value)


class Together:
    """Several whole topics that one thread reads."""

    def __init__(self, topics: Sequence[WholeTopic[Any]]) -> None:
        self._topics = topics

    def begin(self) -> None:
        """All are read from their beginnings."""
        for topic in self._topics:
            topic.begin()

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Each gets its records."""
        for topic in self._topics:
            topic.apply([record for record in records if record.topic == topic.topic])

    def caught_up(self, at: int) -> None:
        """All are complete up to a time."""
        for topic in self._topics:
            topic.caught_up(at)


@contextmanager
def held(settings: Settings, topics: Sequence[WholeTopic[Any]]) -> Iterator[None]:
    """Keep topics in memory while the block runs, in one thread; its failure ends the process."""
    stop = threading.Event()
    names = [topic.topic for topic in topics]

    def run() -> None:
        try:
            follow_on(settings, names, Together(topics), stop, f"memory of {', '.join(names)}")
        except Exception as error:
            if not stop.is_set():
                abort(exits.INFRASTRUCTURE, f"{', '.join(names)}: {type(error).__name__}: {one_line(error)}")

    thread = threading.Thread(target=run, name="whole-topics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(END_SECONDS)


async def until_current(topics: Iterable[WholeTopic[Any]], what: str) -> None:
    """Return when all topics are current; `what` they hold is for the log: no mails go out meanwhile."""
    held, unknown = list(topics), False
    while not all(topic.is_current(now_ms()) for topic in held):
        if not unknown:
            log.warning(f"no mails while {what} are not known")
        unknown = True
        await asyncio.sleep(LOOK_SECONDS)
    if unknown:
        log.info(f"{what} are known")
