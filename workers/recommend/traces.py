"""What a person left behind, as weights: the résumé, each thing done with each job, each search.

The weights are those of the policy. Behaviour halves every half_life_days and ends with the window. The sum
of what is positive is at most behaviour_most × the weight of the résumé, by scaling: twenty applications do
not outweigh ten to one what the person says of themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from workers.recommend.picks import Evidence
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.recommend.seeker import JobSeeker, KnownJob, KnownSearch

TraceKind = Literal[Evidence, "rejected"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace: its kind, the job or the words, and its weight now (below 0: the person said no).

    `at` is when it was left (epoch ms); None of what the person says of themselves.
    """

    kind: TraceKind
    weight: float
    job_id: str | None = None
    text: str | None = None
    place: str | None = None
    at: int | None = None


def traces(seeker: JobSeeker, policy: FeedPolicy, now: int) -> tuple[Trace, ...]:
    """All traces of a person at `now` (epoch ms): what they say of themselves first, then behaviour."""
    behaviour = [trace for job in seeker.jobs for trace in _of_job(job, policy, now)]
    behaviour += [trace for search in seeker.searches for trace in _of_search(search, policy, now)]
    positive = sum(trace.weight for trace in behaviour if trace.weight > 0)
    most = policy.weights.behaviour_most * policy.weights.resume
    scale = min(1.0, most / positive) if positive else 1.0
    scaled = [replace(each, weight=each.weight * scale) if each.weight > 0 else each for each in behaviour]
    return (*_of_person(seeker, policy), *scaled)


def texts_of(seeker: JobSeeker, policy: FeedPolicy, now: int) -> list[str]:
    """What a person wrote that counts at `now` (epoch ms), each text once: it is to be embedded."""
    return list(dict.fromkeys(each.text for each in traces(seeker, policy, now) if each.text))


def view_weight(seconds: float, policy: FeedPolicy) -> float:
    """What a view of so many visible seconds weighs: clamp(seconds / 300, 0.1, 0.4), 0 if it was a glance.

    (The document's text says "+0.1 to +0.4", its code min(0.4, seconds / 300), its comment "5 minutes": at
    300 the code's most is reached after 120 s, and the comment is wrong.)
    """
    weights = policy.weights
    if seconds < policy.min_view_seconds:
        return 0.0
    return min(weights.viewed_most, max(weights.viewed_least, seconds / weights.viewed_seconds))


def decay(at: int, policy: FeedPolicy, now: int) -> float:
    """What is left of a trace: 2^(−age / half-life), nothing once it is older than the window."""
    age = max(0, now - at)
    if age > policy.window_days * DAY_MS:
        return 0.0
    return float(2.0 ** (-age / (policy.half_life_days * DAY_MS)))


def _of_person(seeker: JobSeeker, policy: FeedPolicy) -> Iterator[Trace]:
    """The résumé, or the fields in its stead."""
    if seeker.resume and seeker.resume.strip():
        yield Trace("resume", policy.weights.resume, text=seeker.resume)
    elif seeker.fields and seeker.fields.strip():
        yield Trace("fields", policy.weights.resume, text=seeker.fields)


def _of_job(job: KnownJob, policy: FeedPolicy, now: int) -> Iterator[Trace]:
    """What was done with a job, each kind once; a look before a rejection is part of the rejection."""
    weights = policy.weights
    viewed = view_weight(job.viewed_seconds, policy)
    if job.rejected_at is not None and (job.viewed_at is None or job.viewed_at <= job.rejected_at):
        viewed = 0.0
    kinds: tuple[tuple[TraceKind, float, int | None], ...] = (
        ("applied", weights.applied, job.applied_at),
        ("saved", weights.saved, job.saved_at),
        ("viewed", viewed, job.viewed_at),
        ("rejected", weights.rejected, job.rejected_at),
    )
    for kind, weight, at in kinds:
        left = 0.0 if at is None else weight * decay(at, policy, now)
        if left:
            yield Trace(kind, left, job_id=job.job_id, at=at)


def _of_search(search: KnownSearch, policy: FeedPolicy, now: int) -> Iterator[Trace]:
    """A search, once in the words and in the place."""
    left = policy.weights.searched * decay(search.at, policy, now)
    if left and (search.query or search.place):
        yield Trace("searched", left, text=search.query, place=search.place, at=search.at)
