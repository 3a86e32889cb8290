"""The catalogue against a broker: what differs, and creating what is missing.

`plan` and `apply` talk to the broker; everything between is pure. A topic that exists is never altered:
differences in settings are shown, and a partition count that breaks co-partitioning is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from topics.catalog import CATALOG, Topic
from topics.connecting import connecting

CONNECT_MS = 5_000
DifferenceKind = Literal["missing", "partitions", "replication", "config"]


class TopicsError(RuntimeError):
    """The broker cannot be reached, or its topics do not fit the catalogue; one line that says which."""


@dataclass(frozen=True)
class Cluster:
    """A broker and how the fleet uses it: `partitions` is the number of every co-partitioned topic.

    `options` are the client's for TLS and SASL; they hold a password, so they are not in the repr.
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
    """A topic as the broker has it; `configs` holds every setting, those left at their default too."""

    partitions: int
    replication: int
    configs: Mapping[str, str | None]


@dataclass(frozen=True)
class Difference:
    """One thing that differs: the topic's name on the broker, the setting, and both values."""

    topic: str
    kind: DifferenceKind
    setting: str
    wanted: str
    found: str | None = None

    def __str__(self) -> str:
        if self.kind == "missing":
            return f"+ {self.topic}: {self.wanted}"
        return f"~ {self.topic}: {self.setting} is {self.found}, the catalogue says {self.wanted}"


def wanted(cluster: Cluster, catalog: Iterable[Topic] = CATALOG) -> list[DesiredTopic]:
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


def differences(want: Iterable[DesiredTopic], have: Mapping[str, ActualTopic]) -> list[Difference]:
    """What differs between the topics that should be there and those that are, by name on the broker."""
    return [difference for topic in want for difference in compare(topic, have.get(topic.name))]


def compare(want: DesiredTopic, have: ActualTopic | None) -> list[Difference]:
    """What differs for one topic; `have` None: the broker does not have it."""
    if have is None:
        return [Difference(want.name, "missing", "topic", summary(want))]
    found = []
    if have.partitions != want.partitions:
        found.append(
            Difference(want.name, "partitions", "partitions", str(want.partitions), str(have.partitions))
        )
    if have.replication != want.replication:
        found.append(
            Difference(want.name, "replication", "replication", str(want.replication), str(have.replication))
        )
    found.extend(
        Difference(want.name, "config", setting, value, have.configs.get(setting))
        for setting, value in want.configs.items()
        if have.configs.get(setting) != value
    )
    return found


def summary(topic: DesiredTopic) -> str:
    """A topic in a few words: partitions, replication, and every setting."""
    count = "1 partition" if topic.partitions == 1 else f"{topic.partitions} partitions"
    return ", ".join(
        [count, f"replication {topic.replication}", *(f"{k}={v}" for k, v in topic.configs.items())]
    )


def refuse(found: Iterable[Difference]) -> None:
    """Raise TopicsError when a topic has a partition count that the fleet cannot work with."""
    wrong = [
        f"topic {each.topic} has {each.found} partitions, the fleet needs {each.wanted}"
        for each in found
        if each.kind == "partitions"
    ]
    if wrong:
        raise TopicsError(
            "; ".join(wrong) + ": a key's records would not meet in one worker; set KAIROS_PARTITIONS to"
            " the topics' count, or choose another KAIROS_PREFIX"
        )


def plan(cluster: Cluster) -> list[Difference]:
    """What `apply` would find; changes nothing. Raises TopicsError when the broker does not answer."""
    with connect(cluster) as admin:
        want = wanted(cluster)
        return differences(want, observe(admin, [topic.name for topic in want]))


def apply(cluster: Cluster) -> list[Difference]:
    """Create the missing topics and return what differed before.

    Differences of another kind than "missing" are left as they are. Raises TopicsError, before anything
    is created, when an existing topic has another partition count.
    """
    with connect(cluster) as admin:
        want = wanted(cluster)
        names = [topic.name for topic in want]
        before = differences(want, observe(admin, names))
        refuse(before)
        missing = {difference.topic for difference in before if difference.kind == "missing"}
        if missing:
            create(admin, [topic for topic in want if topic.name in missing])
            # somebody else may have created one of them meanwhile, with another count
            refuse(differences(want, observe(admin, names)))
        return before


@contextmanager
def connect(cluster: Cluster) -> Iterator[Any]:
    """An administration client, closed at the end; every Kafka error becomes one line."""
    where = ", ".join(cluster.brokers)
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
        raise TopicsError(f"Kafka at {where}: {error}") from error
    finally:
        admin.close()


def observe(admin: Any, names: list[str]) -> dict[str, ActualTopic]:
    """The topics among `names` that the broker has, with all their settings."""
    there = set(admin.list_topics()) & set(names)
    if not there:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in sorted(there)]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return {
        topic["name"]: ActualTopic(
            len(topic["partitions"]),
            len(topic["partitions"][0]["replica_nodes"]),
            {setting: row["value"] for setting, row in configs[topic["name"]].items()},
        )
        for topic in admin.describe_topics(sorted(there))
    }


def create(admin: Any, topics: list[DesiredTopic]) -> None:
    """Create topics and wait until they can be used; one that has come into being meanwhile is no error."""
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
