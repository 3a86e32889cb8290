"""The person as the ranking sees them: what they said of themselves, and what they did with jobs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownJob:
    """What a person did with one job; times in epoch milliseconds, None: not done (or taken back).

    `viewed_seconds` is the visible time of all visits together.
    """

    job_id: str
    viewed_seconds: float = 0.0
    viewed_at: int | None = None
    applied_at: int | None = None
    saved_at: int | None = None
    rejected_at: int | None = None
    ignored_at: int | None = None


@dataclass(frozen=True, slots=True)
class KnownSearch:
    """Words, a place, or both that a person searched for, at a time in epoch milliseconds."""

    query: str | None
    place: str | None
    at: int


@dataclass(frozen=True, slots=True)
class JobSeeker:
    """All that the ranking reads of a person; it holds no age, gender or relationship status.

    `resume` is the text of the résumé, `fields` what stands for it without one (occupation, interests).
    `places` are texts (home, work), nearest to the heart first. `excluded` are ids of jobs that are never
    shown: applied, rejected, ignored.
    """

    id: str
    resume: str | None = None
    fields: str | None = None
    places: tuple[str, ...] = ()
    language: str | None = None
    jobs: tuple[KnownJob, ...] = ()
    searches: tuple[KnownSearch, ...] = ()
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Showing:
    """How often a person was shown a job without a reaction, and when last (epoch milliseconds)."""

    times: int
    at: int
