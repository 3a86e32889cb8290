"""The places of jobs and people as numbers, read from their texts as the feed reads them."""

import numpy as np

from workers.evaluate.arrays import IntArray
from workers.evaluate.recording import Recording
from workers.recommend.places import place

UNKNOWN = -1


class PlaceCodes:
    """`cities` and `regions` have a number for each job, `home` the pair of each person's profile.

    A city is told from one of the same name in another region; UNKNOWN where the text does not say.
    """

    def __init__(self, recording: Recording) -> None:
        self._numbers: dict[tuple[str, ...], int] = {}
        jobs = [self._pair(job.location) for job in recording.jobs]
        self.cities: IntArray = np.array([city for city, _ in jobs], dtype=np.int64)
        self.regions: IntArray = np.array([region for _, region in jobs], dtype=np.int64)
        self.home = [self._pair(person.place) for person in recording.people]

    def _pair(self, text: str) -> tuple[int, int]:
        """The numbers of a text's city and region."""
        found = place(text)
        region = found.region or ""
        return (
            self._number("city", region, found.city) if found.city else UNKNOWN,
            self._number("region", region) if region else UNKNOWN,
        )

    def _number(self, *name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))
