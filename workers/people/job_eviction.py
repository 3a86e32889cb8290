"""What remains of interactions with jobs that are evicted: exclusions, and the last interests. Pure.

The first interaction in the order of job_history.py is evicted, and with it the other one that tells the same
view. What was said of it to `job-signals` is never taken back. What is said of the others stays the same as
far as `recent` reaches (see job_signals.py).

Exclusions are evicted, oldest first, beyond MAX_EXCLUSIONS and MAX_EXCLUSION_BYTES; those that `jobs` still
has come on top. They do not grow old.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from schemas.model import Version
from workers.people.job_history import EXCLUDING, counting, in_order, told_twice
from workers.people.job_interest import note
from workers.people.job_state import (
    UNDATED,
    EvictedJobs,
    JobInterestSum,
    StoredExclusion,
    StoredJobInteraction,
)
from workers.people.state import StoredPerson

MAX_EXCLUSIONS, MAX_EXCLUSION_BYTES = 2_000, 150_000
MAX_RECENT_BYTES = 20_000
ENCODE = msgspec.msgpack.Encoder().encode
NONE = EvictedJobs()
Exclusions = dict[str, StoredExclusion]


def evict_interaction(stored: StoredPerson, key: str) -> dict[str, StoredJobInteraction]:
    """Evict an interaction, and the other one that tells the same view; what was evicted, by key."""
    twice = told_twice(in_order(stored.jobs))
    others = [shorter for shorter, longer in twice.items() if longer == key] + [twice.get(key, key)]
    evicted = {also: stored.jobs[also] for also in (key, *others)}
    before = stored.evicted_jobs or NONE
    recent = dict(before.recent)
    for entry in counting(stored.jobs):
        if entry.key in evicted:
            note(recent, entry)
    exclusions = before.exclusions
    for also, item in evicted.items():
        exclusions = with_evicted(exclusions, also, item)
        del stored.jobs[also]
    stored.evicted_jobs = EvictedJobs(exclusions, bounded(recent))
    return evicted


def with_evicted(exclusions: Exclusions, key: str, item: StoredJobInteraction) -> Exclusions:
    """The exclusions after another interaction was evicted, which comes after all of them."""
    if item.kind in (None, "viewed", "searched") or not item.job_id:
        return exclusions
    applied = item.kind == "applied"
    replaced = [
        old
        for old, other in exclusions.items()
        if other.job_id == item.job_id
        and ((other.kind == item.kind) if item.undo or applied else other.kind != "applied")
    ]
    kept = {old: other for old, other in exclusions.items() if old not in replaced}
    if item.kind in EXCLUDING and not item.undo:
        kept[key] = StoredExclusion(item.version, item.job_id, item.kind, item.at)
    return without_oldest(kept)


def without_oldest(exclusions: Exclusions) -> Exclusions:
    """The exclusions within their bounds."""
    size = len(ENCODE(exclusions))
    if len(exclusions) <= MAX_EXCLUSIONS and size <= MAX_EXCLUSION_BYTES:
        return exclusions
    oldest = min(exclusions, key=lambda key: (_date(exclusions[key]), key))
    return without_oldest({key: item for key, item in exclusions.items() if key != oldest})


def _date(item: StoredExclusion) -> int:
    return UNDATED if item.at is None else item.at


def bounded(recent: Mapping[str, JobInterestSum]) -> tuple[tuple[str, JobInterestSum], ...]:
    """The last of the recent interests, within their bound in bytes."""
    last = tuple(recent.items())
    while len(ENCODE(last)) > MAX_RECENT_BYTES:
        last = last[1:]
    return last


def exclusion_version(stored: StoredPerson, key: str) -> Version | None:
    """The version of an evicted interaction because of which a job is excluded; None if there is none."""
    if stored.evicted_jobs is None:
        return None
    exclusion = stored.evicted_jobs.exclusions.get(key)
    return None if exclusion is None else exclusion.version


def correct_exclusion(stored: StoredPerson, key: str, item: StoredJobInteraction | None) -> None:
    """Replace an evicted exclusion by a newer version of its fact, or remove it (None)."""
    before = stored.evicted_jobs or NONE
    exclusions: dict[str, Any] = {old: other for old, other in before.exclusions.items() if old != key}
    if item is not None and item.kind in EXCLUDING and item.job_id and not item.undo:
        exclusions[key] = StoredExclusion(item.version, item.job_id, item.kind, item.at)
    stored.evicted_jobs = EvictedJobs(exclusions, before.recent)
