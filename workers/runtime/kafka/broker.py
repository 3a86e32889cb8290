"""What a worker checks at the broker before it starts: its topics, their partitions and ids."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from topics.plan import Cluster, connect
from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings


class TopicsMissing(RuntimeError):
    """The broker lacks topics, or their partitions do not fit; the text says which and what to run."""


class TopicInfo(NamedTuple):
    """A topic as the broker has it; `id` is the first 8 bytes of its id."""

    partitions: int
    id: bytes


def describe(settings: Settings, topics: Iterable[str]) -> dict[str, TopicInfo]:
    """Partitions and ids of topics, by their names in the catalogue; raises TopicsMissing or TopicsError."""
    names = {settings.name(topic): topic for topic in topics}
    with connect(Cluster(settings.brokers, options=kafka_options(settings))) as admin:
        rows = {row["name"]: row for row in admin.describe_topics(list(names)) if not row["error_code"]}
    missing = sorted(set(names) - set(rows))
    if missing:
        raise TopicsMissing(f"the broker has no topic {', '.join(missing)}; run `kairos topics apply`")
    return {
        topic: TopicInfo(len(rows[name]["partitions"]), UUID(rows[name]["topic_id"]).bytes[:8])
        for name, topic in names.items()
    }


def check_partitions(topics: dict[str, TopicInfo], inputs: Iterable[str], partitions: int) -> None:
    """Raise TopicsMissing unless every input topic has the fleet's number of partitions."""
    wrong = [
        f"{topic} has {topics[topic].partitions}"
        for topic in inputs
        if topics[topic].partitions != partitions
    ]
    if wrong:
        raise TopicsMissing(
            f"topics of a worker must have {partitions} partitions (KAIROS_PARTITIONS); {', '.join(wrong)}"
        )
