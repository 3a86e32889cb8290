"""Which of a person's interactions with jobs count, and in what order. Pure.

The order is that of time, then of keys; what has no time comes first.

- A view that the product's database (`v`) and the job site (`i`) both tell, within a minute, counts once: the
  longer one. Each view has at most one such other one: the first that is free.
- Of applied a job has one, and of saved, rejected and ignored together: the last one.
- What is pressed with `undo` takes back the pressed one, if that is of its kind. A view is taken back by its
  own id only.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workers.people.job_state import (
    UNDATED,
    StoredExclusion,
    StoredJobInteraction,
    StoredKind,
)

SAME_VIEW_MS = 60_000
EXCLUDING = ("applied", "rejected", "ignored")  # a job is not shown any more
SITE = "i"  # the mark of keys of interactions that the job site told
Interactions = Mapping[str, StoredJobInteraction]
JobChoice = tuple[str, bool]  # a job, and whether it is its application (else its preference)


class JobEntry(NamedTuple):
    """An interaction that counts, or that takes back what was pressed; `at` is UNDATED without a time."""

    at: int
    key: str
    item: StoredJobInteraction


class Pressed(NamedTuple):
    """What is pressed of a job: what was done, when (UNDATED: unknown), and the key of the fact."""

    kind: StoredKind
    at: int
    key: str


def in_order(interactions: Interactions) -> list[JobEntry]:
    """All interactions in order; neither searches nor what could not be read."""
    entries = [
        JobEntry(UNDATED if item.at is None else item.at, key, item)
        for key, item in interactions.items()
        if item.kind is not None and item.kind != "searched"
    ]
    entries.sort(key=lambda entry: entry[:2])
    return entries


def counting(interactions: Interactions) -> list[JobEntry]:
    """The interactions that count, and those that take back, in order; some may name no job."""
    entries = in_order(interactions)
    twice = told_twice(entries)
    now = {pressed.key for pressed in press(entries).values()}
    return [entry for entry in entries if _counts(entry, twice, now)]


def _counts(entry: JobEntry, twice: Mapping[str, str], now: set[str]) -> bool:
    if entry.item.kind == "viewed" or not entry.item.job_id:
        return not entry.item.undo and entry.key not in twice
    return entry.item.undo or entry.key in now


def press(
    entries: Iterable[JobEntry], pressed: Mapping[JobChoice, Pressed] | None = None
) -> dict[JobChoice, Pressed]:
    """What is pressed after some entries, in order, that follow on what was `pressed` before."""
    now = dict(pressed or {})
    for at, key, item in entries:
        if item.kind is None or item.kind == "viewed" or not item.job_id:
            continue
        choice = (item.job_id, item.kind == "applied")
        if not item.undo:
            now[choice] = Pressed(item.kind, at, key)
        elif choice in now and now[choice].kind == item.kind:
            del now[choice]
    return now


def press_excluding(exclusions: Mapping[str, StoredExclusion]) -> dict[JobChoice, Pressed]:
    """What is pressed after evicted interactions."""
    ordered = sorted([(UNDATED if item.at is None else item.at, key) for key, item in exclusions.items()])
    return {
        (exclusions[key].job_id, exclusions[key].kind == "applied"): Pressed(exclusions[key].kind, at, key)
        for at, key in ordered
    }


def told_twice(entries: Iterable[JobEntry]) -> dict[str, str]:
    """The keys of views that do not count because they were told twice, each with that of the other one."""
    views = [
        entry
        for entry in entries
        if entry.item.kind == "viewed" and entry.item.job_id and entry.at != UNDATED
    ]
    if len({entry.key[:1] == SITE for entry in views}) < 2:
        return {}
    twice: dict[str, str] = {}
    waiting: dict[str | None, deque[JobEntry]] = {}  # of one source at a time, by job
    for entry in views:
        if entry.item.undo:
            continue
        free = waiting.setdefault(entry.item.job_id, deque())
        while free and entry.at - free[0].at > SAME_VIEW_MS:
            free.popleft()
        if not free or (free[0].key[:1] == SITE) == (entry.key[:1] == SITE):
            free.append(entry)
            continue
        shorter, longer = sorted((free.popleft(), entry), key=_length)
        twice[shorter.key] = longer.key
    return twice


def _length(entry: JobEntry) -> tuple[float, bool]:
    return entry.item.seconds, entry.key[:1] == SITE
