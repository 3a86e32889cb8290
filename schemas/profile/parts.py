"""The parts of a profile that are models of their own."""

from datetime import date as Day
from typing import Any

from schemas.model import Model, Moment
from schemas.notes import Note


class PastEvent(Model):
    """An event the person attended, or will attend."""

    name: str | None = None
    date: Day | None = None
    venue: str | None = None


class Affinity(Model):
    """How much the person likes something: a sum of weights that decay with time."""

    name: str
    weight: float


class Decay(Model):
    """A signal: the weight of each word `at` a time (epoch milliseconds), greatest first.

    Weights halve every `half_life_days`; `at` is the time of the latest fact.
    """

    half_life_days: float
    at: int
    values: dict[str, float] = {}


class JobInterest(Model):
    """What the person did with a job within the window, and when last; null: not, or it was taken back.

    `viewed_seconds` are those of all views within a window before the last one, `source` is where that came
    from. Of saved, rejected and ignored one has a time.
    """

    job_id: str
    viewed_seconds: float = 0.0
    viewed_at: Moment | None = None
    applied_at: Moment | None = None
    saved_at: Moment | None = None
    rejected_at: Moment | None = None
    ignored_at: Moment | None = None
    source: str | None = None


class JobSearch(Model):
    """What the person looked for on the job site: words, a place, or both."""

    query: str | None = None
    place: str | None = None
    at: Moment


class DocumentNote(Note):
    """A note on a field of a document of the person (`document` is collection/id)."""

    document: str


class DataQuality(Model):
    """The quality of a person's data: default fields without a value, and notes on documents."""

    missing: list[str] = []
    malformed: list[DocumentNote] = []
    contradictory: list[DocumentNote] = []


class Later(Model):
    """The fields that have other values from the time `at` on, with those values as JSON."""

    at: Moment
    fields: dict[str, Any] = {}
