"""What is stored of a person's interactions with jobs; state.py says how fields are added.

A document of the product (a view or a preference) and an interaction of the job site are stored alike, under
the keys of their facts: a mark (`v`, `p`, `i`), then the id without the prefix of its kind.
"""

from typing import Literal

import msgspec

from schemas.model import Version

StoredNote = tuple[str, bool, str]  # field, whether it contradicts another (else malformed), reason
StoredKind = Literal["viewed", "applied", "rejected", "saved", "ignored", "searched"]
PREFIXES = {"v": "job-views/", "p": "job-preferences/", "i": "interactions/"}  # of fact ids, by mark
UNDATED = -(2**62)  # stands for the date of an item without one: before every date


class StoredJobInteraction(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the person did with a job; `kind` is None when the document's word for it could not be read.

    With `undo` it takes back what was pressed before. A search has words (`query`) or a `place`, and no job.
    """

    version: Version
    job_id: str | None
    kind: StoredKind | None
    seconds: float
    at: int | None
    tags: tuple[str, ...] = ()
    notes: tuple[StoredNote, ...] = ()
    undo: bool = False
    source: str | None = None
    query: str | None = None
    place: str | None = None


class StoredExclusion(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An evicted interaction because of which a job is not shown: applied, rejected or ignored."""

    version: Version
    job_id: str
    kind: StoredKind
    at: int | None


class JobInterestSum(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What the person did with one job up to a time: seconds of all views, and what was pressed last.

    `at` is the time of the last interaction (see job_interest.py).
    """

    seconds: float = 0.0
    applied: bool = False
    preference: StoredKind | None = None
    at: int = 0


class EvictedJobs(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What remains of evicted interactions with jobs.

    `exclusions` are stored by the keys of their facts. `recent` has the jobs of the last evicted
    interactions, each with its id, the last one last.
    """

    exclusions: dict[str, StoredExclusion] = {}
    recent: tuple[tuple[str, JobInterestSum], ...] = ()
