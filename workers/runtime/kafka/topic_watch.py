"""Notices while a worker runs that a topic was created again, is gone, or has other partitions."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from kafka.errors import KafkaError

from topics.plan import Cluster, TopicsError, connect
from workers.runtime.kafka.broker import TopicInfo, described, topic_info
from workers.runtime.kafka.group import abort
from workers.runtime.process import exits
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

CHECK_SECONDS = 3.0
GONE_AFTER = 3  # checks in a row: a broker that has just started may not know its topics yet


class TopicsChanged(RuntimeError):
    """A topic is another than at the start of this worker, and no restart mends that; the text names it."""


def difference(name: str, known: TopicInfo, now: TopicInfo) -> str:
    """What has changed about a topic, by its name on the broker; nothing when it is as it was known."""
    if now.id != known.id:
        return (
            f"topic {name} was deleted and created again while this worker was running: its offsets mean"
            " nothing now; delete the changelogs of its readers to begin anew"
        )
    if now.partitions != known.partitions:
        return (
            f"topic {name} has {now.partitions} partitions, it had {known.partitions} (KAIROS_PARTITIONS):"
            " a key's records would not meet in one worker; create it again, or choose another KAIROS_PREFIX"
        )
    return ""


class TopicWatch:
    """Compares topics with what was known of them at the start, by their names in the catalogue.

    It has a connection of its own, which is made again after a failure: whether a broker answers is watched
    by others.
    """

    def __init__(self, settings: Settings, topics: Mapping[str, TopicInfo]) -> None:
        self._settings = settings
        self._known = {settings.name(topic): info for topic, info in topics.items()}
        self._missing = dict.fromkeys(self._known, 0)
        self._connection = ExitStack()
        self._admin: Any = None

    async def run(self) -> None:
        """Check for ever, in a thread; raises TopicsChanged."""
        try:
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                await asyncio.to_thread(self.check)
        finally:
            self.close()

    def check(self) -> None:
        """Ask a broker once, and compare; raises TopicsChanged. Without an answer nothing is compared."""
        try:
            if self._admin is None:
                cluster = Cluster(self._settings.brokers, options=kafka_options(self._settings))
                self._admin = self._connection.enter_context(connect(cluster))
            rows = described(self._admin, list(self._known))
        except (KafkaError, TopicsError, OSError):
            self.close()
        else:
            self.compare({name: topic_info(row) for name, row in rows.items()})

    def compare(self, topics: Mapping[str, TopicInfo]) -> None:
        """Compare what a broker has now, by name on the broker; raises TopicsChanged."""
        for name, known in self._known.items():
            if (now := topics.get(name)) is None:
                self._missing[name] += 1
                if self._missing[name] >= GONE_AFTER:
                    raise TopicsChanged(f"topic {name} was deleted while this worker was running")
            elif text := difference(name, known, now):
                raise TopicsChanged(text)
            else:
                self._missing[name] = 0

    def close(self) -> None:
        """Close the connection; the next check makes another."""
        self._admin = None
        try:
            self._connection.close()
        except (KafkaError, TopicsError, OSError):
            self._connection = ExitStack()


@contextmanager
def watching(settings: Settings, topics: Mapping[str, TopicInfo]) -> Iterator[None]:
    """Watch topics in a thread while the block runs; what has changed ends the process with exit code 7."""
    watch = TopicWatch(settings, topics)
    done = threading.Event()

    def check_for_ever() -> None:
        while not done.wait(CHECK_SECONDS):
            try:
                watch.check()
            except TopicsChanged as error:
                if not done.is_set():
                    abort(exits.REFUSED, str(error))
        watch.close()

    threading.Thread(target=check_for_ever, name="topic-watch", daemon=True).start()
    try:
        yield
    finally:
        done.set()
