"""The fields of the profile that are computed from interactions with jobs."""

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Any

from schemas.model import from_epoch_ms
from workers.people.job_history import EXCLUDING, JobEntry, in_order, press, press_excluding
from workers.people.job_state import UNDATED, EvictedJobs, StoredJobInteraction
from workers.people.policy import Policy
from workers.people.profile.days import DAY_MS
from workers.people.state import StoredPerson

MAX_JOBS = 200  # those with the last interactions
NO_JOBS: Mapping[str, Any] = {"jobs": [], "searches": [], "excluded_jobs": []}
TIME_FIELDS = {
    "applied": "applied_at",
    "saved": "saved_at",
    "rejected": "rejected_at",
    "ignored": "ignored_at",
}


def job_fields(stored: StoredPerson, counted: Sequence[JobEntry], policy: Policy) -> dict[str, Any]:
    """Interests, searches and exclusions, of any time, and the number of jobs viewed and saved.

    `counted` are the interactions that count. What is too old is left out by `with_time_fields`.
    """
    if not stored.jobs and stored.evicted_jobs is None:
        return {**NO_JOBS, "jobs_viewed": 0, "jobs_saved": 0}
    return {
        "jobs": job_interests(counted, policy.job_window_days * DAY_MS),
        "searches": searches(stored.jobs.values()),
        "excluded_jobs": excluded_jobs(stored),
        "jobs_viewed": job_count(counted, "viewed"),
        "jobs_saved": job_count(counted, "saved"),
    }


def job_count(counted: Iterable[JobEntry], kind: str) -> int:
    """The number of different jobs with which the person did a thing."""
    items = [entry.item for entry in counted if not entry.item.undo]
    return len({item.job_id for item in items if item.kind == kind and item.job_id})


def job_interests(counted: Iterable[JobEntry], window_ms: int) -> list[dict[str, Any]]:
    """The interests in jobs whose time is known, newest first, at most MAX_JOBS."""
    by_job: dict[str, list[JobEntry]] = {}
    for entry in counted:
        if entry.item.job_id and entry.at != UNDATED and not entry.item.undo:
            by_job.setdefault(entry.item.job_id, []).append(entry)
    newest = sorted(by_job.items(), key=lambda row: (-row[1][-1].at, row[0]))
    return [job_interest(job, entries, window_ms) for job, entries in newest[:MAX_JOBS]]


def job_interest(job: str, entries: Iterable[JobEntry], window_ms: int) -> dict[str, Any]:
    """The interest in a job from the interactions with it, in order."""
    views = [entry for entry in entries if entry.item.kind == "viewed"]
    times = {TIME_FIELDS[item.kind]: from_epoch_ms(at) for at, _, item in entries if item.kind in TIME_FIELDS}
    interest = {"job_id": job, "viewed_seconds": 0.0, "viewed_at": None, "source": None}
    interest |= {**dict.fromkeys(TIME_FIELDS.values()), **times}
    if views:
        last = views[-1]
        seconds = fsum([item.seconds for at, _, item in views if at >= last.at - window_ms])
        interest |= {"viewed_seconds": round(seconds, 3), "viewed_at": from_epoch_ms(last.at)}
        interest["source"] = last.item.source
    return interest


def searches(interactions: Iterable[StoredJobInteraction]) -> list[dict[str, Any]]:
    """The searches, newest first; those at the same time by their words."""
    found = [item for item in interactions if item.kind == "searched" and (item.query or item.place)]
    found.sort(key=lambda item: (-(item.at or 0), item.query or "", item.place or ""))
    return [{"query": item.query, "place": item.place, "at": from_epoch_ms(item.at or 0)} for item in found]


def excluded_jobs(stored: StoredPerson) -> list[str]:
    """The jobs that are not to be shown to the person, those excluded last first."""
    evicted = stored.evicted_jobs or EvictedJobs()
    pressed = press(in_order(stored.jobs), press_excluding(evicted.exclusions))
    excluding = [(-now.at, now.key, job) for (job, _), now in pressed.items() if now.kind in EXCLUDING]
    return [*dict.fromkeys(job for _, _, job in sorted(excluding))]
