"""What a profile is made of, besides single values."""

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
    """How much the person likes something: each time counts, and weighs less as time passes."""

    name: str
    weight: float


class Decay(Model):
    """A signal: what each word was worth `at` a time (epoch milliseconds), heaviest first.

    It halves every `half_life_days`; `at` is the time of the latest fact.
    """

    half_life_days: float
    at: int
    values: dict[str, float] = {}


class DocumentNote(Note):
    """A note on a field of a document of the person (`document` is collection/id)."""

    document: str


class DataQuality(Model):
    """What is wrong with the data of a person: default fields that say nothing, and notes on documents."""

    missing: list[str] = []
    malformed: list[DocumentNote] = []
    contradictory: list[DocumentNote] = []


class Later(Model):
    """From a later time on, these fields have other values, as JSON holds them (`at` reads them)."""

    at: Moment
    fields: dict[str, Any] = {}
