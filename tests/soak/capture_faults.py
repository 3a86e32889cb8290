"""Capture under random changes, SIGKILLs and outages: at rest the topics equal the collections."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded import Services
from tests.integration.capturing import Product, product
from tests.soak.capture_outcome import differences
from tests.soak.capture_process import CaptureProcess
from tests.soak.load import Turns
from tests.soak.random_changes import RandomChanges
from tests.standins.proxy import Proxy

KILL, KAFKA, MONGO = "SIGKILL", "Kafka away", "MongoDB away"
TURN_SECONDS = 0.1
PATIENT_SECONDS = 600.0  # until the topics are equal, on a busy machine
DELETED_SHARE = 0.9  # what is deleted while nobody reads is much of a small topic, and is meant


@dataclass(frozen=True)
class CapturePlan:
    """A run: at least so many changes, `kills`, and so many `outages` of Kafka and of MongoDB each.

    A fault comes up to `longest` seconds after capture has begun to read; an outage takes up to `away`
    seconds. `lost` changes are made while capture is down and their history is thrown away; the captures
    that read everything anew are killed `lost_kills` times.
    """

    seed: int
    changes: int
    kills: int
    outages: int
    per_second: int
    lost: int
    lost_kills: int
    longest: float = 3.0
    away: float = 12.0
    session: float = 4.0


@dataclass
class CaptureResult:
    """What happened: the faults, changes, starts, unasked ends by exit code, and what differed at rest."""

    seed: int
    hits: Counter[str] = field(default_factory=Counter)
    changes: int = 0
    documents: int = 0
    starts: int = 0
    ends: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    different: list[str] = field(default_factory=list)
    different_after_loss: list[str] = field(default_factory=list)
    epochs: tuple[int, int] = (0, 0)  # before the history was lost, and at the end

    def line(self) -> str:
        """The run in one line."""
        faults = ", ".join(f"{count} × {name}" for name, count in sorted(self.hits.items()))
        ends = ", ".join(f"{count} with {code}" for code, count in sorted(self.ends.items())) or "none"
        return (
            f"seed {self.seed}: {self.changes:,} changes, {self.documents:,} documents in the end, {faults}; "
            f"{self.starts} starts, ended unasked: {ends}; epochs {self.epochs}; {self.seconds:.0f} s"
        )


class Writing(Turns):
    """So many changes a second while it is open."""

    def __init__(self, changes: RandomChanges, per_second: int) -> None:
        super().__init__()
        self._changes = changes
        self._per_turn = max(1, int(per_second * TURN_SECONDS))

    def turn(self) -> None:
        """Make the changes of a turn, and wait until the next."""
        began = time.monotonic()
        self._changes.make(self._per_turn)
        self._stop.wait(max(0.0, TURN_SECONDS - (time.monotonic() - began)))


class CaptureRun:
    """One run over a product whose MongoDB is behind a proxy."""

    def __init__(
        self, services: Services, proxy: Proxy, shop: Product, plan: CapturePlan, folder: Path
    ) -> None:
        self._services, self._proxy, self._shop, self._plan = services, proxy, shop, plan
        self._dice = random.Random(plan.seed)
        self._capture = CaptureProcess(shop.settings, folder)
        self._changes = RandomChanges(shop.db, plan.seed)
        self.result = CaptureResult(plan.seed)

    def run(self) -> CaptureResult:
        """All faults under load, then rest; then the loss of history, and rest."""
        began, result, plan = time.monotonic(), self.result, self._plan
        self._changes.make(plan.changes // 10)
        with self._capture:
            with Writing(self._changes, plan.per_second):
                for fault in self._faults():
                    self._hit(fault)
            self._changes.make(max(0, plan.changes - self._changes.made))
            result.different = self._differences_at_rest()
            before = self._shop.positions()[-1].epoch
            self._lose_history()
            result.different_after_loss = self._differences_at_rest()
            result.epochs = before, self._shop.positions()[-1].epoch
        result.changes, result.starts = self._changes.made, self._capture.starts
        result.documents = self._changes.documents()
        result.ends, result.seconds = Counter(self._capture.ends), time.monotonic() - began
        return result

    def _faults(self) -> list[str]:
        faults = [KILL] * self._plan.kills + [KAFKA, MONGO] * self._plan.outages
        self._dice.shuffle(faults)
        return faults

    def _hit(self, fault: str) -> None:
        """One fault, some time after capture has begun to read."""
        self._until_at_work()
        self._capture.watch(self._dice.uniform(0.0, self._plan.longest))
        if fault == KILL:
            self._capture.kill()
            self._capture.start()
        else:
            stop, start = self._outage(fault)
            stop()
            self._capture.watch(self._dice.uniform(self._plan.away / 4, self._plan.away))
            start()
        self.result.hits[fault] += 1

    def _outage(self, fault: str) -> tuple[Callable[[], None], Callable[[], None]]:
        """What begins and what ends an outage; half of those of Kafka begin by a SIGKILL."""
        if fault == MONGO:
            return self._proxy.cut, self._proxy.open
        gently = self._dice.random() < 0.5
        return (
            lambda: self._services.stop_one("kafka", gently=gently),
            lambda: self._services.start_one("kafka"),
        )

    def _lose_history(self) -> None:
        """Changes that nobody reads, whose history is gone, and kills of those who read everything anew."""
        self._capture.kill()
        self._changes.make(self._plan.lost)
        self._shop.db.client.admin.command("trimOplog", 0)
        self._capture.start()
        with Writing(self._changes, self._plan.per_second):
            for _ in range(self._plan.lost_kills):
                self._until_at_work()
                self._capture.watch(self._dice.uniform(0.0, self._plan.longest / 2))
                self._capture.kill()
                self._capture.start()
                self.result.hits[f"{KILL} after the loss"] += 1

    def _until_at_work(self) -> None:
        assert self._capture.watch_until(self._capture.is_at_work), self._capture.log_text()

    def _differences_at_rest(self) -> list[str]:
        """Wait until nothing differs; what still does when the time is over."""
        self._capture.watch_until(lambda: not differences(self._shop), PATIENT_SECONDS)
        return differences(self._shop)


def run(services: Services, plan: CapturePlan, folder: Path) -> CaptureResult:
    """A run with a product of its own."""
    port = int(services.mongo_url.rpartition(":")[2])
    with (
        Proxy(port) as proxy,
        product(
            services,
            folder,
            kairos_session_seconds=plan.session,
            kairos_max_deleted_share=DELETED_SHARE,
        ) as shop,
    ):
        url = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
        shop.settings = shop.settings.model_copy(update={"mongo_url": url})
        return CaptureRun(services, proxy, shop, plan, folder).run()


def check(result: CaptureResult, plan: CapturePlan) -> None:
    """Nothing differs, all faults were carried out, and the loss of history began a new epoch."""
    assert result.different == []
    assert result.different_after_loss == []
    assert result.changes >= plan.changes
    planned = {KILL: plan.kills, KAFKA: plan.outages, MONGO: plan.outages}
    assert result.hits == Counter(planned) + Counter({f"{KILL} after the loss": plan.lost_kills})
    assert result.epochs[1] > result.epochs[0]
