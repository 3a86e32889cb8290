"""A group of `folding` workers under load: which worker has which partitions, and the expected states.

Partition p has 2**p keys, so the bits of a worker's number of keys are its partitions.
"""

import logging
import random
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from deploy.embedded.ports import free_ports
from tests.bench.measure import Measured, create, latest
from tests.integration.folding import CHANGELOG, INPUT, WORKER, State, StateCodec, fold
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import WorkerProcess
from workers.runtime.engine.state_header import unpack
from workers.runtime.process.clock import now_ms
from workers.runtime.process.exits import FENCED
from workers.runtime.process.settings import Settings, load

PAUSE_SECONDS, BURST, LONG_BURST = 0.01, 3, 15  # of the load: so many records after each pause
# kafka-python cannot decode Faust's metadata in the group
logging.getLogger("kafka.admin._groups").setLevel(logging.ERROR)


class FoldWorker(WorkerProcess):
    """One worker of the group; `instance` "" is a dynamic member."""

    def __init__(self, settings: Settings, instance: str, log: Path) -> None:
        port = free_ports(1)[0]
        own = settings.model_copy(update={"kairos_instance": instance, "kairos_metrics_port": port})
        super().__init__(WORKER, own, log, "tests.integration.folding")
        self.instance = instance
        self.measured = Measured(self.process, port)

    def held_partitions(self) -> int:
        """The partitions whose keys it has, as the bits of a number."""
        return int(self.measured.metric("kairos_keys"))

    def assignments(self) -> int:
        """How often it was assigned partitions and has recovered their states."""
        return self.log_text().count('"recovered"')


class FoldGroup:
    """A test's own topics, the load on them, and the workers; `running`: those the test has not ended."""

    def __init__(self, settings: Settings, folder: Path, burst: int) -> None:
        self.settings = settings
        self._burst = burst
        self.all_partitions = (1 << settings.kairos_partitions) - 1
        self.started: list[FoldWorker] = []
        self.running: list[FoldWorker] = []
        self._folder = folder
        self._sent = 0
        self._keys = [
            (part, b"%d-%d" % (part, n)) for part in range(settings.kairos_partitions) for n in range(2**part)
        ]
        self._wire = Wire(
            settings, KafkaProducer(bootstrap_servers=settings.brokers, enable_idempotence=True)
        )
        self._stop = threading.Event()
        self._load = threading.Thread(target=self._write, name="load")

    @classmethod
    @contextmanager
    def under_load(
        cls, services: Addressed, folder: Path, *, partitions: int, session: float, burst: int = BURST
    ) -> Iterator[Any]:
        """A group without workers; every key has a record when the block begins."""
        prefix = f"t{uuid.uuid4().hex[:8]}-"
        own = {"KAIROS_PREFIX": prefix, "KAIROS_PARTITIONS": str(partitions)}
        settings = load(services.environment() | own | {"KAIROS_SESSION_SECONDS": str(session)})
        create(settings, (INPUT, "dead-letters"))
        group = cls(settings, folder, burst)
        for partition, key in group._keys:
            group._send(partition, key)
        group._load.start()
        try:
            yield group
        finally:
            for worker in group.started:
                if worker.process.poll() is None:
                    worker.kill()
            group._end_load()
            group._wire.close()

    def start(self, *instances: str) -> list[FoldWorker]:
        """Start a worker for each instance."""
        started = []
        for instance in instances:
            started.append(FoldWorker(self.settings, instance, self._folder / f"{len(self.started)}.log"))
            self.started.append(started[-1])
        self.running += started
        return started

    def kill(self, worker: FoldWorker) -> None:
        """End a worker by SIGKILL."""
        self.running.remove(worker)
        worker.kill()

    def stop(self, worker: FoldWorker) -> int:
        """End a worker by SIGTERM; its exit code."""
        self.running.remove(worker)
        return worker.stop()[0]

    def restart_fenced(self) -> None:
        """Restart workers that ended as fenced, as a supervisor does; none may have ended otherwise."""
        for worker in list(self.running):
            if (code := worker.process.poll()) is not None:
                assert code == FENCED, worker.log_text()
                self.running.remove(worker)
                self.start(worker.instance)

    def is_balanced(self) -> bool:
        """Whether every partition has one worker, for the broker and in the workers' states."""
        self.restart_fenced()
        owned = [worker.held_partitions() for worker in self.running]
        return sum(owned) == self.all_partitions and sorted(owned) == sorted(self._assigned())

    def wait_balanced(self) -> None:
        """Wait until the workers share the partitions, or fail with their partitions."""
        try:
            until(self.is_balanced)
        except AssertionError:
            owned = [
                (worker.log.name, bin(worker.held_partitions()), worker.process.poll())
                for worker in self.running
            ]
            raise AssertionError(
                f"held {owned}, assigned {[bin(bits) for bits in self._assigned()]}"
            ) from None

    def differing(self) -> dict[bytes, tuple[State | None, State | None]]:
        """End the load, wait until all is read; the keys whose state is not the fold of their records."""
        self._end_load()
        until(self._all_read)
        expected: dict[bytes, State] = {}
        for raw in self._wire.records(INPUT):
            assert raw.key is not None
            assert raw.value is not None
            expected[raw.key] = fold(expected.get(raw.key), raw.value)
        decode = StateCodec().decode
        actual = {key: decode(unpack(stored)[1]) for key, stored in latest(self.settings, CHANGELOG).items()}
        keys = expected.keys() | actual.keys()
        return {
            key: (expected.get(key), actual.get(key))
            for key in sorted(keys)
            if expected.get(key) != actual.get(key)
        }

    def _all_read(self) -> bool:
        self.restart_fenced()
        return self._wire.lag({WORKER: [INPUT]}) == 0

    def _assigned(self) -> Iterable[int]:
        """The partitions of each member of the group, as bits; empty unless the group is stable."""
        name = self.settings.name(WORKER)
        with closing(KafkaAdminClient(bootstrap_servers=self.settings.brokers)) as admin:
            group = admin.describe_groups([name])[name]
        if group["group_state"] != "Stable":
            return
        for member in group["members"]:
            topics = {
                row["topic"]: row["partitions"] for row in member["member_assignment"]["assigned_partitions"]
            }
            yield sum(1 << partition for partition in topics.get(self.settings.name(INPUT), ()))

    def _write(self) -> None:
        draw = random.Random(1)
        while not self._stop.wait(PAUSE_SECONDS):
            for partition, key in draw.choices(self._keys, k=self._burst):
                self._send(partition, key)

    def _send(self, partition: int, key: bytes) -> None:
        self._sent += 1
        self._wire.send(INPUT, key, b"%d" % self._sent, [], now_ms(), partition)

    def _end_load(self) -> None:
        self._stop.set()
        if self._load.ident is not None:
            self._load.join()
        self._wire.producer.flush()
