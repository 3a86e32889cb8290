"""What people were shown lately and passed over: bounded, in memory, and forgotten at a restart. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workers.recommend.seeker import Showing

MOST_PERSONS = 20_000
MOST_JOBS = 200  # of one person
PASSED_OVER_MS = (
    1_800_000  # after which a list that was shown counts as passed over; until then it is looked at
)


class ShownBefore(NamedTuple):
    """What was passed over of one job, None: nothing, and when it was shown since (epoch ms)."""

    passed_over: Showing | None
    shown_at: int

    def by(self, now: int) -> Showing | None:
        """What was passed over of the job by a time (epoch ms)."""
        if now - self.shown_at < PASSED_OVER_MS:
            return self.passed_over
        return Showing(1 if self.passed_over is None else self.passed_over.times + 1, self.shown_at)


class Showings:
    """Counts how often a person passed a job over; who was shown nothing for longest is forgotten first."""

    def __init__(self, most_persons: int = MOST_PERSONS) -> None:
        self._most_persons = most_persons
        self._of: OrderedDict[str, dict[str, ShownBefore]] = OrderedDict()

    def of(self, person: str, now: int) -> Mapping[str, Showing]:
        """What a person has passed over by a time (epoch ms), by job."""
        found = ((job_id, shown.by(now)) for job_id, shown in self._of.get(person, {}).items())
        return {job_id: showing for job_id, showing in found if showing is not None}

    def add(self, person: str, job_ids: Iterable[str], at: int) -> None:
        """Note that a person was shown jobs at a time (epoch ms); soon again it says nothing."""
        shown = self._of.setdefault(person, {})
        self._of.move_to_end(person)
        for job_id in job_ids:
            before = shown.pop(job_id, None)
            if before is not None and at - before.shown_at < PASSED_OVER_MS:
                shown[job_id] = before
            else:
                shown[job_id] = ShownBefore(None if before is None else before.by(at), at)
        while len(shown) > MOST_JOBS:
            del shown[next(iter(shown))]
        while len(self._of) > self._most_persons:
            self._of.popitem(last=False)
