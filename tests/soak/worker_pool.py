"""Workers that get signals while they work, and are restarted."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from signal import Signals

from tests.integration.processes import HANG_SECONDS, looks
from tests.integration.workers import GRACE_SECONDS, WorkerProcess
from tests.soak.faults import ANY_TIME, KILL, NO_FENCE, ORDERS, STOP, TERM, Fault, Orders
from workers.runtime.process.exits import FENCED
from workers.runtime.process.fleet import BY_NAME
from workers.runtime.process.settings import Settings

POINT_SECONDS = 60.0  # a worker that has not reached the point of its code by then gets the signal anyway
RESUMED_SESSIONS = 2.0  # a resumed worker that still runs after so many sessions counts as going on
PAUSE_SESSIONS = (1.3, 2.5)  # sessions


def as_settings(name: str) -> Mapping[str, str]:
    """Every start of a worker is as the settings say."""
    return {}


class WorkerPool:
    """Processes of some workers, by index; those with an even index are static members of their groups.

    A worker that was paused and resumed ends by itself or goes on. `environment` is asked at each start for
    the variables of a kind of worker that differ from the settings.
    """

    def __init__(
        self,
        names: Iterable[str],
        settings: Settings,
        folder: Path,
        *,
        fence: bool = True,
        environment: Callable[[str], Mapping[str, str]] = as_settings,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._fence = {} if fence else {NO_FENCE: "1"}
        self._environment = environment
        self.hits: Counter[Fault] = Counter()
        self.stops: list[tuple[str, int, float]] = []  # worker, exit code, seconds from SIGTERM to its end
        self.resumed: Counter[tuple[str, int | None]] = Counter()  # worker, exit code (None: went on)
        self.deaths: list[tuple[str, int]] = []  # worker, exit code of those without a fault
        self._stopping_since: dict[int, float] = {}  # index: since when
        self._paused_until: dict[int, float] = {}  # index: until when
        self._resumed_at: dict[int, float] = {}  # index: since when
        self.running = {index: self._start(index, name) for index, name in enumerate(names)}

    def inject(self, faults: Iterable[Fault], random: Random, longest: float) -> None:
        """Carry out faults, 0.3 to `longest` seconds apart."""
        for fault in faults:
            self.watch(random.uniform(0.3, longest))
            self._hit(fault, random)
        self.watch_until(self.is_settled)

    def is_settled(self) -> bool:
        """Whether no worker is paused, just resumed or stopping."""
        return not (self._paused_until or self._stopping_since or self._resumed_at)

    def pause(self, pauses: Iterable[Fault], random: Random) -> None:
        """Pause workers, and return a second before the first of them is resumed."""
        for fault in pauses:
            self._hit(fault, random)
        wake = min(self._paused_until.values(), default=0.0)
        self.watch_until(lambda: time.monotonic() > wake - 1.0)

    def watch(self, seconds: float) -> None:
        """Let time pass; meanwhile resume workers whose pause is over, and restart those that have ended."""
        self.watch_until(lambda: False, seconds)

    def watch_until(self, condition: Callable[[], bool], seconds: float = HANG_SECONDS) -> bool:
        """Watch until a condition holds, for so long at most; whether it does."""
        for _ in looks(seconds):
            if condition():
                return True
            for index in self.running:
                self._check(index, time.monotonic())
        return False

    def stop_kind(self, name: str) -> list[int]:
        """Stop all workers of a kind, without a restart; their exit codes."""
        indexes = [index for index, worker in self.running.items() if worker.name == name]
        return [self.running.pop(index).stop()[0] for index in indexes]

    def stop(self) -> list[int]:
        """Stop all workers; their exit codes."""
        return [worker.stop()[0] for worker in self.running.values()]

    def kill_all(self) -> None:
        """Kill all workers that still run."""
        for worker in self.running.values():
            if worker.process.poll() is None:
                worker.kill()

    def logs(self) -> Mapping[str, str]:
        """The logs, by worker and index."""
        return {path.stem: path.read_text() for path in sorted(self._folder.glob("*-*.log"))}

    def _hit(self, fault: Fault, random: Random) -> None:
        self.watch_until(lambda: bool(self._candidates(fault)))
        index = random.choice(self._candidates(fault))
        if fault.point == ANY_TIME or not self._order(index, fault):
            fault = Fault(fault.worker, fault.signal)
            self.running[index].process.send_signal(fault.signal)
        self.hits[fault] += 1
        now = time.monotonic()
        if fault.signal == KILL:
            self.running[index].wait(5)
            self._restart(index)
        elif fault.signal == TERM:
            self._stopping_since[index] = now
        else:
            self._paused_until[index] = (
                now + random.uniform(*PAUSE_SESSIONS) * self._settings.kairos_session_seconds
            )

    def _candidates(self, fault: Fault) -> list[int]:
        """The running workers of the kind; for a pause, none while another worker of the kind is paused."""
        kind = [index for index, worker in self.running.items() if worker.name == fault.worker]
        if fault.signal == STOP and any(index in self._paused_until for index in kind):
            return []
        idle = self._paused_until.keys() | self._stopping_since.keys() | self._resumed_at.keys()
        return [index for index in kind if index not in idle and self.running[index].process.poll() is None]

    def _order(self, index: int, fault: Fault) -> bool:
        """Order a worker to signal itself at a point of its code; False when it does not reach the point."""
        orders = self._orders(index)
        orders.give(fault.point, fault.signal)
        return self.watch_until(lambda: not orders.pending(), POINT_SECONDS) or not orders.withdraw()

    def _check(self, index: int, now: float) -> None:
        worker = self.running[index]
        code = worker.process.poll()
        if code is not None:
            self._ended(index, worker.name, code, now)
        elif index in self._stopping_since and now - self._stopping_since[index] > GRACE_SECONDS:
            worker.kill()
        elif now >= self._paused_until.get(index, now + 1):
            del self._paused_until[index]
            self._resumed_at[index] = now
            worker.process.send_signal(Signals.SIGCONT)
        elif (
            now - self._resumed_at.get(index, now) > RESUMED_SESSIONS * self._settings.kairos_session_seconds
        ):
            del self._resumed_at[index]
            self.resumed[worker.name, None] += 1

    def _ended(self, index: int, name: str, code: int, now: float) -> None:
        if index in self._stopping_since:
            self.stops.append((name, code, now - self._stopping_since[index]))
        elif index in self._resumed_at:
            self.resumed[name, code] += 1
        else:
            self.deaths.append((name, code))
        self._restart(index)

    def _restart(self, index: int) -> None:
        for times in (self._stopping_since, self._paused_until, self._resumed_at):
            times.pop(index, None)
        self.running[index] = self._start(index, self.running[index].name)

    def _orders(self, index: int) -> Orders:
        return Orders(self._folder / f"{index}.orders")

    def _start(self, index: int, name: str) -> WorkerProcess:
        environment = {ORDERS: str(self._orders(index).file), **self._fence, **self._environment(name)}
        if index % 2 == 0 and BY_NAME[name].looped:
            environment["KAIROS_INSTANCE"] = f"{name}-{index}"
        log = self._folder / f"{name}-{index}.log"
        return WorkerProcess(name, self._settings, log, "tests.soak.worker", environment)


def fenced(resumed: Mapping[tuple[str, int | None], int]) -> int:
    """How many of the resumed workers ended because they were fenced."""
    return sum(count for (_, code), count in resumed.items() if code == FENCED)
