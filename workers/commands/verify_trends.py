"""Compares live trends of jobs with what their recorded signals amount to, for `kairos verify --jobs`.

The fleet goes on meanwhile, so a trend may be of a later record than the replay. The trends are read first
and the signals behind them, one by one: a trend is right that is the replay's, or was at one of those.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import isclose
from random import Random
from typing import Any, NamedTuple

import click

from schemas.jobs import JobTrend
from workers.commands.rebuild_jobs import CHANGELOG
from workers.commands.rebuild_states import decoded
from workers.commands.verify_sample import Fields, SampleComparison, compare_repeatedly
from workers.jobs.stage import trends_stage
from workers.jobs.state import JobState
from workers.recommend.policy import FeedPolicy
from workers.runtime.dead_letters.reading import FirstRecords, text
from workers.runtime.engine.changelog_reader import ChangelogReader
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.kafka.reader import Reader, reading
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord, partition_of
from workers.runtime.process.settings import Settings

SIGNALS, TRENDS = "job-signals", "job-trends"
BATCH = 1_000  # records of the first reading that are stepped together
ROUNDING = 1e-6  # relative: sums in another order, such as after a record was put back, end a bit differently
STATE, TREND = "(the state)", "(the trend)"
Values = dict[str, bytes | None]


def compare_trends(
    settings: Settings, policy: FeedPolicy, random: Random, size: int, patience: float, stop: threading.Event
) -> SampleComparison:
    """Compare a sample; jobs that differ are compared again until `patience` (seconds) is over."""
    with reading(settings) as reader:
        comparer = TrendComparer(reader, policy)
        jobs = comparer.sample(random, size)
        comparer.replay(jobs)
        return compare_repeatedly(comparer.compare, jobs, patience, stop)


class GrowingTopic:
    """A topic of which every `read` gives what was written since the last one."""

    def __init__(self, reader: Reader, topic: str) -> None:
        self._reader, self._topic = reader, topic
        self._offsets = dict.fromkeys(reader.partitions(topic), 0)

    def read(self) -> Iterator[ConsumerRecord]:
        """The records up to the present end; all of them must be taken."""
        for record in self._reader.read_from(self._topic, dict(self._offsets)):
            self._offsets[record.partition] = record.offset + 1
            yield record


class KnownState(NamedTuple):
    """Of a job's state: whether the job should have a trend, and the offset with which the state began."""

    has_trend: bool
    began: int | None


class TrendComparer:
    """Compares live trends with a replay of the signals; `sample`, then `replay`, then `compare`."""

    def __init__(self, reader: Reader, policy: FeedPolicy) -> None:
        self._reader = reader
        self._stage = trends_stage(policy)
        self._replay = Replay(self._stage)
        self._first = FirstRecords()
        self._beginnings = reader.beginnings(SIGNALS)
        self._signals, self._trends = GrowingTopic(reader, SIGNALS), GrowingTopic(reader, TRENDS)
        self._changelogs = [
            ChangelogReader(reader, CHANGELOG, partition) for partition in reader.partitions(CHANGELOG)
        ]
        self._states: dict[str, KnownState] = {}
        self._live: Values = {}
        self._keys: set[bytes] = set()
        self._expected: Values = {}  # of the jobs that ever had a trend in the replay

    def sample(self, random: Random, size: int) -> list[str]:
        """At most `size` jobs that have a trend, or should; raises ClickException when none has."""
        self._read_states()
        jobs = set[str]()
        for record in self._reader.read(TRENDS):  # only their keys: the values of all jobs are many
            (jobs.discard if record.value is None else jobs.add)(key_of(record))
        jobs |= {job for job, state in self._states.items() if state.has_trend}
        if not jobs:
            raise click.ClickException(f"{TRENDS} is empty: does `kairos worker jobs` run?")
        return random.sample(sorted(jobs), min(size, len(jobs)))

    def replay(self, jobs: Sequence[str]) -> None:
        """Step the signals of some jobs, from the beginning of their topic on."""
        self._keys = {job.encode() for job in jobs}
        signals = self._new_signals()
        while batch := [*islice(signals, BATCH)]:
            self._expected |= trends_of(self._replay.feed(batch))

    def compare(self, jobs: Sequence[str]) -> dict[str, Fields | None]:
        """The fields that differ, by job; None for a job of which signals may have been deleted."""
        self._read_states()
        self._live |= trends_of(record for record in self._trends.read() if record.key in self._keys)
        right = {key.decode(): [self._expected.get(key.decode())] for key in self._keys}
        for record in self._new_signals():
            for job, value in trends_of(self._replay.feed([record])).items():
                self._expected[job] = value
                right[job].append(value)
        return {job: self._difference(job, right[job]) for job in jobs}

    def _difference(self, job: str, right: Sequence[bytes | None]) -> Fields | None:
        live, state = self._live.get(job), self._states.get(job)
        if state is None and live is not None:
            return (STATE,)
        beginning = self._beginnings[partition_of(job.encode(), len(self._beginnings))]
        began = None if state is None else state.began
        was_told = job in self._expected  # else the live trend may be of signals from before a rebuild
        if beginning and (began is None or began < beginning or not was_told):
            return None
        return min((differing_fields(live, each) for each in right), key=len)

    def _new_signals(self) -> Iterator[ConsumerRecord]:
        """The records of the jobs that are replayed, and the watermarks, that were not read before."""
        for record in self._signals.read():
            if self._first.includes(record) and (record.key in self._keys or is_watermark(record.headers)):
                yield record

    def _read_states(self) -> None:
        for changelog in self._changelogs:
            for key, stored in changelog.read().items():
                if stored is None:
                    self._states.pop(text(key), None)
                else:
                    self._states[text(key)] = known_state(decoded(self._stage, stored))


def known_state(state: JobState) -> KnownState:
    """What is kept of a state here."""
    return KnownState(state.availability == "open" and state.heard_at is not None, state.began)


def key_of(record: ConsumerRecord | ProducerRecord) -> str:
    """The key of a record, with what is no text escaped."""
    return text(record.key or b"")


def trends_of(records: Iterable[ConsumerRecord | ProducerRecord]) -> Values:
    """The last trend of each job in some records, None for one that was deleted."""
    return {key_of(record): record.value for record in records if record.topic == TRENDS}


def differing_fields(live: bytes | None, expected: bytes | None) -> Fields:
    """The fields in which two trends differ by more than rounding; a trend that only one has is named."""
    if live == expected:
        return ()
    if live is None or expected is None:
        return (TREND,)
    try:
        ours, theirs = plain(live), plain(expected)
    except ValueError:  # what lies in the topic is none of ours
        return (TREND,)
    return tuple(name for name in ours if not is_same(ours[name], theirs[name]))


def plain(value: bytes) -> Mapping[str, Any]:
    """The fields of a trend, with the neighbours as weights by job; raises ValueError for what is none."""
    trend = JobTrend.loads(value)
    weights = {neighbour.job_id: neighbour.weight for neighbour in trend.neighbours}
    return trend.model_dump() | {"neighbours": weights}


def is_same(ours: Any, theirs: Any) -> bool:
    """Whether two values of a field are equal up to rounding."""
    if isinstance(ours, dict):
        return ours.keys() == theirs.keys() and all(is_same(ours[job], theirs[job]) for job in ours)
    if isinstance(ours, float) and isinstance(theirs, float):
        return isclose(ours, theirs, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return bool(ours == theirs)
