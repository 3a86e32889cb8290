"""The state of a job, as compact structs. All times are epoch milliseconds.

The structs are stored as arrays, so the order of their fields is the stored format: fields are never
reordered or removed, and a new field goes to the end and has a default.
"""

from typing import Literal

import msgspec

from schemas.model import Version


class SignalCounts(msgspec.Struct, array_like=True):
    """Counts of all time by kind of signal, and the seconds of the views. None is ever below zero."""

    viewed: int = 0
    applied: int = 0
    saved: int = 0
    rejected: int = 0
    ignored: int = 0
    seconds: float = 0.0


class DecayingSums(msgspec.Struct, array_like=True):
    """The same as decaying sums (see decay.py), and the sum of the positive weights: the `interest`."""

    viewed: float = 0.0
    applied: float = 0.0
    saved: float = 0.0
    rejected: float = 0.0
    seconds: float = 0.0
    interest: float = 0.0


class JobState(msgspec.Struct, array_like=True):
    """What is known of a job.

    `availability` is unknown until the job's document was read; `version` is that of the last such record.
    `heard_at` is when the last signal was read, None before the first one. `as_of` is the latest time that a
    signal says, None where none says one.
    `half_life`, in milliseconds, and `exponent` are those of `sums` and of `neighbours`, which has the sum of
    the weights of each pair with another job. `heard_from` has the last number of each source of signals,
    and the time of that record (see `schemas.jobs.signal_version`). `began` is the offset of the record with
    which the state began, None in those of older versions: what was deleted before it was never in the state.
    """

    job_id: str
    availability: Literal["unknown", "open", "closed"] = "unknown"
    version: Version | None = None
    closes_at: int | None = None
    closed_at: int | None = None
    heard_at: int | None = None
    as_of: int | None = None
    half_life: int = 0
    exponent: int = 0
    totals: SignalCounts = msgspec.field(default_factory=SignalCounts)
    sums: DecayingSums = msgspec.field(default_factory=DecayingSums)
    neighbours: dict[str, float] = {}
    heard_from: dict[str, tuple[int, int]] = {}
    began: int | None = None
