"""What the runner tells Prometheus."""

from collections.abc import Iterable, Sequence
from typing import Any

from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.process import metrics
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

Batches = Sequence[tuple[Any, RecordBatch]]  # (topic and partition, its records)


def of_round(worker: str, seconds: float, batches: Batches) -> None:
    """How long a round took, and how old its oldest record was."""
    metrics.BATCH_SECONDS.labels(worker).observe(seconds)
    oldest = min(packed.at for _, packed in batches)
    metrics.OLDEST_SECONDS.labels(worker).set(max(0, now_ms() - oldest) / 1000)


def of_consumer(worker: str, settings: Settings, consumer: Any, batches: Batches) -> None:
    """How many records wait, by topic and partition."""
    for tp, packed in batches:
        topic = settings.logical(tp.topic)
        lag = max(0, (consumer.highwater(tp) or 0) - packed.last - 1)
        metrics.LAG.labels(worker, topic, str(tp.partition)).set(lag)


def of_engines(worker: str, engines: Iterable[Engine]) -> None:
    """How many keys there are, by stage, and how far the watermarks are behind."""
    keys: dict[str, int] = {}
    marks = []
    for engine in engines:
        keys[engine.stage.name] = keys.get(engine.stage.name, 0) + engine.size()
        if engine.watermark is not None:
            marks.append(engine.watermark)
    for stage, count in keys.items():
        metrics.KEYS.labels(worker, stage).set(count)
    if marks:
        metrics.WATERMARK_SECONDS.labels(worker).set(max(0, now_ms() - min(marks)) / 1000)


def of_recovery(worker: str, seconds: float) -> None:
    """How long the rebuild of the timers took."""
    metrics.RECOVERY_SECONDS.labels(worker).set(seconds)


def of_deleted(worker: str, topic: str, count: int) -> None:
    """How many records (offsets, where a topic is compacted) were deleted before they were read."""
    metrics.DELETED_UNREAD.labels(worker, topic).inc(count)
