"""Two captures of one source, seen from outside: the leader is killed or stands still while changes come."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.integration.capturing import Product, eventually
from tests.integration.processes import until
from tests.integration.workers import WorkerProcess
from tests.soak.capture_faults import Writing
from tests.soak.capture_outcome import differences
from tests.soak.capture_process import AT_WORK
from tests.soak.random_changes import RandomChanges
from workers.capture.position import TOPIC
from workers.capture.topic_scan import reading
from workers.product.sources import load_sources
from workers.runtime.kafka.reader import Reader

STANDBY = "standing by"
PER_SECOND = 300
WATCHED = "users"  # one of the topics into which whoever leads writes at least its watermarks
SETTLE_SECONDS = 0.5  # in which what the broker has received before is in its topics

Ends = dict[str, dict[int, int]]  # by topic and partition


class Pause(NamedTuple):
    """A leader that stood still: the ends of all topics before it was woken and behind, and its exit code."""

    before: Ends
    after: Ends
    code: int


class TwoCaptures:
    """A leader at work and one that stands by; `changes` come from outside."""

    def __init__(self, shop: Product, folder: Path) -> None:
        self._shop = shop
        self._folder = folder
        self._settings = shop.settings.model_copy(update={"kairos_metrics_port": 0})
        self._all: list[WorkerProcess] = []
        self.leader = self._start()
        self._wait(self.leader, *AT_WORK)
        self.second = self._start_second()

    def kill_leader(self) -> float:
        """Seconds from the leader's end until the second has written. That leads then, a new one waits."""
        with reading(self._settings) as reader:
            self.leader.kill()
            killed_at = time.monotonic()
            time.sleep(SETTLE_SECONDS)
            ends = reader.ends(WATCHED)
            until(lambda: reader.ends(WATCHED) != ends)
            seconds = time.monotonic() - killed_at
        self._replace()
        return seconds

    def pause_leader(self, seconds: float) -> Pause:
        """Let the leader stand still for so long, and wake it while the second, which leads, stands still.

        So nobody but the old leader can write between the two looks at the topics.
        """
        old = self.leader
        os.kill(old.process.pid, signal.SIGSTOP)
        end = time.monotonic() + seconds
        self._wait(self.second, *AT_WORK)
        time.sleep(max(0.0, end - time.monotonic()))
        with reading(self._settings) as reader, stopped(self.second):
            time.sleep(SETTLE_SECONDS)
            before = self._ends(reader)
            os.kill(old.process.pid, signal.SIGCONT)
            code = old.wait()
            time.sleep(SETTLE_SECONDS)
            after = self._ends(reader)
        self._replace()
        return Pause(before, after, code)

    def close(self) -> None:
        """Kill all."""
        for each in self._all:
            each.kill()

    def _replace(self) -> None:
        self.leader = self.second
        self._wait(self.leader, *AT_WORK)
        self.second = self._start_second()

    def _start(self) -> WorkerProcess:
        log = self._folder / f"capture-{len(self._all)}.log"
        self._all.append(WorkerProcess("capture", self._settings, log))
        return self._all[-1]

    def _start_second(self) -> WorkerProcess:
        second = self._start()
        self._wait(second, STANDBY)
        return second

    def _wait(self, worker: WorkerProcess, *words: str) -> None:
        def has_said() -> bool:
            assert worker.process.poll() is None, worker.log_text()
            return any(word in worker.log_text() for word in words)

        eventually(has_said, f"{words} in the log of a capture")

    def _ends(self, reader: Reader) -> Ends:
        topics = (*load_sources(self._settings.kairos_sources).topics, TOPIC, "dead-letters")
        return {topic: reader.ends(topic) for topic in topics}


@contextmanager
def stopped(worker: WorkerProcess) -> Iterator[None]:
    """A worker that stands still, for less than its session."""
    os.kill(worker.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker.process.pid, signal.SIGCONT)


@contextmanager
def under_load(shop: Product, folder: Path, seed: int) -> Iterator[tuple[TwoCaptures, random.Random]]:
    """Two captures while changes come; behind the block the topics must become the collections."""
    changes = RandomChanges(shop.db, seed)
    changes.make(500)
    captures = TwoCaptures(shop, folder)
    try:
        with Writing(changes, PER_SECOND):
            yield captures, random.Random(seed)
        eventually(lambda: not differences(shop), "the collections in the topics")
    finally:
        captures.close()
