"""The window of time after which interactions with jobs are no longer in a profile."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

TIMES = ("viewed_at", "applied_at", "saved_at", "rejected_at", "ignored_at")
NOT_VIEWED: Mapping[str, Any] = {"viewed_at": None, "viewed_seconds": 0.0, "source": None}


def jobs_within_window(fields: Mapping[str, Any], as_of: datetime) -> dict[str, Any]:
    """The fields `jobs` and `searches` of a profile as of a time, if it has any, without what is too old.

    What happened `job_window_days` ago is in them, what happened before is not.
    """
    jobs, searches = fields.get("jobs"), fields.get("searches")
    if not jobs and not searches:
        return {}
    first = as_of - timedelta(days=fields["job_window_days"])
    return {
        "jobs": [*interests_since(jobs or (), first)],
        "searches": [search for search in searches or () if search["at"] >= first],
    }


def interests_since(jobs: Iterable[Mapping[str, Any]], first: datetime) -> Iterable[dict[str, Any]]:
    """The interests in jobs, each without the times before the first; those without any time are left out."""
    for job in jobs:
        times = {name: at for name in TIMES if (at := job[name]) is not None and at >= first}
        if not times:
            continue
        views = {} if "viewed_at" in times else NOT_VIEWED
        yield {**job, **dict.fromkeys(TIMES), **times, **views}
