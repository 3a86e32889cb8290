"""The job feed's own board, fed from a recording as the topics would feed it: jobs, signals, trends."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from schemas.documents import Job
from schemas.jobs import JobSignal, JobTrend, OtherJob
from schemas.model import from_epoch_ms
from workers.evaluate.arrays import IntArray
from workers.evaluate.recording import MS_PER_DAY, Act, RecordedJob, Recording
from workers.jobs.signals import apply_signal
from workers.jobs.state import JobState
from workers.jobs.trend import encode_trend
from workers.recommend.board import Board
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.policy import FeedPolicy
from workers.recommend.traces import view_weight

OTHER_JOBS = 20  # of a signal
BATCH = 512  # texts that are embedded at a time


def document(job: RecordedJob) -> Job:
    """A recorded job as the document that a product has of it."""
    return Job(
        id=job.id,
        title=job.title or None,
        company=job.company or None,
        location=job.location or None,
        salary=job.salary or None,
        description=job.text or None,
        tags=list(job.tags),
        posted_at=from_epoch_ms(job.posted_at),
        closes_at=from_epoch_ms(job.closes_at),
        work_style=job.work_style or None,
        language=job.language or None,
    )


def job_vectors(recording: Recording, embedder: Embedder) -> Vectors:
    """The vectors of all jobs, computed once for all that use them."""
    texts = [embedder.job_text(document(job)) for job in recording.jobs]
    parts = [embedder.embed(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, embedder.dims), np.float32)


def act_weight(act: Act, policy: FeedPolicy) -> float:
    """What an act weighs for the feed. A view that nobody measured counts as one of the least weight."""
    weights = policy.weights
    if act.kind == "viewed":
        return weights.viewed_least if act.seconds is None else view_weight(act.seconds, policy)
    if act.kind == "ignored":
        return 0.0
    return {"applied": weights.applied, "saved": weights.saved, "rejected": weights.rejected}[act.kind]


class FeedBoard:
    """The board at a time: jobs come when they are posted, trends with every act."""

    def __init__(
        self, recording: Recording, vectors: Vectors, embedder: Embedder, policy: FeedPolicy
    ) -> None:
        self.recording, self.policy = recording, policy
        self.board = Board(embedder, len(recording.jobs) or 1)
        self._vectors = vectors
        self._half_life = policy.trend_half_life
        self._window = int(policy.window_days * MS_PER_DAY)
        self._states: dict[int, JobState] = {}
        self._posting = sorted(range(len(recording.jobs)), key=lambda job: recording.jobs[job].posted_at)
        self._closing = sorted(range(len(recording.jobs)), key=lambda job: recording.jobs[job].closes_at)
        self._posted = self._closed = self._swept = 0

    def at(self, now: int) -> Board:
        """The board with the jobs that are posted by now, without closed ones that interested nobody."""
        jobs = self.recording.jobs
        while self._posted < len(self._posting) and jobs[self._posting[self._posted]].posted_at <= now:
            job = self._posting[self._posted]
            self.board.put(document(jobs[job]), self._vectors[job])
            self._posted += 1
        while self._closed < len(self._closing) and jobs[self._closing[self._closed]].closes_at <= now:
            ended = jobs[self._closing[self._closed]]
            self.board.close(ended.id, ended.closes_at)
            self._closed += 1
        if now - self._swept >= MS_PER_DAY:
            self._swept = now
            self.board.sweep(now - self._window)
        return self.board

    def learn(self, act: Act, others: Sequence[Act]) -> None:
        """Tell the job of an act, and of the other acts of the same person (newest first) in the window."""
        board, name = self.at(act.at), self.recording.jobs[act.job].id
        state = self._states.setdefault(act.job, JobState(job_id=name, half_life=self._half_life))
        signal = JobSignal(
            id=f"{act.person}/{act.job}/{act.kind}/{act.at}",
            person=self.recording.people[act.person].id,
            job_id=name,
            kind=act.kind,
            seconds=act.seconds or 0.0,
            at=from_epoch_ms(act.at),
            weight=act_weight(act, self.policy),
            others=list(self._others(act, others)),
        )
        apply_signal(state, signal, act.at, self._half_life)
        if board.row(name) is not None:
            board.trend(JobTrend.model_validate(msgspec.json.decode(encode_trend(state))))

    def _others(self, act: Act, others: Sequence[Act]) -> Iterable[OtherJob]:
        """The person's other jobs of some interest, the newest OTHER_JOBS of them, each with its best act."""
        best: dict[int, Act] = {}
        for other in others:
            weight = act_weight(other, self.policy)
            if other.job == act.job or weight <= 0 or other.at < act.at - self._window:
                continue
            if other.job not in best and len(best) == OTHER_JOBS:
                break
            if other.job not in best or weight > act_weight(best[other.job], self.policy):
                best[other.job] = other
        for job, other in best.items():
            weight = act_weight(other, self.policy)
            yield OtherJob(job_id=self.recording.jobs[job].id, weight=weight, at=other.at)


def in_order(candidates: IntArray, numbers: Sequence[int]) -> IntArray:
    """The numbers of jobs that are candidates, in their order."""
    found = np.array(numbers, dtype=np.int64)
    return found[np.isin(found, candidates)]
