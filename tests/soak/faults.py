"""The faults of a run: which workers get which signal, at which point of their code; drawn by seed."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from signal import Signals

# variables that tests/soak/worker.py reads
ORDERS, NO_FENCE, CLOCK, TOPIC_ORDER = "SOAK_ORDERS", "SOAK_NO_FENCE", "SOAK_CLOCK", "SOAK_TOPIC_ORDER"
ANY_TIME = ""
STEPPED, OUTPUTS = "stepped", "outputs"  # before the outputs are written; after them, before the states
SCANNED = "scanned"  # when capture has read a whole collection
KILL, TERM, STOP = Signals.SIGKILL, Signals.SIGTERM, Signals.SIGSTOP
ALL_KINDS = {KILL: 0.6, TERM: 0.2, STOP: 0.2}
PAUSES = {STOP: 1.0}


@dataclass(frozen=True)
class Fault:
    """One signal for a worker of a kind, at a point of its code or at any time."""

    worker: str
    signal: Signals
    point: str = ANY_TIME


@dataclass(frozen=True)
class Mix:
    """Shares of the signals; a share of each of them (at least one) is sent at one of the points, in turn."""

    shares: Mapping[Signals, float]
    at_point: float = 1 / 3
    points: tuple[str, ...] = (OUTPUTS,)


def draw(hits: Mapping[str, int], mix: Mix, random: Random) -> list[Fault]:
    """So many faults for each kind of worker, in a random order; each signal has at least one."""
    faults = [
        fault
        for worker, count in hits.items()
        for signal, count_of_signal in counts(count, mix.shares).items()
        for fault in at_points(worker, signal, count_of_signal, mix)
    ]
    random.shuffle(faults)
    return faults


def counts(total: int, shares: Mapping[Signals, float]) -> dict[Signals, int]:
    """How often each signal is sent; the first gets the remainder of the rounding."""
    first, *other_signals = shares
    following = {signal: max(1, round(total * shares[signal])) for signal in other_signals}
    return {first: total - sum(following.values()), **following}


def at_points(worker: str, signal: Signals, count: int, mix: Mix) -> list[Fault]:
    """So many faults of one signal, the first of them at points."""
    chosen = math.ceil(count * mix.at_point)
    return [
        Fault(worker, signal, mix.points[n % len(mix.points)] if n < chosen else ANY_TIME)
        for n in range(count)
    ]


class Orders:
    """A file that orders a worker to signal itself: "POINT SIGNAL". It deletes the file just before."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def give(self, point: str, signal: Signals) -> None:
        """Order a signal at a point."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{point} {signal.name}")
        draft.rename(self.file)

    def pending(self) -> bool:
        """Whether the worker has not reached the point yet."""
        return self.file.exists()

    def withdraw(self) -> bool:
        """Withdraw the order; False when it was carried out meanwhile."""
        try:
            self.file.unlink()
        except FileNotFoundError:
            return False
        return True

    def obey(self, point: str) -> None:
        """In the worker: signal this process if that is ordered for this point."""
        try:
            ordered_point, _, name = self.file.read_text().partition(" ")
        except FileNotFoundError:
            return
        if ordered_point == point and self.withdraw():
            os.kill(os.getpid(), Signals[name])
