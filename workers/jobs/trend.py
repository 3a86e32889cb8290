"""The trend of a job from its state, as the JSON of `schemas.jobs.JobTrend`. Pure.

It is encoded without the model: fifty neighbours as models would take most of the time of a signal.
"""

from typing import Any

import msgspec

from schemas.model import from_epoch_ms
from workers.jobs.decay import growth
from workers.jobs.signals import heaviest
from workers.jobs.state import JobState
from workers.recommend.policy import DAY_MS

MAX_NEIGHBOURS = 50
LEAST_WEIGHT_OF_PAIR = 1e-6  # what is less at `at` says nothing: a view of a few seconds adds 0.1


def encode_trend(state: JobState) -> bytes:
    """The trend as of the latest time that a signal said; without any, nothing has decayed sums."""
    return msgspec.json.encode(totals_of(state) | decaying_of(state))


def totals_of(state: JobState) -> dict[str, Any]:
    """The fields that do not decay."""
    totals, views = state.totals, state.totals.viewed
    return {
        "job_id": state.job_id,
        "half_life_days": state.half_life / DAY_MS,
        "total_views": views,
        "total_applications": totals.applied,
        "total_saves": totals.saved,
        "total_rejections": totals.rejected,
        "total_ignored": totals.ignored,
        "total_seconds": totals.seconds,
        "average_seconds": totals.seconds / views if views else None,
        "conversion": totals.applied / views if views else None,
    }


def decaying_of(state: JobState) -> dict[str, Any]:
    """The fields that decay, and the time as of which they hold; none without a time."""
    if state.as_of is None:
        return {}
    sums, factor = state.sums, growth(state.as_of, state.half_life, state.exponent)
    least = LEAST_WEIGHT_OF_PAIR * factor
    return {
        "at": from_epoch_ms(state.as_of),
        "views": sums.viewed / factor,
        "applications": sums.applied / factor,
        "saves": sums.saved / factor,
        "rejections": sums.rejected / factor,
        "seconds": sums.seconds / factor,
        "interest": sums.interest / factor,
        "neighbours": [
            {"job_id": job, "weight": weight / factor}
            for job, weight in heaviest(state.neighbours, MAX_NEIGHBOURS)
            if weight >= least
        ],
    }
