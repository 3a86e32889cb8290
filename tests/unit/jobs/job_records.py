"""Records for the stage `trends`, and what it says of them."""

from typing import Any

from schemas.control import Watermark
from schemas.jobs import JobAvailability, JobSignal, JobTrend, OtherJob
from schemas.model import from_epoch_ms
from workers.jobs.stage import trends_step, view
from workers.jobs.state import JobState
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Irregularity, Record, TimerFired

NOW = 1_800_000_000_000
HALF_LIFE_DAYS = 10
POLICY = FeedPolicy(trend_half_life_days=HALF_LIFE_DAYS, window_days=90)


def signal(
    kind: Any = "viewed", *, days_ago: float | None = 0, others: Any = None, **fields: Any
) -> JobSignal:
    """A signal of job a, some days before NOW (None: without a time)."""
    at = None if days_ago is None else from_epoch_ms(NOW - int(days_ago * DAY_MS))
    other_jobs = [OtherJob(job_id=job, weight=weight, at=NOW) for job, weight in (others or {}).items()]
    values: dict[str, Any] = {"id": "s", "person": "p", "job_id": "a", "weight": 0.4, "at": at}
    return JobSignal(kind=kind, others=other_jobs, **(values | fields))


def opened(closes_in_days: float | None = None) -> JobAvailability:
    """Job a is open, until some days after NOW."""
    closes_at = None if closes_in_days is None else from_epoch_ms(NOW + int(closes_in_days * DAY_MS))
    return JobAvailability(kind="open", job_id="a", closes_at=closes_at)


CLOSED = JobAvailability(kind="closed", job_id="a")


def raw(topic: str, offset: int, key: str, value: bytes | None, version: Any = None) -> ConsumerRecord:
    """A record of partition 0."""
    headers = tuple(cloud_headers(f"kairos.{topic}.v1", "/test", f"{offset}", NOW, version))
    return ConsumerRecord(topic, 0, offset, key.encode(), value, NOW, headers)


def watermark(offset: int, at: int) -> ConsumerRecord:
    """A watermark in partition 0."""
    value = Watermark(at=at, wall=at).dumps()
    return ConsumerRecord(
        "job-signals", 0, offset, WATERMARK_KEY, value, at, tuple(watermark_headers("/test", at))
    )


class TrendOfJob:
    """The state of job a, and what it was counted as."""

    def __init__(self, *values: Any, policy: FeedPolicy = POLICY) -> None:
        self.state: JobState | None = None
        self.kinds: list[str] = []
        self.policy = policy
        self.offset = 0
        for value in values:
            self.read(value)

    def read(
        self,
        value: JobSignal | JobAvailability | None,
        at: int = NOW,
        version: Any = None,
        watermark: int | None = None,
    ) -> None:
        """Read a record."""
        self.offset += 1
        record = Record("job-signals", 0, self.offset, "a", value, version or (1, self.offset), at, watermark)
        self._step(record)

    def pass_time(self, days: float, waiting: tuple[str, ...] = ()) -> None:
        """The timer fires so many days after NOW."""
        self._step(TimerFired("a", NOW + int(days * DAY_MS), waiting))

    def said(self) -> JobTrend | None:
        """The trend that the view writes; None when it writes none, or a deletion."""
        outputs = [] if self.state is None else view(self.state)
        values = [output.value for output in outputs if output.value is not None]
        assert all(output.key == "a" and output.topic == "job-trends" for output in outputs)
        return JobTrend.loads(values[0]) if values and isinstance(values[0], bytes) else None

    def is_deleted(self) -> bool:
        """Whether the view deletes the trend."""
        return self.state is not None and [output.value for output in view(self.state)] == [None]

    def trend(self) -> JobTrend:
        """The trend, which must be there."""
        trend = self.said()
        assert trend is not None
        return trend

    def _step(self, message: Any) -> None:
        self.state, actions = trends_step(self.state, message, self.policy)
        self.kinds += [action.kind for action in actions if isinstance(action, Irregularity)]
