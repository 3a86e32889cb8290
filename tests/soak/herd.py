"""Workers that are hit while they work, and started again."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from signal import Signals

from tests.integration.workers import GRACE_SECONDS, WorkerProcess
from tests.soak.faults import ANY_TIME, KILL, NO_FENCE, ORDERS, STOP, TERM, Fault, Orders
from workers.runtime.process.exits import FENCED
from workers.runtime.process.fleet import BY_NAME
from workers.runtime.process.settings import Settings

POINT_SECONDS = 60.0  # so long may a worker take to come to the place of its code; then it is hit anyway
WAKING = 2.0  # sessions after which a worker that was paused and has not left goes on
PAUSE = (1.3, 2.5)  # sessions


class Herd:
    """Processes of some workers, by place; at even places they are static members of their groups.

    A worker that was paused leaves by itself or goes on.
    """

    def __init__(self, names: Iterable[str], settings: Settings, folder: Path, *, fence: bool = True) -> None:
        self._settings = settings
        self._folder = folder
        self._more = {} if fence else {NO_FENCE: "1"}
        self.hits: Counter[Fault] = Counter()
        self.stops: list[tuple[str, int, float]] = []  # worker, exit code, seconds from SIGTERM to its end
        self.woken: Counter[tuple[str, int | None]] = Counter()  # worker, exit code (None: went on)
        self.deaths: list[tuple[str, int]] = []  # worker, exit code of those that nobody has hit
        self._stopping: dict[int, float] = {}  # place: since when
        self._paused: dict[int, float] = {}  # place: until when
        self._awake: dict[int, float] = {}  # place: since when
        self.running = {place: self._start(place, name) for place, name in enumerate(names)}

    def strike(self, faults: Iterable[Fault], random: Random, longest: float) -> None:
        """Carry out faults, a few tenths to `longest` seconds after one another."""
        for fault in faults:
            self.watch(random.uniform(0.3, longest))
            self._hit(fault, random)
        self.watch_until(self.at_ease, 60.0)

    def at_ease(self) -> bool:
        """Whether nobody sleeps, wakes or is about to end."""
        return not (self._paused or self._stopping or self._awake)

    def lull(self, pauses: Iterable[Fault], random: Random) -> None:
        """Pause workers, and return a second before the first of them wakes."""
        for fault in pauses:
            self._hit(fault, random)
        wake = min(self._paused.values(), default=0.0)
        self.watch_until(lambda: time.monotonic() > wake - 1.0, 60.0)

    def watch(self, seconds: float) -> None:
        """Let time pass; wake who has slept long enough, start again who has ended."""
        self.watch_until(lambda: False, seconds)

    def watch_until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let time pass until a condition holds, for so long at most; whether it does."""
        end = time.monotonic() + seconds
        while not (found := condition()) and time.monotonic() < end:
            for place in self.running:
                self._look_after(place, time.monotonic())
            time.sleep(0.05)
        return found

    def take_out(self, name: str) -> list[int]:
        """Stop all workers of a kind for good; their exit codes."""
        places = [place for place, one in self.running.items() if one.name == name]
        return [self.running.pop(place).stop()[0] for place in places]

    def stop(self) -> list[int]:
        """Stop everybody; the exit codes."""
        return [one.stop()[0] for one in self.running.values()]

    def kill_all(self) -> None:
        """Leave nobody behind."""
        for one in self.running.values():
            if one.process.poll() is None:
                one.kill()

    def logs(self) -> Mapping[str, str]:
        """Everything that was said, by worker and place."""
        return {path.stem: path.read_text() for path in sorted(self._folder.glob("*-*.log"))}

    def _hit(self, fault: Fault, random: Random) -> None:
        self.watch_until(lambda: bool(self._victims(fault)), 60.0)
        place = random.choice(self._victims(fault))
        if fault.point == ANY_TIME or not self._order(place, fault):
            fault = Fault(fault.worker, fault.signal)
            self.running[place].process.send_signal(fault.signal)
        self.hits[fault] += 1
        now = time.monotonic()
        if fault.signal == KILL:
            self.running[place].wait(5)
            self._start_again(place)
        elif fault.signal == TERM:
            self._stopping[place] = now
        else:
            self._paused[place] = now + random.uniform(*PAUSE) * self._settings.kairos_session_seconds

    def _victims(self, fault: Fault) -> list[int]:
        """Who may be hit: one of the kind that works, and for a pause only while no other one sleeps."""
        kind = [place for place, one in self.running.items() if one.name == fault.worker]
        if fault.signal == STOP and any(place in self._paused for place in kind):
            return []
        idle = self._paused.keys() | self._stopping.keys() | self._awake.keys()
        return [place for place in kind if place not in idle and self.running[place].process.poll() is None]

    def _order(self, place: int, fault: Fault) -> bool:
        """Tell a worker to hurt itself at a place of its code; False when it does not come there."""
        orders = self._orders(place)
        orders.give(fault.point, fault.signal)
        return self.watch_until(lambda: not orders.pending(), POINT_SECONDS) or not orders.withdraw()

    def _look_after(self, place: int, now: float) -> None:
        one = self.running[place]
        code = one.process.poll()
        if code is not None:
            self._ended(place, one.name, code, now)
        elif place in self._stopping and now - self._stopping[place] > GRACE_SECONDS:
            one.kill()
        elif now >= self._paused.get(place, now + 1):
            del self._paused[place]
            self._awake[place] = now
            one.process.send_signal(Signals.SIGCONT)
        elif now - self._awake.get(place, now) > WAKING * self._settings.kairos_session_seconds:
            del self._awake[place]
            self.woken[one.name, None] += 1

    def _ended(self, place: int, name: str, code: int, now: float) -> None:
        if place in self._stopping:
            self.stops.append((name, code, now - self._stopping[place]))
        elif place in self._awake:
            self.woken[name, code] += 1
        else:
            self.deaths.append((name, code))
        self._start_again(place)

    def _start_again(self, place: int) -> None:
        for known in (self._stopping, self._paused, self._awake):
            known.pop(place, None)
        self.running[place] = self._start(place, self.running[place].name)

    def _orders(self, place: int) -> Orders:
        return Orders(self._folder / f"{place}.orders")

    def _start(self, place: int, name: str) -> WorkerProcess:
        more = {ORDERS: str(self._orders(place).file), **self._more}
        if place % 2 == 0 and BY_NAME[name].looped:
            more["KAIROS_INSTANCE"] = f"{name}-{place}"
        log = self._folder / f"{name}-{place}.log"
        return WorkerProcess(name, self._settings, log, "tests.soak.worker", more)


def fenced(woken: Mapping[tuple[str, int | None], int]) -> int:
    """How many of those that were woken left because of the fence."""
    return sum(count for (_, code), count in woken.items() if code == FENCED)
