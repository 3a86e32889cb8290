"""Signals: what facts are worth as time passes, one row each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.profile.timely import DAY_MS, LEAST_WEIGHT, SPEND
from workers.people.state import Attended, OnJob, Ordered, StoredPerson

KEPT = 5  # words of a signal
OPINIONS: Mapping[str | None, float] = {"applied": 0.5, "saved": 0.4, "rejected": -0.3}  # seeds/job-feed.md
LEAST_LOOK, LONGEST_LOOK, LOOK_SECONDS = 0.1, 0.4, 300  # of a viewed job: seconds / 300, between the two


class DatedFacts(NamedTuple):
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
    Signal("cuisine", 180.0, "events", attrgetter("cuisine")),
    Signal("event_type", 180.0, "events", attrgetter("event_type")),
    Signal("host", 180.0, "events", attrgetter("host")),
    Signal("venue", 180.0, "events", attrgetter("venue")),
    Signal("neighborhood", 180.0, "events", attrgetter("neighborhood")),
    Signal("job_tag", 30.0, "jobs", attrgetter("tags"), interest),
    Signal(SPEND, 90.0, "orders", lambda order: SPEND, paid),
)


def facts_of(stored: StoredPerson, past: list[Attended], as_of: int) -> DatedFacts:
    """The dated facts not after a time (epoch milliseconds), in order."""
    jobs = [
        (job.at, key)
        for key, job in stored.jobs.items()
        if job.tags and job.at is not None and job.at <= as_of
    ]
    orders = [
        order
        for order in stored.orders.values()
        if order.amount and order.at is not None and order.at <= as_of
    ]
    dated = [event for event in past if event.date is not None]
    return DatedFacts(dated, [stored.jobs[key] for _, key in sorted(jobs)], orders)


def decays(facts: DatedFacts) -> dict[str, dict[str, Any]]:
    """Every signal that says something, as of its latest fact; see `schemas.profile.Decay`."""
    found = {}
    factors: dict[tuple[str, float], tuple[int, list[float]]] = {}
    for name, half_life_days, kind, words, weight in SIGNALS:
        some = getattr(facts, kind)
        if not some:
            continue
        if (kind, half_life_days) not in factors:
            factors[kind, half_life_days] = factors_of(some, half_life_days)
        at, left = factors[kind, half_life_days]
        weights = (
            left if weight is None else [weight(fact) * one for fact, one in zip(some, left, strict=True)]
        )
        values = heaviest([*map(words, some)], weights)
        if values:
            found[name] = {"half_life_days": half_life_days, "at": at, "values": values}
    return found


def factors_of(facts: Sequence[Any], half_life_days: float) -> tuple[int, list[float]]:
    """The time of the latest fact, and what is left of each by then: 2^(−(latest − time) / half-life)."""
    times: list[int] = [*map(DATE[type(facts[0])], facts)]
    at, half_life = max(times), half_life_days * DAY_MS
    return at, [2.0 ** ((time - at) / half_life) for time in times]


def heaviest(words: list[Any], weights: list[float]) -> dict[str, float]:
    """The sum of the weights of each word, heaviest first, then by first occurrence; the first KEPT.

    `words` holds the word, the words or nothing for each weight.
    """
    if type(words[0]) is tuple:
        weights = [weight for some, weight in zip(words, weights, strict=True) for _ in some]
        words = [word for some in words for word in some]
    sums: dict[str, float] = {}
    several: dict[str, list[float]] = {}  # the weights of words that occur again
    for word, weight in zip(words, weights, strict=True):
        if word in several:
            several[word].append(weight)
        elif word in sums:
            several[word] = [sums[word], weight]
        elif word:
            sums[word] = weight
    for word, each in several.items():
        sums[word] = fsum(each)
    heavy = sorted(sums, key=sums.__getitem__, reverse=True)[:KEPT]  # stable: the first occurrence decides
    return {word: sums[word] for word in heavy if sums[word] > LEAST_WEIGHT}
