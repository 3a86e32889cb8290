"""The figures of the job board: how long people look, who looks most, and what becomes of it. Pure.

Every figure is of the signals that were given to it, which hold: one that is taken back does not count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from schemas.jobs import JobSignal, JobTrend
from schemas.model import Version
from workers.jobs.signals import bounded_seconds

PREFERENCES = ("applied", "saved", "rejected", "ignored")
TOP = 10


class ReadSignal(NamedTuple):
    """A signal, and version and time (epoch milliseconds) of its record."""

    signal: JobSignal
    version: Version
    at: int


def unrepeated(records: Iterable[ReadSignal]) -> Iterable[JobSignal]:
    """The signals without those that were written again after a crash (see stage.py)."""
    last: dict[tuple[str, int], tuple[int, int]] = {}
    for signal, (source, number), at in records:
        key = signal.job_id, source
        known = last.get(key)
        if source and known is not None and number <= known[0] and at <= known[1]:
            continue
        last[key] = number, at
        yield signal


class JobFigures:
    """Counts of signals: by kind, of views by person and job, of seconds, and of pairs of person and job."""

    def __init__(self, signals: Iterable[JobSignal]) -> None:
        self.kinds: Counter[str] = Counter()
        self.views_of_person: Counter[str] = Counter()
        self.views_of_job: Counter[str] = Counter()
        self.seconds_of_job: dict[str, float] = defaultdict(float)
        self._pairs: dict[str, Counter[tuple[str, str]]] = {"viewed": Counter(), "applied": Counter()}
        for signal in signals:
            self._count(signal, -1 if signal.retracted else 1)

    def _count(self, signal: JobSignal, sign: int) -> None:
        self.kinds[signal.kind] += sign
        if signal.kind in self._pairs:
            self._pairs[signal.kind][signal.person, signal.job_id] += sign
        if signal.kind == "viewed":
            self.views_of_person[signal.person] += sign
            self.views_of_job[signal.job_id] += sign
            self.seconds_of_job[signal.job_id] += sign * bounded_seconds(signal)

    def pairs(self, kind: str) -> int:
        """How many pairs of a person and a job have a signal of this kind (viewed or applied)."""
        return sum(count > 0 for count in self._pairs[kind].values())


def report_of(figures: JobFigures, trends: Iterable[JobTrend], top: int = TOP) -> dict[str, Any]:
    """The report, as plain values; what cannot be known without a view is None.

    Conversion is in per cent, twice: applications by views, which may exceed 100 (an application may be
    without a view), and pairs of person and job that applied by those that viewed.
    """
    views, applications = max(0, figures.kinds["viewed"]), max(0, figures.kinds["applied"])
    pairs = {kind: figures.pairs(kind) for kind in ("viewed", "applied")}
    return {
        "views": views,
        "average_seconds_per_view": ratio(sum(figures.seconds_of_job.values()), views),
        "jobs": jobs_of(figures, trends, top),
        "most_engaged": [
            {"person": person, "views": count} for person, count in largest(figures.views_of_person, top)
        ],
        "applications": applications,
        "conversion_percent": percent(applications, views),
        "pairs_viewed": pairs["viewed"],
        "pairs_applied": pairs["applied"],
        "pair_conversion_percent": percent(pairs["applied"], pairs["viewed"]),
        "preferences": {kind: max(0, figures.kinds[kind]) for kind in PREFERENCES},
    }


def jobs_of(figures: JobFigures, trends: Iterable[JobTrend], top: int) -> list[dict[str, Any]]:
    """The jobs with most views: the average time of all views, and of the trend, in which the new count more.

    A job that is closed has no trend.
    """
    recent = {trend.job_id: ratio(trend.seconds, trend.views) for trend in trends}
    return [
        {
            "job_id": job,
            "views": views,
            "average_seconds": ratio(figures.seconds_of_job[job], views),
            "average_seconds_decayed": recent.get(job),
        }
        for job, views in largest(figures.views_of_job, top)
    ]


def largest(counts: Counter[str], top: int) -> list[tuple[str, int]]:
    """The ids with the largest counts above zero; of equal ones the smaller id comes first."""
    counted = [(id_, count) for id_, count in counts.items() if count > 0]
    return sorted(counted, key=lambda item: (-item[1], item[0]))[:top]


def ratio(part: float, whole: float) -> float | None:
    """The ratio; None when there is nothing to divide by."""
    return max(0.0, part) / whole if whole > 0 else None


def percent(part: float, whole: float) -> float | None:
    """The ratio in per cent."""
    value = ratio(part, whole)
    return None if value is None else 100 * value
