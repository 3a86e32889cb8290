"""Where the CPU time of a process goes: its threads' stacks, sampled some hundred times a second.

Each sample adds the CPU time of a thread since the last one to the function that it is in. So waiting costs
nothing, and functions that are called often are not slowed down, as a tracing profiler would do.
"""

import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

from tests.bench import meter
from workers.runtime.metrics.records import RECORDS_IN

FILE = "BENCH_PROFILE"  # the variable that names the file of the profile
EVERY_SECONDS, SAVED_SECONDS = 0.005, 0.5
ROOT = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """CPU seconds in a function, and in it with all that it calls."""

    function: str
    own: float
    whole: float


class Sampler:
    """Samples all threads but its own, once `begun` is true, until `stop`.

    Functions of C count for the Python function that calls them, and so the event loop's own work for the
    one that runs the loop. The costs are written to `file` twice a second.
    """

    def __init__(self, begun: Callable[[], bool] = lambda: True, file: Path | None = None) -> None:
        self._begun, self._file = begun, file
        self._own: dict[CodeType, float] = defaultdict(float)
        self._whole: dict[CodeType, float] = defaultdict(float)
        self._used: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self._thread.start()

    def stop(self) -> list[Cost]:
        """End, and return the costs."""
        self._stop.set()
        self._thread.join()
        return self.costs()

    def costs(self) -> list[Cost]:
        """The functions seen so far, those with the most time of their own first."""
        costs = [Cost(name(code), self._own.get(code, 0.0), whole) for code, whole in self._whole.items()]
        return sorted(costs, key=lambda cost: -cost.own)

    def _run(self) -> None:
        saved = time.monotonic()
        while not self._stop.wait(EVERY_SECONDS):
            if not self._begun():
                continue
            self._begun = lambda: True
            self._sample()
            if self._file is not None and time.monotonic() - saved > SAVED_SECONDS:
                self._save(self._file)
                saved = time.monotonic()

    def _sample(self) -> None:
        ours = {self._thread.ident} | {t.ident for t in threading.enumerate() if t.name == meter.THREAD}
        for ident, frame in sys._current_frames().items():
            if ident not in ours and (spent := self._spent(ident)) > 0:
                self._add(frame, spent)

    def _spent(self, ident: int) -> float:
        try:
            now = time.clock_gettime(time.pthread_getcpuclockid(ident))
        except OSError:  # the thread has ended meanwhile
            return 0.0
        before, self._used[ident] = self._used.get(ident, now), now
        return now - before

    def _add(self, frame: FrameType | None, spent: float) -> None:
        assert frame is not None
        self._own[frame.f_code] += spent
        stack: set[CodeType] = set()
        while frame is not None:
            stack.add(frame.f_code)
            frame = frame.f_back
        for code in stack:
            self._whole[code] += spent

    def _save(self, file: Path) -> None:
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(self.costs()))
        draft.rename(file)


def name(code: CodeType) -> str:
    """A function's name and where it is, such as `Round.step workers/runtime/engine/round.py:80`."""
    file = code.co_filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
    if file.startswith("/"):
        file = "/".join(Path(file).parts[-2:])
    return f"{code.co_qualname} {file}:{code.co_firstlineno}"


def start() -> None:
    """In a worker: profile from the first record on into the file that BENCH_PROFILE names, if it does."""
    if path := os.environ.get(FILE):
        Sampler(lambda: meter.total(RECORDS_IN) > 0, Path(path))


def load(file: Path) -> list[Cost]:
    """The costs that a worker has saved."""
    return [Cost(*row) for row in json.loads(file.read_text())]
