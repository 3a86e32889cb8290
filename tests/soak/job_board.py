"""A made-up job board under a seed: jobs open, change and close, and people view, save, reject and apply."""

from random import Random

from schemas.documents import Job
from schemas.jobs import JobSignal, OtherJob, SignalKind
from schemas.model import from_epoch_ms
from tests.integration.wire import Wire
from tests.soak.product import DAY_MS, Change

WEIGHTS: dict[SignalKind, float] = {
    "viewed": 0.2,
    "applied": 0.5,
    "saved": 0.4,
    "rejected": -0.3,
    "ignored": 0.0,
}
REMEMBERED = 500  # signals that may be taken back


class JobBoard:
    """An endless stream of changes: mostly signals, of which some are taken back, and documents of jobs."""

    def __init__(self, seed: int, jobs: int, people: int) -> None:
        self._random = Random(seed)
        self._jobs = [f"j{number}" for number in range(jobs)]
        self._people = people
        self._documents = 0
        self._said: list[JobSignal] = []
        self._number = 0

    def change(self, now: int) -> Change:
        """The next change: every job's document first; `now` is in epoch milliseconds."""
        if self._documents < len(self._jobs):
            self._documents += 1
            return self._document(self._jobs[self._documents - 1], now)
        chance = self._random.random()
        if chance < 0.04:
            return self._document(self._random.choice(self._jobs), now)
        if chance < 0.15 and self._said:
            said = self._said.pop(self._random.randrange(len(self._said)))
            return Change("job-signals", said.job_id, said.model_copy(update={"retracted": True}))
        return self._signal(now)

    def _document(self, id_: str, now: int) -> Change:
        if self._random.random() < 0.1:
            return Change("jobs", id_, None)
        # some close within the run, so that timers fire under load
        closes_in = self._random.choice([None, 60 * DAY_MS, self._random.randrange(500, 20_000)])
        closes_at = None if closes_in is None else from_epoch_ms(now + closes_in)
        return Change("jobs", id_, Job(id=id_, title=f"Job {id_}", closes_at=closes_at))

    def _signal(self, now: int) -> Change:
        draw, self._number = self._random, self._number + 1
        kind = draw.choice(list(WEIGHTS))
        job, *others = draw.sample(self._jobs, draw.randrange(1, 21))
        ago = draw.choice([0, 0, draw.randrange(80 * DAY_MS)])
        signal = JobSignal(
            id=f"interactions/{self._number}",
            person=f"p{draw.randrange(self._people)}",
            job_id=job,
            kind=kind,
            seconds=draw.randrange(300) if kind == "viewed" else 0,
            at=None if draw.random() < 0.02 else from_epoch_ms(now - ago),
            weight=WEIGHTS[kind],
            others=[OtherJob(job_id=each, weight=draw.choice([0.1, 0.4, 0.5]), at=now) for each in others],
        )
        self._said = [*self._said[-REMEMBERED:], signal]
        return Change("job-signals", job, signal)


class OnJobTopics:
    """Writes documents and signals, and watermarks after them, as capture, `people` and `route` would."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def put(self, change: Change, at: int) -> None:
        """Append to the topic."""
        self._wire.put(change.topic, change.key, change.document, at)

    def complete(self, at: int) -> None:
        """Write a watermark."""
        self._wire.watermark(at, ("job-signals",))

    def flush(self) -> None:
        """Wait for the acknowledgements."""
        self._wire.producer.flush()
