"""Runs in which workers are only paused, past their sessions, with the fence and without."""

from tests.soak.faults import OUTPUTS, PAUSES, STEPPED, STOP, Fault, Mix
from tests.soak.kills import Plan

AT_POINTS = Mix(PAUSES, at_point=1.0, points=(STEPPED, OUTPUTS))
LAST = (Fault("route", STOP, OUTPUTS), Fault("people", STOP, STEPPED))


def plan(seed: int, pauses: int, *, fence: bool, people: int = 300) -> Plan:
    """So many pauses of both kinds of worker, and one more of each, before or after the outputs of a round.

    Few people and much load, so that the successor has records of every person of the paused worker.
    """
    workers = {"route": 2, "people": 2}
    hits = dict.fromkeys(workers, pauses) if pauses else {}
    return Plan(
        seed,
        hits,
        workers,
        AT_POINTS,
        longest=1.5,
        people=people,
        per_second=people * 5 // 6,
        backlog=people * 20 // 3,
        fence=fence,
        last=LAST,
    )
