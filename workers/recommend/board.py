"""All open jobs, as one matrix of vectors and columns beside it, updated in place.

Vectors are int8 with a scale a row. A row is emptied and used again when its job is gone. A closed job in
which somebody was interested stays for a while, not to be shown, but because it says what they like.
"""

from collections.abc import Sequence
from math import log2

import numpy as np
from numpy.typing import NDArray

from schemas.documents import Job
from schemas.jobs import JobTrend
from schemas.model import to_epoch_ms
from workers.recommend.columns import NEVER, Floats, JobColumns, Numbers, PlaceNumbers, Rows
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.neighbours import NeighbourSums
from workers.recommend.places import place
from workers.recommend.policy import DAY_MS
from workers.recommend.quantization import quantized, restored
from workers.recommend.salary import CURRENCIES, salary
from workers.recommend.words import folded
from workers.recommend.work_styles import job_language, job_styles

CURRENCY_CODES = tuple(code for code, _ in CURRENCIES)
VIEW_WEIGHT = 0.1  # of a view in a trend that says no interest


class Board:
    """The jobs in rows. It is changed in place, so nothing may read it while it is changed."""

    def __init__(self, embedder: Embedder, capacity: int = 1024) -> None:
        self.embedder = embedder
        self.columns = JobColumns(embedder.dims, capacity)
        self.neighbours = NeighbourSums()
        self.places = PlaceNumbers()
        self.companies: Numbers[str] = Numbers()
        self.ids: list[str | None] = []
        self.titles: list[str | None] = []
        self._row: dict[str, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        """How many jobs are on the board, closed ones included."""
        return len(self._row)

    @property
    def rows(self) -> int:
        """How many rows are in use or were."""
        return len(self.ids)

    def row(self, job_id: str) -> int | None:
        """The row of a job; None if it is not on the board."""
        return self._row.get(job_id)

    def put(self, job: Job, vector: Vectors | None = None) -> None:
        """A job as it is now, with its vector if that is known already (else its text is embedded)."""
        row, columns = self._use(job.id), self.columns
        if vector is None:
            (vector,) = self.embedder.embed([self.embedder.job_text(job)])
        columns.vectors[row], columns.scale[row] = quantized(vector)
        columns.is_open[row] = True
        columns.is_editorial[row] = bool(job.is_editorial)
        columns.closes_at[row] = NEVER if job.closes_at is None else to_epoch_ms(job.closes_at)
        columns.posted_at[row] = 0 if job.posted_at is None else to_epoch_ms(job.posted_at)
        columns.closed_at[row] = 0
        columns.place[row] = self.places.of(place(job.location))
        company = folded(job.company or "").strip()
        columns.company[row] = self.companies.of(company) if company else -1
        columns.language[row] = job_language(job)
        columns.styles[row] = job_styles(job)
        pay = salary(job.salary)
        columns.currency[row] = -1 if pay is None else CURRENCY_CODES.index(pay.currency)
        columns.log_salary[row] = 0.0 if pay is None else log2(pay.a_year)
        self.titles[row] = job.title

    def put_vector(self, job_id: str, vector: Vectors) -> None:
        """Another vector of a job; nothing changes if it is not on the board."""
        row = self._row.get(job_id)
        if row is not None:
            self.columns.vectors[row], self.columns.scale[row] = quantized(vector)

    def close(self, job_id: str, at: int) -> None:
        """A job was deleted at a time (epoch ms): it is not shown any more."""
        row = self._row.get(job_id)
        if row is None:
            return
        self.columns.is_open[row] = False
        self.columns.closed_at[row] = at
        if not self.columns.interest[row]:
            self._release(row)

    def trend(self, trend: JobTrend) -> None:
        """What people do with a job, and its neighbours; both may come before the jobs themselves."""
        row = self._use(trend.job_id)
        stated = trend.applications * 0.5 + trend.saves * 0.4 + trend.views * VIEW_WEIGHT
        at = 0 if trend.at is None else to_epoch_ms(trend.at)
        weights = {self._use(each.job_id): each.weight for each in trend.neighbours if each.weight > 0}
        weights.pop(row, None)
        columns = self.columns
        columns.interest[row] = max(0.0, trend.interest or stated)
        columns.demand[row] = max(0.0, trend.views + trend.applications + trend.saves)
        columns.learned_at[row] = at
        columns.half_life[row] = max(trend.half_life_days, 1e-6) * DAY_MS
        for other in weights:  # a row without a job is kept as long as what names it
            columns.closed_at[other] = max(int(columns.closed_at[other]), at)
        self.neighbours.put(row, weights)

    def shown(self, job_id: str) -> None:
        """A job was shown to somebody: it is not among those that nobody was shown."""
        row = self._row.get(job_id)
        if row is not None:
            self.columns.showings[row] += 1

    def take_over_showings(self, other: "Board") -> None:
        """Count what another board of the same jobs has counted of them as shown."""
        for job_id, row in self._row.items():
            theirs = other.row(job_id)
            if theirs is not None:
                self.columns.showings[row] = other.columns.showings[theirs]

    def sweep(self, before: int) -> int:
        """Empty the rows of jobs that closed, and were learned of last, before a time; returns how many."""
        columns, n = self.columns, self.rows
        ended = np.where(
            columns.is_open[:n],
            columns.closes_at[:n],
            np.maximum(columns.closed_at[:n], columns.learned_at[:n]),
        )
        gone = [int(row) for row in np.flatnonzero(ended < before) if self.ids[row] is not None]
        for row in gone:
            self._release(row)
        return len(gone)

    def open_rows(self, now: int) -> NDArray[np.bool_]:
        """Which rows are jobs that are open at a time (epoch ms)."""
        n = self.rows
        return np.asarray(self.columns.is_open[:n] & (self.columns.closes_at[:n] > now))

    def interest(self, now: int, rows: "Rows | slice") -> Floats:
        """The decayed interest in jobs at a time (epoch ms): interest · 2^(−age / half-life)."""
        columns = self.columns
        return np.asarray(columns.interest[rows] * self.left(now, rows), np.float32)

    def demand(self, now: int, rows: "Rows | slice") -> Floats:
        """How often jobs were viewed, applied for and saved, decayed at a time (epoch ms) as the interest."""
        return np.asarray(self.columns.demand[rows] * self.left(now, rows), np.float32)

    def left(self, now: int, rows: "Rows | slice") -> Floats:
        """What is left at a time (epoch ms) of what was learned of jobs: 2^(−age / half-life)."""
        columns = self.columns
        left = np.maximum(0, now - columns.learned_at[rows]).astype(np.float32)
        np.divide(left, -columns.half_life[rows], out=left)
        return np.asarray(np.exp2(left, out=left), np.float32)

    def vectors(self, rows: "Sequence[int] | Rows") -> Vectors:
        """The vectors of some rows, (n, dims) of float32."""
        chosen = np.asarray(rows, np.intp)
        return restored(self.columns.vectors[chosen], self.columns.scale[chosen])

    def _use(self, job_id: str) -> int:
        """The row of a job, an empty one for a new job."""
        row = self._row.get(job_id)
        if row is not None:
            return row
        row = self._free.pop() if self._free else self.rows
        if row == self.rows:
            self.ids.append(None)
            self.titles.append(None)
        if row == self.columns.capacity:
            self.columns.grow()
        self.ids[row] = job_id
        self._row[job_id] = row
        return row

    def _release(self, row: int) -> None:
        """Empty a row."""
        job_id = self.ids[row]
        if job_id is not None:
            del self._row[job_id]
        self.ids[row] = self.titles[row] = None
        self.neighbours.remove(row)
        self.columns.clear(row)
        self._free.append(row)
