"""Compares the topics of a broker with the catalogue, and creates the missing ones.

`plan`, `apply` and their helpers at the end talk to the broker; all else is pure. An existing topic is never
altered: differences in settings are shown, and a partition count that breaks co-partitioning is an error.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from topics.catalog import CATALOG
from topics.connecting import connecting
from topics.row import Topic

CONNECT_MS = 5_000
LEADERS_MS = 120_000  # until every leader of a new partition answers
DifferenceKind = Literal["missing", "partitions", "replication", "config"]


class TopicsError(RuntimeError):
    """The broker cannot be reached, or its topics do not fit the catalogue; the text is one line."""


@dataclass(frozen=True)
class Cluster:
    """A broker and how the fleet uses it; `partitions` is the number for every co-partitioned topic.

    `options` are the client's for TLS and SASL. They hold a password, so they are not in the repr.
    """

    brokers: list[str]
    prefix: str = ""
    partitions: int = 4
    replication: int = 1
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class DesiredTopic:
    """A topic as it should be; `name` is its name on the broker."""

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str]


@dataclass(frozen=True)
class ActualTopic:
    """A topic as the broker has it; `configs` has every setting, including those at their default."""

    partitions: int
    replication: int
    configs: Mapping[str, str | None]


@dataclass(frozen=True)
class Difference:
    """One difference: the topic's name on the broker, the setting, and both values."""

    topic: str
    kind: DifferenceKind
    setting: str
    desired: str
    actual: str | None = None

    def __str__(self) -> str:
        if self.kind == "missing":
            return f"+ {self.topic}: {self.desired}"
        return f"~ {self.topic}: {self.setting} is {self.actual}, the catalogue says {self.desired}"


def desired_topics(cluster: Cluster, catalog: Iterable[Topic] = CATALOG) -> list[DesiredTopic]:
    """The topics that a cluster should have, in the order of the catalogue."""
    return [
        DesiredTopic(
            cluster.prefix + row.name,
            row.partitions or cluster.partitions,
            cluster.replication,
            row.configs,
        )
        for row in catalog
    ]


def compare_topics(desired: Iterable[DesiredTopic], actual: Mapping[str, ActualTopic]) -> list[Difference]:
    """The differences of all desired topics; `actual` has the broker's topics by name."""
    return [difference for topic in desired for difference in compare(topic, actual.get(topic.name))]


def compare(desired: DesiredTopic, actual: ActualTopic | None) -> list[Difference]:
    """The differences of one topic; `actual` None: the broker does not have it."""
    if actual is None:
        return [Difference(desired.name, "missing", "topic", summary(desired))]
    numbers: tuple[tuple[DifferenceKind, int, int], ...] = (
        ("partitions", desired.partitions, actual.partitions),
        ("replication", desired.replication, actual.replication),
    )
    return [
        Difference(desired.name, kind, kind, str(number), str(actual_number))
        for kind, number, actual_number in numbers
        if actual_number != number
    ] + [
        Difference(desired.name, "config", setting, value, actual.configs.get(setting))
        for setting, value in desired.configs.items()
        if actual.configs.get(setting) != value
    ]


def summary(topic: DesiredTopic) -> str:
    """A topic in one line: partitions, replication, and every setting."""
    count = "1 partition" if topic.partitions == 1 else f"{topic.partitions} partitions"
    return ", ".join(
        [count, f"replication {topic.replication}", *(f"{k}={v}" for k, v in topic.configs.items())]
    )


def check_partition_counts(differences: Iterable[Difference]) -> None:
    """Raise TopicsError when a topic has a partition count that the fleet cannot work with."""
    wrong = [
        f"topic {each.topic} has {each.actual} partitions, the fleet needs {each.desired}"
        for each in differences
        if each.kind == "partitions"
    ]
    if wrong:
        raise TopicsError(
            "; ".join(wrong) + ": a key's records would not meet in one worker; set KAIROS_PARTITIONS to"
            " the topics' count, or choose another KAIROS_PREFIX"
        )


def plan(cluster: Cluster) -> list[Difference]:
    """The differences that `apply` would meet; changes nothing. Raises TopicsError without a broker."""
    with connect(cluster) as admin:
        desired = desired_topics(cluster)
        return compare_topics(desired, describe_topics(admin, [topic.name for topic in desired]))


def apply(cluster: Cluster) -> list[Difference]:
    """Create the missing topics; returns the differences before that.

    Differences of another kind than "missing" are left as they are. Raises TopicsError, before anything
    is created, when an existing topic has another partition count.
    """
    with connect(cluster) as admin:
        desired = desired_topics(cluster)
        names = [topic.name for topic in desired]
        before = compare_topics(desired, describe_topics(admin, names))
        check_partition_counts(before)
        missing = {difference.topic for difference in before if difference.kind == "missing"}
        if missing:
            create(admin, [topic for topic in desired if topic.name in missing])
            # another process may have created one of them meanwhile, with another count
            check_partition_counts(compare_topics(desired, describe_topics(admin, names)))
        return before


@contextmanager
def connect(cluster: Cluster) -> Iterator[Any]:
    """An administration client, closed at the end; every Kafka error becomes a TopicsError."""
    with connecting(cluster.brokers, TopicsError):
        admin = KafkaAdminClient(
            bootstrap_servers=cluster.brokers,
            client_id="kairos-topics",
            bootstrap_timeout_ms=CONNECT_MS,
            **cluster.options,
        )
    try:
        yield admin
    except KafkaError as error:
        raise TopicsError(f"Kafka at {', '.join(cluster.brokers)}: {error}") from error
    finally:
        admin.close()


def describe_topics(admin: Any, names: list[str]) -> dict[str, ActualTopic]:
    """The topics among `names` that the broker has, with all their settings."""
    existing = sorted(set(admin.list_topics()) & set(names))
    if not existing:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in existing]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return {
        topic["name"]: ActualTopic(
            len(topic["partitions"]),
            len(topic["partitions"][0]["replica_nodes"]),
            {setting: row["value"] for setting, row in configs[topic["name"]].items()},
        )
        for topic in admin.describe_topics(existing)
    }


def create(admin: Any, topics: list[DesiredTopic]) -> None:
    """Create topics and wait until they can be used; one that exists by then is no error.

    A broker names itself as the leader of a partition some time before it is one: seconds on a busy disk.
    """
    rows = {
        topic.name: {
            "num_partitions": topic.partitions,
            "replication_factor": topic.replication,
            "configs": dict(topic.configs),
        }
        for topic in topics
    }
    answers = admin.create_topics(rows, raise_errors=False)["topics"]
    refused = [
        f"{answer['name']} ({answer['error_message'] or for_code(answer['error_code']).__name__})"
        for answer in answers
        if answer["error_code"] not in (0, TopicAlreadyExistsError.errno)
    ]
    if refused:
        raise TopicsError(f"the broker refuses to create {'; '.join(refused)}")
    admin.wait_for_topics(list(rows))
    partitions = [TopicPartition(topic.name, n) for topic in topics for n in range(topic.partitions)]
    admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST), timeout_ms=LEADERS_MS)
