"""Signals: what facts are worth as time passes, one row each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from typing import Any, NamedTuple

from schemas.profile.timely import DAY_MS, LEAST_WEIGHT, SPEND
from workers.people.state import Attended, Kept, OnJob, Ordered

KEPT = 5  # words of a signal
OPINIONS: Mapping[str | None, float] = {"applied": 0.5, "saved": 0.4, "rejected": -0.3}  # seeds/job-feed.md
LEAST_LOOK, LONGEST_LOOK, LOOK_SECONDS = 0.1, 0.4, 300  # of a viewed job: seconds / 300, between the two


class Facts(NamedTuple):
    """The dated facts of a person that are not after a time, each kind by date, then id."""

    events: Sequence[Attended]
    jobs: Sequence[OnJob]
    orders: Sequence[Ordered]


class Signal(NamedTuple):
    """Its name, its half-life, the facts it comes from, the words that each is about, and its weight."""

    name: str
    half_life_days: float
    facts: Callable[[Facts], Sequence[Any]]
    words: Callable[[Any], Iterable[str | None]]
    weight: Callable[[Any], float]


def once(fact: Any) -> float:
    """Every attended event weighs the same."""
    return 1.0


def interest(job: OnJob) -> float:
    """What was done with a job, as interest in its tags."""
    if job.kind == "viewed":
        return min(LONGEST_LOOK, max(LEAST_LOOK, job.seconds / LOOK_SECONDS))
    return OPINIONS.get(job.kind, 0.0)


def paid(order: Ordered) -> float:
    """What an order cost."""
    return order.amount or 0.0


def events(facts: Facts) -> Sequence[Attended]:
    """Events that were attended."""
    return facts.events


SIGNALS: tuple[Signal, ...] = (
    Signal("cuisine", 180, events, lambda event: event.cuisine, once),
    Signal("event_type", 180, events, lambda event: (event.event_type,), once),
    Signal("host", 180, events, lambda event: (event.host,), once),
    Signal("venue", 180, events, lambda event: (event.venue,), once),
    Signal("neighborhood", 180, events, lambda event: (event.neighborhood,), once),
    Signal("job_tag", 30, lambda facts: facts.jobs, lambda job: job.tags, interest),
    Signal(SPEND, 90, lambda facts: facts.orders, lambda order: (SPEND,), paid),
)


def facts_of(kept: Kept, past: list[Attended], as_of: int) -> Facts:
    """The dated facts not after a time (epoch milliseconds), in order."""
    jobs = sorted(
        [
            (job.at, key)
            for key, job in kept.jobs.items()
            if job.tags and job.at is not None and job.at <= as_of
        ]
    )
    orders = [
        order for order in kept.orders.values() if order.amount and order.at is not None and order.at <= as_of
    ]
    return Facts(
        [event for event in past if event.date is not None], [kept.jobs[key] for _, key in jobs], orders
    )


def decays(facts: Facts) -> dict[str, dict[str, Any]]:
    """Every signal that says something, as of its latest fact; see `schemas.profile.Decay`."""
    found = {}
    for signal in SIGNALS:
        some = signal.facts(facts)
        decay = decay_of(signal, some) if some else None
        if decay is not None:
            found[signal.name] = decay
    return found


def decay_of(signal: Signal, facts: Sequence[Any]) -> dict[str, Any] | None:
    """The sum of weight · 2^(−(at − its time) / half-life) of each word, heaviest first, the first KEPT."""
    times: list[int] = [fact.date if isinstance(fact, Attended) else fact.at for fact in facts]  # type: ignore[misc]
    at, half_life = max(times), signal.half_life_days * DAY_MS
    terms: dict[str, list[float]] = {}
    for fact, time in zip(facts, times, strict=True):
        for word in signal.words(fact):
            if word:
                terms.setdefault(word, []).append(signal.weight(fact) * 2.0 ** ((time - at) / half_life))
    sums = [(fsum(each), word) for word, each in terms.items()]
    heavy = [one for one in sums if one[0] > LEAST_WEIGHT]
    if not heavy:
        return None
    heavy.sort(key=lambda one: -one[0])  # stable: the first occurrence decides
    return {
        "half_life_days": signal.half_life_days,
        "at": at,
        "values": {word: value for value, word in heavy[:KEPT]},
    }
