"""How large a record may be: measured whole, and compared with what its own topic takes."""

from collections.abc import Iterable

import structlog
from kafka.record.default_records import DefaultRecordBatchBuilder

from topics.plan import Cluster, TopicsError, connect, describe_topics
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.sync_producer import MAX_REQUEST_BYTES
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

CONFIG = "max.message.bytes"
log = structlog.get_logger()


class RecordLimits:
    """The largest record of each topic, in bytes, by the topic's name in the catalogue."""

    def __init__(self, by_topic: dict[str, int]) -> None:
        self._by_topic = by_topic

    def excess(self, record: ProducerRecord) -> str:
        """Why a record is too large for its topic; empty when it is not."""
        limit = min(self._by_topic.get(record.topic, MAX_REQUEST_BYTES), MAX_REQUEST_BYTES)
        size = record_bytes(record)
        if size <= limit:
            return ""
        return f"{size} bytes with key and headers, topic {record.topic} takes at most {limit} ({CONFIG})"


def record_bytes(record: ProducerRecord) -> int:
    """The bytes of a record alone in a batch, not compressed: key, value, headers and what frames them."""
    return int(
        DefaultRecordBatchBuilder.estimate_size_in_bytes(record.key, record.value, list(record.headers))
    )


def read_limits(settings: Settings, topics: Iterable[str]) -> RecordLimits:
    """Ask the broker how large the records of topics may be; what it does not tell has the client's limit."""
    names = {settings.name(topic): topic for topic in topics}
    cluster = Cluster(settings.brokers, settings.kairos_prefix, options=kafka_options(settings))
    try:
        with connect(cluster) as admin:
            described = describe_topics(admin, list(names))
    except TopicsError as error:
        log.warning("how large records may be is not known", error=str(error))
        return RecordLimits({})
    limits = {names[name]: topic.configs.get(CONFIG) for name, topic in described.items()}
    return RecordLimits({topic: int(limit) for topic, limit in limits.items() if limit is not None})
