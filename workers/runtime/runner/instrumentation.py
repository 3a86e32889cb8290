"""The runner's metrics."""

from collections.abc import Iterable, Sequence
from typing import Any

from workers.runtime.engine.engine import Engine
from workers.runtime.metrics.records import DELETED_UNREAD, LAG
from workers.runtime.metrics.rounds import (
    BATCH_SECONDS,
    KEYS,
    OLDEST_SECONDS,
    RECOVERY_SECONDS,
    WATERMARK_SECONDS,
)
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.runner.backlog import PartitionBatch


def observe_round(worker: str, seconds: float, batches: Sequence[PartitionBatch]) -> None:
    """How long a round took, and how old its oldest record was."""
    BATCH_SECONDS.labels(worker).observe(seconds)
    oldest = min(batch.at for _, batch in batches)
    OLDEST_SECONDS.labels(worker).set(max(0, now_ms() - oldest) / 1000)


def observe_lag(worker: str, settings: Settings, consumer: Any, batches: Sequence[PartitionBatch]) -> None:
    """How many records wait, by topic and partition."""
    for tp, batch in batches:
        topic = settings.logical(tp.topic)
        lag = max(0, (consumer.highwater(tp) or 0) - batch.last - 1)
        LAG.labels(worker, topic, str(tp.partition)).set(lag)


def observe_engines(worker: str, engines: Iterable[Engine]) -> None:
    """How many keys have a state, by stage, and how far the lowest watermark is behind the clock."""
    keys: dict[str, int] = {}
    watermarks = []
    for engine in engines:
        keys[engine.stage.name] = keys.get(engine.stage.name, 0) + engine.size()
        if engine.watermark is not None:
            watermarks.append(engine.watermark)
    for stage, count in keys.items():
        KEYS.labels(worker, stage).set(count)
    if watermarks:
        WATERMARK_SECONDS.labels(worker).set(max(0, now_ms() - min(watermarks)) / 1000)


def observe_recovery(worker: str, seconds: float) -> None:
    """How long the rebuild of the timers took."""
    RECOVERY_SECONDS.labels(worker).set(seconds)


def count_deleted(worker: str, topic: str, count: int) -> None:
    """How many records (offsets, where a topic is compacted) were deleted before they were read."""
    DELETED_UNREAD.labels(worker, topic).inc(count)
