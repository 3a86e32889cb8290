"""The metrics of a runner, and what it answers when somebody asks how it stands.

What changes by itself is looked for when it is asked for, from a thread of the endpoints: a figure that is
written down in a round would stand still with the rounds, and nobody would see that they do.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from faust.exceptions import ConsumerNotStarted
from faust.types import TP

from workers.runtime.engine.engine import Engine
from workers.runtime.metrics.probes import Probes
from workers.runtime.metrics.records import LAG, LAG_SECONDS
from workers.runtime.metrics.rounds import (
    ASSIGNMENTS,
    BATCH_SECONDS,
    HEARTBEAT_AGE_SECONDS,
    INPUT_AGE_SECONDS,
    KEYS,
    PARTITIONS,
    RECOVERY_REMAINING,
    ROUND_AT,
    STATE_BYTES,
    WATERMARK_AT,
)
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.backlog import PartitionBatch
from workers.runtime.runner.consumer import BatchConsumer


class Instrumentation:
    """Of one worker; `consumer` gives its consumer (None before there is one), `engines` those it has now.

    `refresh`, `unready` and `status` are called by other threads while the worker goes on.
    """

    def __init__(
        self,
        worker: str,
        settings: Settings,
        consumer: Callable[[], BatchConsumer | None],
        engines: Callable[[], Iterable[Engine]],
    ) -> None:
        self._worker, self._settings = worker, settings
        self._consumer, self._engines = consumer, engines
        self._processed: dict[TP, int] = {}  # the next offset of every partition that is owned

    def answer(self, probes: Probes, stalled: Callable[[], str | None]) -> None:
        """Let whoever asks the process hear of this worker; `stalled` says why it should be started again."""
        probes.stalled, probes.unready, probes.status = stalled, self.unready, self.status
        probes.refresh.append(self.refresh)

    def on_seek(self, starts: Mapping[TP, int]) -> None:
        """Partitions were assigned, from these offsets on; all others are somebody else's now."""
        self._processed = dict(starts)
        ASSIGNMENTS.labels(self._worker).inc()

    def on_round(self, seconds: float, batches: Sequence[PartitionBatch]) -> None:
        """A round is over: how long it took, and how old its oldest record was."""
        now = now_ms()
        BATCH_SECONDS.labels(self._worker).observe(seconds)
        age = max(0, now - min(batch.at for _, batch in batches))
        INPUT_AGE_SECONDS.labels(self._worker).observe(age / 1000)
        ROUND_AT.labels(self._worker).set(now / 1000)
        for tp, batch in batches:
            if tp in self._processed:
                self._processed[tp] = batch.last + 1

    def unready(self) -> str | None:
        """Why the worker does not do its work: it has no partitions, or recovers their states."""
        consumer = self._consumer()
        if consumer is None or consumer.app.known_recovery is None:
            return "it is starting"
        if consumer.app.known_recovery.in_recovery:
            return f"it recovers its states: {self._remaining(consumer):,} records are left"
        return None if consumer.is_open() else "its partitions are being assigned"

    def refresh(self) -> None:
        """Set the metrics of what changes by itself."""
        consumer = self._consumer()
        if consumer is None:
            return
        RECOVERY_REMAINING.labels(self._worker).set(self._remaining(consumer))
        HEARTBEAT_AGE_SECONDS.labels(self._worker).set(consumer.heartbeat_age())
        self._refresh_lag(consumer)
        self._refresh_states()

    def status(self) -> dict[str, Any]:
        """Partitions, lag, keys and watermark, as JSON; times are epoch milliseconds."""
        consumer, topics = self._consumer(), Counter[str]()
        for tp in list(self._processed):
            topics[self._settings.logical(tp.topic)] += 1
        lags = {} if consumer is None else self._lags(consumer)
        engines = list(self._engines())
        return {
            "instance": self._settings.kairos_instance,
            "partitions": dict(topics),
            "lag": sum(lags.values()),
            "keys": sum(engine.size() for engine in engines),
            "watermark": lowest_watermark(engines),
            "recovery_remaining": 0 if consumer is None else self._remaining(consumer),
        }

    def _lags(self, consumer: BatchConsumer) -> dict[TP, int]:
        """How many records of each partition are not processed, where the broker has told its end."""
        if not self._processed:  # before the first assignment it has no connection to ask
            return {}
        try:
            owned = self._processed.keys() & consumer.assignment()
        except ConsumerNotStarted:  # it stops
            return {}
        ends = {tp: consumer.highwater(tp) for tp in owned}
        return {tp: max(0, end - self._processed.get(tp, end)) for tp, end in ends.items() if end is not None}

    def _refresh_lag(self, consumer: BatchConsumer) -> None:
        lags, now, owned = self._lags(consumer), now_ms(), defaultdict[str, int](int)
        for gauge in (LAG, LAG_SECONDS, PARTITIONS):
            gauge.clear()  # partitions that have left are another worker's to tell
        for tp in list(self._processed):
            owned[self._settings.logical(tp.topic)] += 1
        for topic, count in owned.items():
            PARTITIONS.labels(self._worker, topic).set(count)
        for tp, lag in lags.items():
            labels = (self._worker, self._settings.logical(tp.topic), str(tp.partition))
            LAG.labels(*labels).set(lag)
            oldest = consumer.backlog.oldest(tp)
            LAG_SECONDS.labels(*labels).set(0.0 if oldest is None else max(0, now - oldest) / 1000)

    def _refresh_states(self) -> None:
        keys, sizes, engines = Counter[str](), Counter[str](), list(self._engines())
        for engine in engines:
            keys[engine.stage.name] += engine.size()
            sizes[engine.stage.name] += engine.bytes
        KEYS.clear()
        STATE_BYTES.clear()
        for stage in keys:
            KEYS.labels(self._worker, stage).set(keys[stage])
            STATE_BYTES.labels(self._worker, stage).set(sizes[stage])
        reading = [engine for engine in engines if not engine.stage.reports]  # others hear of no time
        if reading or not engines:
            WATERMARK_AT.clear()
        if (watermark := lowest_watermark(reading)) is not None:
            WATERMARK_AT.labels(self._worker).set(watermark / 1000)

    def _remaining(self, consumer: BatchConsumer) -> int:
        recovery = consumer.app.known_recovery
        if recovery is None or not recovery.in_recovery:
            return 0
        return sum(recovery.active_remaining().values())


def lowest_watermark(engines: Iterable[Engine]) -> int | None:
    """The lowest watermark of some engines, in epoch milliseconds; None when none has one."""
    return min((engine.watermark for engine in engines if engine.watermark is not None), default=None)
