"""How much a person is interested in jobs, interaction by interaction. Pure.

The weights are those of the product's description of its feed (seeds/job-feed.md, "User Embedding System").
They are no settings: what was said to `job-signals` is not stored, but computed again to take it back.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workers.people.job_history import JobEntry
from workers.people.job_state import UNDATED, JobInterestSum, StoredJobInteraction, StoredKind
from workers.people.profile.days import DAY_MS

APPLIED = 0.5
PREFERENCES: Mapping[StoredKind | None, float] = {"saved": 0.4, "rejected": -0.3, "ignored": 0.0}
LEAST_VIEW, GREATEST_VIEW, VIEW_SECONDS = 0.1, 0.4, 300  # seconds / 300, between the two
LEAST_VIEW_SECONDS = 3  # shorter views of a job, all together, are no interest
MAX_OTHERS = 20  # jobs that a signal names beside its own
MAX_RECENT = 100  # jobs whose interest is remembered: what was done with one before 100 others is forgotten
LONGEST_OTHER = 200  # characters of the id of another job; `jobs` reads no longer one
OTHERS_WINDOW_MS = 90 * DAY_MS
DIGITS = 6  # of a weight
NOTHING = JobInterestSum()
Recent = dict[str, JobInterestSum]  # by job, the one with the last interaction last


class Said(NamedTuple):
    """What a signal says: see `schemas.jobs.JobSignal`. `others` are job, weight and time (epoch ms) each."""

    kind: StoredKind
    job_id: str
    seconds: float
    at: int | None
    weight: float
    others: tuple[tuple[str, float, int], ...]


def weight_of_views(seconds: float) -> float:
    """The weight of all views of a job together."""
    if seconds < LEAST_VIEW_SECONDS:
        return 0.0
    return min(GREATEST_VIEW, max(LEAST_VIEW, seconds / VIEW_SECONDS))


def weight_of(interest: JobInterestSum) -> float:
    """The weight of all that a person did with a job: every kind once."""
    applied = APPLIED if interest.applied else 0.0
    weight = weight_of_views(interest.seconds) + applied + PREFERENCES.get(interest.preference, 0.0)
    return round(weight, DIGITS)


def with_interaction(before: JobInterestSum, item: StoredJobInteraction, at: int) -> JobInterestSum:
    """The interest in a job after an interaction with it at a time."""
    if item.kind == "viewed":
        return JobInterestSum(before.seconds + item.seconds, before.applied, before.preference, at)
    if item.kind == "applied":
        return JobInterestSum(before.seconds, True, before.preference, at)
    return JobInterestSum(before.seconds, before.applied, item.kind, at)


def without_pressed(before: JobInterestSum, kind: StoredKind | None) -> JobInterestSum:
    """The interest in a job after what was pressed is taken back; its time stays."""
    if kind == "applied":
        return JobInterestSum(before.seconds, False, before.preference, before.at)
    preference = None if before.preference == kind else before.preference
    return JobInterestSum(before.seconds, before.applied, preference, before.at)


def note(recent: Recent, entry: JobEntry) -> None:
    """Note an interaction, in place. One without a job or a time says nothing of what comes after it."""
    at, _, item = entry
    job = item.job_id
    if job and item.undo:
        if job in recent:
            recent[job] = without_pressed(recent[job], item.kind)
    elif job and at != UNDATED:
        recent[job] = with_interaction(recent.pop(job, NOTHING), item, at)
        if len(recent) > MAX_RECENT:
            del recent[next(iter(recent))]


def said_of(entry: JobEntry, recent: Recent) -> Said | None:
    """What a signal says of an interaction after the `recent` ones; None without a job or a kind.

    Its weight is what it adds to the weight of the job. Without a time it has no weight, and only with a
    positive weight it names others.
    """
    at, _, item = entry
    job = item.job_id
    if item.undo or item.kind is None or not job:
        return None
    seconds = item.seconds if item.kind == "viewed" else 0.0
    if at == UNDATED:
        return Said(item.kind, job, seconds, None, 0.0, ())
    before = recent.get(job, NOTHING)
    after = weight_of(with_interaction(before, item, at))
    weight = round(after - weight_of(before), DIGITS)
    return Said(item.kind, job, seconds, at, weight, others(recent, job, at) if weight > 0 else ())


def others(recent: Recent, job: str, at: int) -> tuple[tuple[str, float, int], ...]:
    """The last jobs, without one, in which the person was interested in the window before a time."""
    found: list[tuple[str, float, int]] = []
    for other, interest in reversed(recent.items()):
        if len(found) == MAX_OTHERS:
            break
        # an interaction corrected to a time before evicted ones comes after them, so times need not fall here
        if interest.at < at - OTHERS_WINDOW_MS or other == job or len(other) > LONGEST_OTHER:
            continue
        if (weight := weight_of(interest)) > 0:
            found.append((other, weight, interest.at))
    return tuple(found)


def say(entries: Iterable[JobEntry], recent: Recent) -> dict[str, Said]:
    """What is said of interactions, by key, after the `recent` ones, to which they are added in place."""
    said: dict[str, Said] = {}
    for entry in entries:
        if (text := said_of(entry, recent)) is not None:
            said[entry.key] = text
        note(recent, entry)
    return said
