"""Plan and apply against a real broker."""

import socket
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import TopicPartition
from kafka.admin import KafkaAdminClient

from topics.catalog import BY_NAME, CATALOG
from topics.plan import Cluster, TopicsError, apply, plan
from workers.cli import main
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load

pytestmark = pytest.mark.wire


@pytest.fixture
def cluster(services: Any) -> Cluster:
    """The broker of the run, under a prefix of this test's own."""
    return Cluster([services.kafka_url.removeprefix("kafka://")], f"t{uuid.uuid4().hex[:8]}-", partitions=3)


@pytest.fixture
def admin(cluster: Cluster) -> Iterator[Any]:
    """An administration client that removes the test's topics at the end."""
    client = KafkaAdminClient(bootstrap_servers=cluster.brokers)
    yield client
    remaining = [name for name in client.list_topics() if name.startswith(cluster.prefix)]
    if remaining:
        client.delete_topics(remaining)
    client.close()


def test_apply_creates_what_plan_shows_and_then_nothing_differs(cluster: Cluster, admin: Any) -> None:
    """Every topic exists afterwards as the catalogue says, and a second apply does nothing."""
    before = plan(cluster)

    assert [(each.kind, each.topic) for each in before] == [
        ("missing", cluster.prefix + row.name) for row in CATALOG
    ]
    assert apply(cluster) == before
    assert plan(cluster) == []
    assert apply(cluster) == []
    counts = {
        topic["name"].removeprefix(cluster.prefix): len(topic["partitions"])
        for topic in admin.describe_topics()
        if topic["name"].startswith(cluster.prefix)
    }
    assert counts == {row.name: row.partitions or 3 for row in CATALOG}


def test_apply_creates_missing_topics_and_leaves_other_settings_alone(cluster: Cluster, admin: Any) -> None:
    """An existing topic keeps its settings; the difference is shown before and after."""
    existing = cluster.prefix + "users"
    admin.create_topics({existing: {"num_partitions": 3, "configs": {"cleanup.policy": "delete"}}})
    admin.wait_for_topics([existing])

    shown = {each.setting: (each.desired, each.actual) for each in apply(cluster) if each.topic == existing}

    assert shown["cleanup.policy"] == ("compact", "delete")
    assert {each.topic for each in plan(cluster)} == {existing}
    assert {each.setting: (each.desired, each.actual) for each in plan(cluster)} == shown


@pytest.mark.parametrize(("topic", "count", "needed"), [("inbox", 5, 3), ("watermarks", 2, 1)])
def test_apply_refuses_another_partition_count_and_creates_nothing(
    cluster: Cluster, admin: Any, topic: str, count: int, needed: int
) -> None:
    """A count that breaks co-partitioning stops apply before its first topic; plan still shows it."""
    name = cluster.prefix + topic
    admin.create_topics({name: {"num_partitions": count, "configs": BY_NAME[topic].configs}})
    admin.wait_for_topics([name])

    with pytest.raises(TopicsError, match=f"topic {name} has {count} partitions, the fleet needs {needed}"):
        apply(cluster)

    assert [each for each in admin.list_topics() if each.startswith(cluster.prefix)] == [name]
    assert (str(needed), str(count)) in {(each.desired, each.actual) for each in plan(cluster)}


def test_a_replication_that_the_broker_cannot_give_is_one_clear_line(cluster: Cluster, admin: Any) -> None:
    """More replicas than brokers: the broker's reason and the topic are in the text."""
    with pytest.raises(TopicsError, match=f"refuses to create {cluster.prefix}users .*[Rr]eplication"):
        apply(replace(cluster, replication=3))


def test_no_broker_is_one_clear_line() -> None:
    """The text names the address that was tried."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # bound and not listened on: no other process can use the port
        address = f"127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(TopicsError, match=f"no Kafka broker answers at {address}"):
            plan(Cluster([address]))


def test_the_command_shows_creates_and_refuses(
    cluster: Cluster, admin: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kairos topics`: plan shows, apply creates, plan shows nothing; another count is code 1."""
    monkeypatch.setenv("KAFKA_URL", f"kafka://{cluster.brokers[0]}")
    monkeypatch.setenv("KAIROS_PREFIX", cluster.prefix)

    assert f"+ {cluster.prefix}inbox: 4 partitions, replication 1" in output(["plan"], 0, capsys).out
    assert f"{len(CATALOG)} topics created, 0 were there" in output(["apply"], 0, capsys).out
    assert output(["plan"], 0, capsys).out == f"all {len(CATALOG)} topics are there, as the catalogue says\n"
    monkeypatch.setenv("KAIROS_PARTITIONS", "8")
    assert "refuses while a partition count differs" in output(["plan"], 0, capsys).out
    refused = output(["apply"], 1, capsys).err
    assert refused.startswith(f"kairos: topic {cluster.prefix}users has 4 partitions, the fleet needs 8")
    assert len(refused.splitlines()) == 1


def output(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> Any:
    """The output of `kairos topics …`; its exit code is checked."""
    with pytest.raises(SystemExit) as ended:
        main(["topics", *arguments])
    assert ended.value.code == code
    return capsys.readouterr()


async def test_a_topic_that_is_written_to_is_not_forgotten_for_another_one(
    cluster: Cluster, admin: Any, services: Any
) -> None:
    """Asked whether it answers, the broker names all topics; later it is asked for those that are written."""
    settings = load(services.environment() | {"KAIROS_PREFIX": cluster.prefix})
    apply(cluster)
    producer = BatchProducer(settings, {}, 60.0)
    await producer.start()
    try:
        assert await producer.answers()
        admin.create_topics({f"{cluster.prefix}late": {"num_partitions": 1}})
        for topic in ("inbox", "late"):
            await producer.write([ProducerRecord(topic, b"k", b"v", (), now_ms(), 0)])
        known = producer._kafka.client.cluster
        leaders = [known.leader_for_partition(TopicPartition(cluster.prefix + "inbox", n)) for n in range(3)]
    finally:
        await producer.stop()

    assert None not in leaders
