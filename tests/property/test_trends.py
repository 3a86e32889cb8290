"""The trends of jobs are those of the nested loops of tests/trend_oracle.py, however batches are cut."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from schemas.control import Watermark
from schemas.jobs import JobAvailability, JobSignal, OtherJob, SignalKind, signal_version
from schemas.model import Model, from_epoch_ms
from tests.trend_compare import assert_same, trends_of
from tests.trend_oracle import expected_trends, told
from workers.jobs.signals import MOST_NEIGHBOURS
from workers.jobs.stage import trends_stage
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

START = 1_800_000_000_000
HOUR_MS = 3_600_000
JOBS = ("a", "b", "c")
POLICY = FeedPolicy(trend_half_life_days=7.0)
STAGE = trends_stage(POLICY)


class Said(NamedTuple):
    """A signal, so many hours before it is read."""

    job: str
    kind: SignalKind
    weight: float
    hours_ago: int | None
    seconds: float
    others: list[tuple[str, float]]


class Back(NamedTuple):
    """The n-th of the signals of a job that still hold is taken back."""

    job: str
    number: int


class Document(NamedTuple):
    """The job's document is there, and closes in some days; or it is deleted."""

    job: str
    kind: Any
    closes_in: int | None


class Again(NamedTuple):
    """`people` has crashed: its last signals are written again."""

    last: int


class Passed(NamedTuple):
    """So many days pass, and a watermark says it."""

    days: int


weights = st.sampled_from([-0.3, 0.0, 0.1, 0.25, 0.4, 0.5, 2.0])
other_jobs = st.lists(st.tuples(st.sampled_from([*JOBS, "d", "e"]), weights), max_size=4)
signals = st.builds(
    Said,
    st.sampled_from(JOBS),
    st.sampled_from(["viewed", "applied", "saved", "rejected", "ignored"]),
    weights,
    st.none() | st.integers(-20, 24 * 120),
    st.sampled_from([0.0, 3.0, 95.5, 600.0]),
    other_jobs,
)
backs = st.builds(Back, st.sampled_from(JOBS), st.integers(0, 5))
documents = st.builds(
    Document,
    st.sampled_from(JOBS),
    st.sampled_from(["open", "open", "open", "closed"]),
    st.none() | st.integers(-5, 200),
)
passed = st.builds(Passed, st.integers(0, 120))
again = st.builds(Again, st.integers(1, 6))
logs = st.lists(st.one_of(signals, signals, signals, backs, documents, passed, again), max_size=40)
batches = st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 12)), max_size=20)


class Log:
    """The records of one partition of `job-signals`."""

    def __init__(self) -> None:
        self.records: list[ConsumerRecord] = []
        self.now = START

    def add(self, value: Model, version: tuple[int, int] | None = None) -> None:
        """Append a record of a job."""
        key = getattr(value, "job_id").encode()  # noqa: B009
        headers = cloud_headers("kairos.job-signals.v1", "/test", "1", self.now, version)
        self._append(key, value.dumps(), tuple(headers))

    def again(self, count: int) -> None:
        """Append the last signals again, since the last watermark."""
        recent = self.records[-count:]
        marks = [n for n, record in enumerate(recent, 1) if record.key == WATERMARK_KEY]
        for record in recent[max(marks, default=0) :]:
            if b'"weight"' in (record.value or b""):
                again = ConsumerRecord(*record)._replace(offset=len(self.records))
                self.records.append(again)

    def watermark(self, days: int) -> None:
        """Let days pass."""
        self.now += days * DAY_MS + 1000
        mark = Watermark(at=self.now, wall=self.now)
        self._append(WATERMARK_KEY, mark.dumps(), tuple(watermark_headers("/test", self.now)))

    def _append(self, key: bytes, value: bytes, headers: Any) -> None:
        self.records.append(
            ConsumerRecord("job-signals", 0, len(self.records), key, value, self.now, headers)
        )


def log_of(drawn: Sequence[Said | Back | Document | Passed | Again]) -> list[ConsumerRecord]:
    """The records of a drawn log; two watermarks end it, so that nothing waits for time to pass."""
    log = Log()
    for number, event in enumerate(drawn):
        log.now += HOUR_MS
        if isinstance(event, Said):
            log.add(signal_of(event, number, log.now), signal_version(0, number, 0))
        elif isinstance(event, Again):
            log.again(event.last)
        elif isinstance(event, Back):
            held = told(log.records, POLICY).get(event.job)
            if held and held.signals:
                signal = held.signals[event.number % len(held.signals)]
                log.add(signal.model_copy(update={"retracted": True}), signal_version(0, number, 1))
        elif isinstance(event, Document):
            closes_at = None if event.closes_in is None else from_epoch_ms(log.now + event.closes_in * DAY_MS)
            log.add(JobAvailability(kind=event.kind, job_id=event.job, closes_at=closes_at), (1, number))
        else:
            log.watermark(event.days)
    log.watermark(0)
    log.watermark(0)
    return log.records


def signal_of(said: Said, number: int, now: int) -> JobSignal:
    """The signal that is read now."""
    at = None if said.hours_ago is None else from_epoch_ms(now - said.hours_ago * HOUR_MS)
    others = [OtherJob(job_id=job, weight=weight, at=now) for job, weight in said.others]
    return JobSignal(
        id=f"s{number}",
        person="p",
        job_id=said.job,
        kind=said.kind,
        seconds=said.seconds if said.kind == "viewed" else 0.0,
        at=at,
        weight=said.weight,
        others=others,
    )


def in_batches(
    records: Sequence[ConsumerRecord], plan: Sequence[tuple[int, bool, int]]
) -> list[ProducerRecord]:
    """What new workers write for each batch: (size, state lost after it, records that come again)."""
    store: dict[bytes, bytes] = {}
    written: list[ProducerRecord] = []
    position = 0
    for size, lost, repeated in (*plan, (len(records), False, 2), (len(records), False, 0)):
        engine = Engine(STAGE, "jobs", 0, store=dict(store))
        written += process(engine, [("job-signals", records[position : position + size])]).outputs
        if not lost:
            store = engine.store
            position = max(0, min(position + size, len(records)) - repeated)
    return written


@given(logs, batches)
def test_trends_are_those_of_the_nested_loops(
    drawn: list[Said | Back | Document | Passed | Again], plan: list[tuple[int, bool, int]]
) -> None:
    """Out of order, taken back, closed and opened again; lost and repeated batches change nothing."""
    records = log_of(drawn)
    expected = expected_trends(records, POLICY)
    assert_same(trends_of(in_batches(records, plan)), expected)


@given(st.permutations(range(30)))
def test_the_order_of_signals_changes_nothing(order: list[int]) -> None:
    """Sums are the same up to rounding, over years."""
    log = Log()
    log.add(JobAvailability(kind="open", job_id="a"), (1, 1))
    for number in order:
        said = Said("a", "viewed", 0.1 + number / 100, number * 24 * 40, 10.0, [(f"o{number % 7}", 0.4)])
        log.add(signal_of(said, number, START))
    assert_same(trends_of(in_batches(log.records, [])), expected_trends(log.records, POLICY))


@given(st.lists(st.tuples(st.integers(0, 400), weights, st.integers(0, 24 * 60)), max_size=300))
def test_with_too_many_neighbours_the_heaviest_are_right(drawn: list[tuple[int, float, int]]) -> None:
    """None is heavier than what it is made of, and the state stays bounded."""
    log = Log()
    log.add(JobAvailability(kind="open", job_id="a"), (1, 1))
    for start in range(0, len(drawn), 20):
        others = [(f"o{other}", weight) for other, weight, _ in drawn[start : start + 20]]
        log.add(signal_of(Said("a", "saved", 0.4, drawn[start][2], 0.0, others), start, log.now))
    engine = Engine(STAGE, "jobs", 0)
    trends = trends_of(process(engine, [("job-signals", log.records)]).outputs)
    expected = expected_trends(log.records, POLICY)
    assert trends.keys() == expected.keys()
    for job, trend in trends.items():
        pairs = expected[job]["pairs"]
        assert all(each.weight <= pairs[each.job_id] * (1 + 1e-9) for each in trend.neighbours)
        if len(pairs) <= MOST_NEIGHBOURS - 20:
            assert len(trend.neighbours) == min(50, sum(weight >= 1e-6 for weight in pairs.values()))
