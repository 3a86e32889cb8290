"""Signals: sums of facts whose weights decay with time, one row each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.folding import Fold, folded, folded_kind, one_spelling, several_spellings
from schemas.profile.time_fields import DAY_MS, LEAST_WEIGHT, SPEND
from workers.people.job_history import JobEntry
from workers.people.job_state import UNDATED, StoredJobInteraction
from workers.people.state import StoredAttendance, StoredOrder, StoredPerson

MAX_WORDS = 5  # of a signal
OPINIONS: Mapping[str | None, float] = {"applied": 0.5, "saved": 0.4, "rejected": -0.3}
LEAST_VIEW, GREATEST_VIEW, VIEW_SECONDS = 0.1, 0.4, 300  # a view weighs seconds / 300, between the two


class DatedFacts(NamedTuple):
    """The dated facts of a person that are not after a time; events and jobs by date, then id."""

    events: Sequence[StoredAttendance]
    jobs: Sequence[StoredJobInteraction]
    orders: Sequence[StoredOrder]


DATE: Mapping[type, Callable[[Any], int]] = {
    StoredAttendance: attrgetter("date"),
    StoredJobInteraction: attrgetter("at"),
    StoredOrder: attrgetter("at"),
}


class Signal(NamedTuple):
    """A signal: its half-life, the kind of its facts, and their word or words and weight (None: 1).

    Words that `fold` makes equal are one, in the most frequent spelling.
    """

    name: str
    half_life_days: float
    facts: str
    words: Callable[[Any], str | Iterable[str] | None]
    weight: Callable[[Any], float] | None = None
    fold: Fold = folded


def interest(job: StoredJobInteraction) -> float:
    """The weight of an interaction with a job, for the tags of the job."""
    if job.kind == "viewed":
        return min(GREATEST_VIEW, max(LEAST_VIEW, job.seconds / VIEW_SECONDS))
    return OPINIONS.get(job.kind, 0.0)


def paid(order: StoredOrder) -> float:
    """The amount of an order."""
    return order.amount or 0.0


SIGNALS: tuple[Signal, ...] = (
    Signal("cuisine", 180.0, "events", attrgetter("cuisine")),
    Signal("event_type", 180.0, "events", attrgetter("event_type"), fold=folded_kind),
    Signal("host", 180.0, "events", attrgetter("host")),
    Signal("venue", 180.0, "events", attrgetter("venue")),
    Signal("neighborhood", 180.0, "events", attrgetter("neighborhood")),
    Signal("job_tag", 30.0, "jobs", attrgetter("tags"), interest),
    Signal(SPEND, 90.0, "orders", lambda order: SPEND, paid),
)


def dated_facts(
    stored: StoredPerson, past: list[StoredAttendance], counted: Iterable[JobEntry], as_of: int
) -> DatedFacts:
    """The dated facts not after `as_of` (epoch milliseconds); orders only with an amount, jobs with tags.

    `counted` are the interactions with jobs that count, in order.
    """
    jobs = [item for at, _, item in counted if item.tags and not item.undo and UNDATED < at <= as_of]
    orders = [
        order
        for order in stored.orders.values()
        if order.amount and order.at is not None and order.at <= as_of
    ]
    dated = [event for event in past if event.date is not None]
    return DatedFacts(dated, jobs, orders)


def decays(facts: DatedFacts) -> dict[str, dict[str, Any]]:
    """Every signal that has a word, by name, as of its latest fact; see `schemas.profile.Decay`."""
    signals = {}
    factors: dict[tuple[str, float], tuple[int, list[float]]] = {}
    for name, half_life_days, kind, words, weight, fold in SIGNALS:
        of_kind = getattr(facts, kind)
        if not of_kind:
            continue
        if (kind, half_life_days) not in factors:
            factors[kind, half_life_days] = decay_factors(of_kind, half_life_days)
        at, weights = factors[kind, half_life_days]
        if weight is not None:
            weights = [weight(fact) * factor for fact, factor in zip(of_kind, weights, strict=True)]
        values = heaviest_words([*map(words, of_kind)], weights, fold)
        if values:
            signals[name] = {"half_life_days": half_life_days, "at": at, "values": values}
    return signals


def decay_factors(facts: Sequence[Any], half_life_days: float) -> tuple[int, list[float]]:
    """The time of the latest fact, and the factor of each fact by then: 2^(−(latest − time) / half-life)."""
    times: list[int] = [*map(DATE[type(facts[0])], facts)]
    at, half_life = max(times), half_life_days * DAY_MS
    return at, [2.0 ** ((time - at) / half_life) for time in times]


def heaviest_words(words: list[Any], weights: list[float], fold: Fold = folded) -> dict[str, float]:
    """The sum of the weights of each word, heaviest first, then by first occurrence; the first MAX_WORDS.

    `words` has the word of each weight, or None; or, if the first is a tuple, the words of each weight.
    """
    if len(words) == 1 and type(words[0]) is not tuple:
        return {words[0]: weights[0]} if words[0] and weights[0] > LEAST_WEIGHT else {}
    if type(words[0]) is tuple:
        weights = [weight for group, weight in zip(words, weights, strict=True) for _ in group]
        words = [word for group in words for word in group]
    sums: dict[str, float] = {}
    repeated: dict[str, list[float]] = {}  # the weights of words that occur more than once
    for word, weight in zip(words, weights, strict=True):
        if word in repeated:
            repeated[word].append(weight)
        elif word in sums:
            repeated[word] = [sums[word], weight]
        elif word:
            sums[word] = weight
    if several_spellings(sums, fold):
        return heaviest_words(one_spelling(words, fold), weights, fold)
    for word, summands in repeated.items():
        sums[word] = fsum(summands)
    heaviest = sorted(sums, key=sums.__getitem__, reverse=True)[:MAX_WORDS]  # stable: first occurrence first
    return {word: sums[word] for word in heaviest if sums[word] > LEAST_WEIGHT}
