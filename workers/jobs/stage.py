"""The two stages of `jobs`: documents become records of their job, and those become its trend.

The stage `availability` reads `jobs` and keeps no state. The stage `trends` reads `job-signals` alone: all
that concerns a job has one order there, and a replay of that topic gives the same trends.

A trend is in `job-trends` while its job is open. Signals are counted before that, too, for a window after the
last one, and for some days after the job was closed: a document may be deleted by mistake.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from schemas.documents import Job
from schemas.jobs import JobAvailability, JobSignal
from schemas.model import Version, to_epoch_ms
from workers.jobs.reading import read_job_record
from workers.jobs.signals import apply_signal
from workers.jobs.state import JobState
from workers.jobs.trend import encode_trend
from workers.product.changes.change import changed_document, read_change
from workers.product.reading.forms import check_key
from workers.product.reading.jobs import read_job
from workers.product.sources import Source
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.runtime.codec import NoStateCodec, StructCodec
from workers.runtime.stage import Action, Irregularity, Output, Record, Stage, StepMessage, TimerFired

NO_VALUE = Irregularity("no-value")  # the topic holds no deletions
OLDER = Irregularity("older")  # a newer record of the same origin was read before
REPEATED = Irregularity("repeated")  # a signal that `people` wrote again after a crash
# what was said of a closed job can be taken back for so long, and counts again if it is opened by then
KEPT_CLOSED_MS = 7 * DAY_MS


def availability_step(state: None, message: StepMessage) -> tuple[None, Sequence[Action]]:
    """Say under a job's id whether its document is there, and until when the job is open.

    Raises ValueError for a key that is no id, as of another tool.
    """
    if not isinstance(message, Record):
        return None, ()
    job: Job | None = message.value
    id_ = check_key(message.key, (job.id,) if job is not None and job.id else ())
    return None, (availability(id_, job, message.version),)


def changes_step(source: Source, state: None, message: StepMessage) -> tuple[None, Sequence[Action]]:
    """`availability_step` for the changes of Debezium: the later in the topic counts."""
    if not isinstance(message, Record):
        return None, ()
    id_, job = changed_document(source, Job, message.key, message.value)
    return None, (availability(id_, job, message.version),)


def availability(id_: str, job: Job | None, version: Version) -> Output:
    """Whether the document of a job is there (None: it is not), and until when the job is open."""
    if job is None:
        value = JobAvailability(kind="closed", job_id=id_)
    else:
        value = JobAvailability(kind="open", job_id=id_, closes_at=job.closes_at)
    return Output("job-signals", id_, value, version)


def job_key(record: Record) -> str:
    """The key of a record; raises ValueError when it concerns another job than its key says."""
    if record.value is not None and record.value.job_id != record.key:
        raise ValueError(f"the key {record.key[:40]!r} and the job {record.value.job_id[:40]!r} disagree")
    return record.key


def trends_step(
    state: JobState | None, message: StepMessage, policy: FeedPolicy
) -> tuple[JobState | None, Sequence[Action]]:
    """Apply a signal, the news that a job is open or closed, or the passing of time."""
    if isinstance(message, TimerFired):
        return (None, ()) if state is None else on_timer(state, message, policy)
    if not isinstance(message, Record):
        return state, ()
    if message.value is None:
        return state, (NO_VALUE,)
    if state is None:
        state = JobState(job_id=message.key, half_life=policy.trend_half_life, began=message.offset)
    if isinstance(message.value, JobSignal):
        if is_repeated(state, message):
            return state, (REPEATED,)
        return state, apply_signal(state, message.value, message.at, policy.trend_half_life)
    if is_older(state.version, message.version):
        return state, (OLDER,)
    state.version = message.version
    set_availability(state, message.value, message.at, message.watermark)
    return state, ()


def is_repeated(state: JobState, record: Record) -> bool:
    """Whether a signal was read before, in another record; if not, it is noted as the last of its source.

    Numbers begin anew, at a later time, where the inbox was deleted and created again.
    """
    source, number = record.version
    if source == 0:
        return False
    last = state.heard_from.get(str(source))
    if last is not None and number <= last[0] and record.at <= last[1]:
        return True
    state.heard_from[str(source)] = (number, record.at)
    return False


def is_older(known: Version | None, version: Version) -> bool:
    """Whether a record is older than the last one of the same origin (a source with versions, or none)."""
    return known is not None and (known[0] == 0) == (version[0] == 0) and version < known


def set_availability(state: JobState, value: JobAvailability, at: int, watermark: int | None) -> None:
    """Open the job, perhaps until a time that the watermark has not reached; or close it.

    `at` is the time of the record, in epoch milliseconds.
    """
    closes_at = None if value.closes_at is None else to_epoch_ms(value.closes_at)
    is_over = closes_at is not None and watermark is not None and closes_at <= watermark
    if value.kind == "closed" or is_over:
        close(state, at)
    else:
        state.availability, state.closes_at, state.closed_at = "open", closes_at, None


def close(state: JobState, at: int) -> None:
    """Close a job at a time (epoch milliseconds), unless it is closed already."""
    if state.availability != "closed":
        state.availability, state.closes_at, state.closed_at = "closed", None, at


def on_timer(
    state: JobState, timer: TimerFired, policy: FeedPolicy
) -> tuple[JobState | None, Sequence[Output]]:
    """Close an open job; forget one that is not open. Nothing while sources are missing."""
    due = next_timer(state, policy)
    if timer.waiting or due is None or due > timer.watermark:
        return state, ()
    if state.availability == "open":
        close(state, due)
        return state, ()
    # no view is asked for a state that is gone, and the job may have closed in the same round
    return None, view(state)


def next_timer(state: JobState, policy: FeedPolicy) -> int | None:
    """When an open job closes, or a job that is not open is forgotten."""
    if state.availability == "open":
        return state.closes_at
    if state.closed_at is not None:
        return state.closed_at + KEPT_CLOSED_MS
    return None if state.heard_at is None else state.heard_at + policy.window


def view(state: JobState) -> Sequence[Output]:
    """The trend of an open job of which something was heard; a deletion for one that is closed."""
    if state.availability == "closed":
        return (Output("job-trends", state.job_id, None),)
    if state.availability == "unknown" or state.heard_at is None:
        return ()
    return (Output("job-trends", state.job_id, encode_trend(state)),)


AVAILABILITY: Stage[None] = Stage(
    name="availability", inputs={"jobs": read_job}, codec=NoStateCodec(), step=availability_step
)


def availability_stage(source: Source) -> Stage[None]:
    """The stage `availability` where Debezium writes jobs, with their mapping."""
    return replace(
        AVAILABILITY, inputs={"jobs": partial(read_change, source)}, step=partial(changes_step, source)
    )


def trends_stage(policy: FeedPolicy) -> Stage[JobState]:
    """The stage `trends` under a policy."""
    return Stage(
        name="trends",
        inputs={"job-signals": read_job_record},
        codec=StructCodec(JobState),
        step=lambda state, message: trends_step(state, message, policy),
        timer=lambda state: next_timer(state, policy),
        view=view,
        key=job_key,
    )


def stages(policy: FeedPolicy, changes: Source | None = None) -> tuple[Stage[Any], ...]:
    """The stages of the worker under a policy; `changes` is the mapping of jobs that Debezium writes."""
    return AVAILABILITY if changes is None else availability_stage(changes), trends_stage(policy)
