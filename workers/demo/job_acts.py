"""What the made-up people do with jobs: each has a language and a trade, and looks there most of the time.

Pure and seeded.
"""

import random
from collections.abc import Sequence

from schemas.model import RawDocument, from_epoch_ms, to_epoch_ms
from workers.demo.job_words import OCCUPATIONS

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
PAST_HOURS = 20 * 24  # of views and preferences that there are from the start
OF_THE_TRADE, OF_THE_LANGUAGE = 0.75, 0.95  # of the jobs that somebody looks at
KINDS = ("saved", "saved", "saved", "applied", "rejected", "ignored")
READING_SECONDS = 1 / 45  # the rate of an exponential law: few read a job for minutes


def trade(user: str) -> tuple[str, ...]:
    """The tags of the jobs that somebody looks for."""
    return random.Random(f"trade of {user}").choice(OCCUPATIONS).tags


def drawn_job(rng: random.Random, user: RawDocument, jobs: Sequence[RawDocument], now: int) -> RawDocument:
    """An open job that somebody looks at; any job when none is open. `now` in epoch milliseconds."""
    at = from_epoch_ms(now)
    found = [job for job in jobs if job["posted_at"] <= at < job["closes_at"]]
    tags, language = set(trade(user["_id"])), user.get("language", "en")
    for share, is_sought in (
        (OF_THE_LANGUAGE, [job for job in found if job["language"] == language]),
        (OF_THE_TRADE, [job for job in found if job["language"] == language and tags & set(job["tags"])]),
    ):
        if is_sought and rng.random() < share:
            found = is_sought
    return rng.choice(found or jobs)


def past_views(
    rng: random.Random, users: Sequence[RawDocument], jobs: Sequence[RawDocument], count: int, now: int
) -> list[RawDocument]:
    """Views of jobs in the last 20 days, of each not before it was posted."""
    views = []
    for number in range(1, count + 1):
        user, then = rng.choice(users), now - rng.randrange(1, PAST_HOURS) * HOUR_MS
        job = drawn_job(rng, user, jobs, then)
        views.append(view(f"view_{number:03d}", user, job, reading_seconds(rng), not_before(job, then)))
    return views


def past_preferences(
    rng: random.Random, users: Sequence[RawDocument], jobs: Sequence[RawDocument], count: int, now: int
) -> list[RawDocument]:
    """Preferences from the last 20 days."""
    preferences = []
    for number in range(1, count + 1):
        user, then = rng.choice(users), now - rng.randrange(1, PAST_HOURS) * HOUR_MS
        job = drawn_job(rng, user, jobs, then)
        preferences.append(
            preference(f"pref_{number:03d}", user, job, rng.choice(KINDS), not_before(job, then))
        )
    return preferences


def not_before(job: RawDocument, at: int) -> int:
    """A time (epoch milliseconds), or when the job was posted if that is later."""
    return max(at, to_epoch_ms(job["posted_at"]) + MINUTE_MS)


def reading_seconds(rng: random.Random) -> int:
    """How long a job is looked at."""
    return 3 + int(rng.expovariate(READING_SECONDS))


def view(id: str, user: RawDocument, job: RawDocument, seconds: int, at: int) -> RawDocument:
    """A view of a job that ended at a time (epoch milliseconds)."""
    return {
        "_id": id,
        "user_id": user["_id"],
        "job_id": job["_id"],
        "time_spent_seconds": seconds,
        "source": "feed",
        "viewed_at": from_epoch_ms(at),
    }


def preference(id: str, user: RawDocument, job: RawDocument, kind: str, at: int) -> RawDocument:
    """A preference of a person for a job since a time (epoch milliseconds)."""
    return {
        "_id": id,
        "user_id": user["_id"],
        "job_id": job["_id"],
        "preference_type": kind,
        "created_at": from_epoch_ms(at),
    }
