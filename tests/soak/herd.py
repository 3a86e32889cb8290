"""Workers that are killed at random times and started again at once."""

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.integration.workers import WorkerProcess
from workers.process.settings import Settings


class Herd:
    """Processes of some workers, by place; `deaths` holds those that ended though nobody killed them."""

    def __init__(self, names: list[str], settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self.running = {place: self._start(place, name) for place, name in enumerate(names)}
        self.kills: dict[str, int] = {}
        self.deaths: list[tuple[str, int]] = []

    def kill_some(self, names: Sequence[str], kills: int, random: Random, longest: float) -> None:
        """Kill each kind of worker `kills` times, a few tenths to `longest` seconds after one another."""
        left = [name for name in names for _ in range(kills)]
        random.shuffle(left)
        for name in left:
            self.watch(random.uniform(0.3, longest))
            place = random.choice([p for p, one in self.running.items() if one.name == name])
            self.running[place].kill()
            self.kills[name] = self.kills.get(name, 0) + 1
            self.running[place] = self._start(place, name)

    def watch(self, seconds: float) -> None:
        """Let time pass; whoever ends by itself is noted and started again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for place, one in self.running.items():
                if (code := one.process.poll()) is not None:
                    self.deaths.append((one.name, code))
                    self.running[place] = self._start(place, one.name)
            time.sleep(0.1)

    def stop(self) -> list[int]:
        """Stop everybody; the exit codes."""
        return [one.stop()[0] for one in self.running.values()]

    def kill_all(self) -> None:
        """Leave nobody behind."""
        for one in self.running.values():
            if one.process.poll() is None:
                one.kill()

    def said(self) -> str:
        """Everything that was said."""
        return "\n".join(path.read_text() for path in sorted(self._folder.glob("*.log")))

    def _start(self, place: int, name: str) -> WorkerProcess:
        return WorkerProcess(name, self._settings, self._folder / f"{name}-{place}.log")
