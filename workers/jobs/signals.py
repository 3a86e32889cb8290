"""Applies a signal to the state of its job: counts, decaying sums, and the weights of pairs. Pure.

Only the job's own side of a pair is touched: a signal of weight w at a time t adds min(w, weight) at t for
each of the person's other jobs. As in TencentRec (SIGMOD 2015), the count of an item and those of its pairs
are kept apart, and each event updates both. A weight that is not positive says nothing of a pair.

| kind | what is counted |
|---|---|
| `seconds-bounded` | seconds below zero, or more than a day, count as the nearest that can be |
| `no-time` | a signal without a time counts in the totals, and in nothing that decays |
| `unmatched` | a signal is taken back that is not counted here; no count goes below zero |
"""

import math
from collections.abc import Iterable
from operator import itemgetter

from schemas.jobs import JobSignal, OtherJob
from schemas.model import to_epoch_ms
from workers.jobs.decay import growth, half_lives, raised
from workers.jobs.state import JobState
from workers.recommend.policy import DAY_MS
from workers.runtime.stage import Irregularity

MAX_SECONDS = 86_400.0  # of one view
AHEAD_MS = DAY_MS  # how far the time of a signal may be ahead of its record's
KEPT_NEIGHBOURS = 100  # of a job, after there were more than MOST_NEIGHBOURS: the heaviest
MOST_NEIGHBOURS = 120
ROUNDING = 1e-9  # share of a value that is taken back, below which the remainder is what rounding left
WEIGHT_AND_ID = itemgetter(1, 0)
SECONDS_BOUNDED, NO_TIME, UNMATCHED = map(Irregularity, ("seconds-bounded", "no-time", "unmatched"))


def apply_signal(state: JobState, signal: JobSignal, read_at: int, half_life: int) -> list[Irregularity]:
    """Add a signal to a state, or take it back; what is counted of it.

    `read_at` is the time of the record. Raises ValueError for a signal of a later day than that.
    """
    sign = -1 if signal.retracted else 1
    seconds = bounded_seconds(signal)
    counted = [] if seconds == signal.seconds or signal.kind != "viewed" else [SECONDS_BOUNDED]
    at = None if signal.at is None else to_epoch_ms(signal.at)
    if at is not None and at > read_at + AHEAD_MS:
        raise ValueError(f"the signal's time {signal.at} is more than a day ahead of its record's")
    totals = state.totals
    count = getattr(totals, signal.kind) + sign
    if count < 0:
        counted.append(UNMATCHED)
    setattr(totals, signal.kind, max(0, count))
    totals.seconds = added(totals.seconds, sign * seconds)
    state.heard_at = max(read_at, state.heard_at or read_at)
    if at is None:
        counted.append(NO_TIME)
    else:
        apply_decaying(state, signal, sign, seconds, at, half_life)
    return counted


def bounded_seconds(signal: JobSignal) -> float:
    """The seconds of a view, at least 0 and at most MAX_SECONDS; 0 of any other signal."""
    return min(max(0.0, signal.seconds), MAX_SECONDS) if signal.kind == "viewed" else 0.0


def apply_decaying(
    state: JobState, signal: JobSignal, sign: int, seconds: float, at: int, half_life: int
) -> None:
    """Add a signal of a time to all that decays; `sign` is -1 to take it back."""
    set_half_life(state, half_life)
    if state.as_of is None:
        state.exponent = half_lives(at, half_life)
    elif (exponent := raised(state.exponent, at, half_life)) != state.exponent:
        scale(state, math.ldexp(1.0, state.exponent - exponent), exponent)
    factor = sign * growth(at, half_life, state.exponent)
    sums = state.sums
    if signal.kind != "ignored":
        setattr(sums, signal.kind, added(getattr(sums, signal.kind), factor))
    sums.seconds = added(sums.seconds, factor * seconds)
    if signal.weight > 0:
        sums.interest = added(sums.interest, factor * signal.weight)
        add_pairs(state, signal.weight, signal.others, factor)
    state.as_of = at if state.as_of is None else max(at, state.as_of)


def added(total: float, value: float) -> float:
    """The sum; zero where only what rounding left would remain of it, or less."""
    result = total + value
    return result if value >= 0 or result > -value * ROUNDING else 0.0


def add_pairs(state: JobState, weight: float, others: Iterable[OtherJob], factor: float) -> None:
    """Add the weights of the pairs with other jobs; more than MOST_NEIGHBOURS are cut to the heaviest.

    Weights of different times can be compared as they are stored, so the cut does not depend on when it is
    made. A pair that was cut begins anew, and to take it back changes nothing.
    """
    neighbours = state.neighbours
    for other in others:
        if other.weight <= 0 or other.job_id == state.job_id:
            continue
        total = added(neighbours.get(other.job_id, 0.0), factor * min(weight, other.weight))
        if total > 0:
            neighbours[other.job_id] = total
        else:
            neighbours.pop(other.job_id, None)
    if len(neighbours) > MOST_NEIGHBOURS:
        state.neighbours = dict(heaviest(neighbours, KEPT_NEIGHBOURS))


def heaviest(neighbours: dict[str, float], count: int) -> list[tuple[str, float]]:
    """So many of the neighbours, heaviest first; of equal ones the later id."""
    return sorted(neighbours.items(), key=WEIGHT_AND_ID, reverse=True)[:count]


def set_half_life(state: JobState, half_life: int) -> None:
    """Go on with another half-life; what there is keeps the worth that it has at `as_of`."""
    if state.half_life != half_life:
        if state.as_of is not None:
            exponent = half_lives(state.as_of, half_life)
            worth = 1 / growth(state.as_of, state.half_life, state.exponent)
            scale(state, worth * growth(state.as_of, half_life, exponent), exponent)
        state.half_life = half_life


def scale(state: JobState, factor: float, exponent: int) -> None:
    """Multiply all sums, which have another exponent then."""
    sums = state.sums
    for name in sums.__struct_fields__:
        setattr(sums, name, getattr(sums, name) * factor)
    state.neighbours = {
        job: weight * factor for job, weight in state.neighbours.items() if weight * factor > 0
    }
    state.exponent = exponent
