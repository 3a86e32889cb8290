"""What a worker checks at the broker before it starts: its topics, their partitions, ids and sizes."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from topics.plan import Cluster, connect
from workers.runtime.kafka.sizes import DEFAULT_LIMIT, LEAST_LIMIT, SizeLimits
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings

CONFIG = "max.message.bytes"  # of a topic; the broker's message.max.bytes unless it has its own
log = structlog.get_logger()


class TopicsMissing(RuntimeError):
    """The broker lacks topics; the text says which and what to run."""


class TopicsUnfit(TopicsMissing):
    """The topics do not fit the fleet, and no restart mends that; the text names topic and setting."""


class TopicInfo(NamedTuple):
    """A topic as the broker has it.

    `id` is the first 8 bytes of its id, `limit` the bytes of the largest batch that it takes.
    """

    partitions: int
    id: bytes
    limit: int = DEFAULT_LIMIT


def describe(settings: Settings, topics: Iterable[str], optional: Iterable[str] = ()) -> dict[str, TopicInfo]:
    """Partitions, ids and sizes of topics, by their names in the catalogue.

    Of the `optional` ones those that exist. Raises TopicsMissing or TopicsError.
    """
    names = {settings.name(topic): topic for topic in topics}
    wanted = names | {settings.name(topic): topic for topic in optional}
    with connect(Cluster(settings.brokers, options=kafka_options(settings))) as admin:
        rows = described(admin, list(wanted))
        limits = size_limits(admin, list(rows))
    missing = sorted(set(names) - set(rows))
    if missing:
        raise TopicsMissing(f"the broker has no topic {', '.join(missing)}; run `kairos topics apply`")
    return {wanted[name]: topic_info(row, limits.get(name, DEFAULT_LIMIT)) for name, row in rows.items()}


def described(admin: Any, names: list[str]) -> dict[str, Mapping[str, Any]]:
    """The rows of those topics that the broker has, by name; raises KafkaError."""
    return {row["name"]: row for row in admin.describe_topics(names) if not row["error_code"]}


def topic_info(row: Mapping[str, Any], limit: int = DEFAULT_LIMIT) -> TopicInfo:
    """What a row of the broker says of a topic."""
    return TopicInfo(len(row["partitions"]), UUID(str(row["topic_id"])).bytes[:8], limit)


def size_limits(admin: Any, names: list[str]) -> dict[str, int]:
    """The size that each topic takes, in bytes; without those whose settings may not be read."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    try:
        configs = admin.describe_configs(resources, config_filter="all")["topic"] if names else {}
        return {name: int(rows[CONFIG]["value"]) for name, rows in configs.items() if CONFIG in rows}
    except KafkaError as error:
        log.warning("how large records may be is not known", error=f"{type(error).__name__}: {error}")
        return {}


def check_partitions(topics: Mapping[str, TopicInfo], needed: Mapping[str, int]) -> None:
    """Raise TopicsUnfit unless every input topic has the number of partitions that it needs."""
    wrong = [
        f"{topic} has {topics[topic].partitions} and must have {count} partitions"
        for topic, count in needed.items()
        if topics[topic].partitions != count
    ]
    if wrong:
        raise TopicsUnfit(
            f"the topics do not fit KAIROS_PARTITIONS: {', '.join(wrong)}: create the topic again,"
            " or choose another KAIROS_PREFIX"
        )


def check_sizes(settings: Settings, topics: Mapping[str, TopicInfo], written: Iterable[str]) -> SizeLimits:
    """How large the records of the topics may be.

    Raises TopicsUnfit when one that is `written` does not even take a dead letter.
    """
    small = [
        f"{settings.name(topic)} takes {topics[topic].limit} bytes"
        for topic in sorted(written)
        if topics[topic].limit < LEAST_LIMIT
    ]
    if small:
        raise TopicsUnfit(f"{CONFIG} must be at least {LEAST_LIMIT}; {', '.join(small)}")
    return SizeLimits({topic: min(info.limit, DEFAULT_LIMIT) for topic, info in topics.items()})
