"""Signals: what facts are worth as time passes, one row each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from operator import attrgetter, itemgetter
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


DATE: Mapping[type, Callable[[Any], int]] = {
    Attended: attrgetter("date"),
    OnJob: attrgetter("at"),
    Ordered: attrgetter("at"),
}


class Signal(NamedTuple):
    """Its name, its half-life, the facts it comes from, their word or words, and their weight (None: 1)."""

    name: str
    half_life_days: float
    facts: str
    words: Callable[[Any], str | Iterable[str] | None]
    weight: Callable[[Any], float] | None = None


def interest(job: OnJob) -> float:
    """What was done with a job, as interest in its tags."""
    if job.kind == "viewed":
        return min(LONGEST_LOOK, max(LEAST_LOOK, job.seconds / LOOK_SECONDS))
    return OPINIONS.get(job.kind, 0.0)


def paid(order: Ordered) -> float:
    """What an order cost."""
    return order.amount or 0.0


SIGNALS: tuple[Signal, ...] = (
    Signal("cuisine", 180, "events", attrgetter("cuisine")),
    Signal("event_type", 180, "events", attrgetter("event_type")),
    Signal("host", 180, "events", attrgetter("host")),
    Signal("venue", 180, "events", attrgetter("venue")),
    Signal("neighborhood", 180, "events", attrgetter("neighborhood")),
    Signal("job_tag", 30, "jobs", attrgetter("tags"), interest),
    Signal(SPEND, 90, "orders", lambda order: SPEND, paid),
)


def facts_of(kept: Kept, past: list[Attended], as_of: int) -> Facts:
    """The dated facts not after a time (epoch milliseconds), in order."""
    jobs = [
        (job.at, key) for key, job in kept.jobs.items() if job.tags and job.at is not None and job.at <= as_of
    ]
    orders = [
        order for order in kept.orders.values() if order.amount and order.at is not None and order.at <= as_of
    ]
    dated = [event for event in past if event.date is not None]
    return Facts(dated, [kept.jobs[key] for _, key in sorted(jobs)], orders)


def decays(facts: Facts) -> dict[str, dict[str, Any]]:
    """Every signal that says something, as of its latest fact; see `schemas.profile.Decay`."""
    found = {}
    factors: dict[tuple[str, float], tuple[int, list[float]]] = {}
    for name, half_life_days, kind, words, weight in SIGNALS:
        some = getattr(facts, kind)
        if not some:
            continue
        if (kind, half_life_days) not in factors:
            factors[kind, half_life_days] = factors_of(some, half_life_days)
        at, each = factors[kind, half_life_days]
        weights = (
            each if weight is None else [weight(fact) * one for fact, one in zip(some, each, strict=True)]
        )
        values = heaviest(map(words, some), weights)
        if values:
            found[name] = {"half_life_days": half_life_days, "at": at, "values": values}
    return found


def factors_of(facts: Sequence[Any], half_life_days: float) -> tuple[int, list[float]]:
    """The time of the latest fact, and what is left of each by then: 2^(−(latest − time) / half-life)."""
    times: list[int] = [DATE[type(fact)](fact) for fact in facts]
    at, half_life = max(times), half_life_days * DAY_MS
    return at, [2.0 ** ((time - at) / half_life) for time in times]


def heaviest(words: Iterable[Any], weights: Iterable[float]) -> dict[str, float]:
    """The sum of the weights of each word, heaviest first, then by first occurrence; the first KEPT."""
    terms: dict[str, list[float]] = {}
    for some, weight in zip(words, weights, strict=True):
        if type(some) is str:
            terms.setdefault(some, []).append(weight)
        elif some:
            for word in some:
                terms.setdefault(word, []).append(weight)
    heavy = [(total, word) for word, each in terms.items() if (total := fsum(each)) > LEAST_WEIGHT]
    if len(heavy) > 1:
        heavy.sort(key=itemgetter(0), reverse=True)  # stable: the first occurrence decides
        del heavy[KEPT:]
    return {word: value for value, word in heavy}
