"""The embedded services in a program: addresses, reset, outages and errors."""

import contextlib
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from redis import Redis

from deploy.embedded import Services, ServicesError
from schemas.model import RawDocument
from tests.integration.processes import has_ended, until
from tests.integration.replica_set import kinds, read_events

pytestmark = pytest.mark.wire


def utc_seconds(client: MongoClient[RawDocument]) -> int:
    """The server's time in epoch seconds."""
    local: datetime = client.admin.command("hello")["localTime"]
    return int(local.replace(tzinfo=UTC).timestamp())


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Services]:
    """MongoDB and Redis of a test's own, which it may stop."""
    with Services.start(tmp_path / "data", only=("mongo", "redis")) as own:
        yield own


@pytest.fixture(scope="module")
def restartable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """All services of this file alone, which a test may empty and start again."""
    with Services.start(tmp_path_factory.mktemp("all")) as services:
        yield services


def test_addresses_and_health(embedded: Services) -> None:
    """Every service answers at its address."""
    assert embedded.environment() == {
        "KAFKA_URL": embedded.kafka_url,
        "MONGO_URL": embedded.mongo_url,
        "REDIS_URL": embedded.redis_url,
        "KAIROS_SENDING": "live",
        "KAIROS_DAILY_LIMITS": "",
    }
    assert all(embedded.healthy(name) for name in ("kafka", "mongo", "redis"))
    assert len({embedded.pid(name) for name in embedded.names}) == 3


def test_reset_empties_everything(restartable: Services) -> None:
    """After a reset there is no topic, no group, no database and no key; all three can be used again."""
    servers = restartable.kafka_url.removeprefix("kafka://")
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_topics({"one": {"num_partitions": 2, "replication_factor": 1}})
    with contextlib.closing(KafkaProducer(bootstrap_servers=servers)) as producer:
        producer.send("one", b"x").get(10)
    consumer = KafkaConsumer("one", bootstrap_servers=servers, group_id="g", auto_offset_reset="earliest")
    assert next(consumer).value == b"x"
    consumer.close()
    with (
        MongoClient[RawDocument](restartable.mongo_url) as mongo,
        Redis.from_url(restartable.redis_url) as redis,
    ):
        mongo.shop.users.insert_one({"_id": 1})
        redis.set("k", "v")
        restartable.reset()
        assert "shop" not in mongo.list_database_names()
        assert redis.dbsize() == 0
    assert [name for name in admin.list_topics() if not name.startswith("__")] == []
    assert admin.list_groups() == []
    admin.create_topics({"one": {"num_partitions": 3, "replication_factor": 1}})
    until(lambda: len(admin.describe_topics(["one"])[0]["partitions"]) == 3)  # it is known a moment later
    admin.close()


def test_kafka_keeps_port_and_data_over_a_restart(restartable: Services) -> None:
    """A record written before a restart is read after it, at the same address."""
    servers = restartable.kafka_url.removeprefix("kafka://")
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_topics({"kept": {"num_partitions": 1, "replication_factor": 1}})
    admin.close()
    with contextlib.closing(KafkaProducer(bootstrap_servers=servers)) as producer:
        producer.send("kept", b"x").get(10)
    before = restartable.pid("kafka")
    restartable.restart("kafka")
    assert restartable.pid("kafka") != before
    consumer = KafkaConsumer("kept", bootstrap_servers=servers, auto_offset_reset="earliest")
    assert next(consumer).value == b"x"
    consumer.close()


@pytest.mark.parametrize("gently", [True, False])
def test_a_restart_keeps_documents_indexes_tokens_and_keys(own: Services, gently: bool) -> None:
    """After a stop or a kill there are the same documents and unique indexes, and old tokens are valid."""
    with MongoClient[RawDocument](own.mongo_url) as mongo, Redis.from_url(own.redis_url) as redis:
        users = mongo.shop.users
        users.create_index("mail", unique=True, name="mail_once")
        with users.watch() as stream:
            users.insert_many([{"_id": i, "mail": str(i), "at": {"n": [i]}} for i in range(3)])
            users.update_one({"_id": 0}, {"$set": {"at.n.0": 9}})
            users.delete_one({"_id": 1})
            users.replace_one({"_id": 2}, {"mail": "new"})
            mongo.shop.orders.insert_one({"_id": 1})
            mongo.shop.orders.drop()
            token = read_events(stream, 1)[0]["_id"]
        redis.set("k", "v")
        for _ in range(2):
            for name in ("mongo", "redis"):
                own.stop_one(name, gently=gently)
                own.start_one(name)
        assert list(users.find()) == [{"_id": 0, "mail": "0", "at": {"n": [9]}}, {"_id": 2, "mail": "new"}]
        assert mongo.shop.list_collection_names() == ["users"]
        assert "mail_once" in users.index_information()
        with pytest.raises(OperationFailure):
            users.update_one({"_id": 2}, {"$set": {"mail": "0"}})
        with users.watch(resume_after=token) as stream:
            users.insert_one({"_id": 5, "mail": "5"})
            events = read_events(stream, 6)
        assert kinds(events) == ["insert", "insert", "update", "delete", "replace", "insert"]
        assert redis.get("k") == b"v"


def test_a_restart_compacts_the_journal(own: Services) -> None:
    """After many changes the journal is shorter than a quarter, and the next restart restores everything."""
    journal = own.data / "mongo" / "journal"
    with MongoClient[RawDocument](own.mongo_url) as mongo:
        users = mongo.shop.users
        users.create_index([("mail", 1)], unique=True)
        users.insert_many([{"_id": i, "mail": f"{i}", "at": {"n": i}} for i in range(700)])
        for _ in range(4):
            users.update_many({}, {"$inc": {"at.n": 1}})
        mongo.admin.command("trimOplog", 2)
        token = users.watch().resume_token
        before, expected = journal.stat().st_size, list(users.find())
        for _ in range(2):
            own.restart("mongo")
            assert list(users.find()) == expected
        assert journal.stat().st_size < before / 4
        assert users.index_information()["mail_1"]["unique"]
        users.delete_one({"_id": 1})
        with users.watch(resume_after=token) as stream:
            assert kinds(read_events(stream, 1)) == ["delete"]


def test_the_token_of_an_idle_server_is_valid_after_a_restart(own: Services) -> None:
    """A stream without events before a restart has the events after it."""
    with MongoClient[RawDocument](own.mongo_url) as mongo, mongo.shop.watch() as stream:
        token = stream.resume_token
    own.restart("mongo")
    with MongoClient[RawDocument](own.mongo_url) as mongo:  # the old one's connections are gone
        mongo.shop.users.insert_one({"_id": 1})
        with mongo.shop.watch(resume_after=token) as stream:
            assert kinds(read_events(stream, 1)) == ["insert"]


def test_history_is_lost_once_the_log_was_trimmed(own: Services) -> None:
    """Error 286 for a token, a time and a stream before the start of the log; a newer token is valid."""
    with MongoClient[RawDocument](own.mongo_url) as mongo:
        users = mongo.shop.users
        with users.watch() as stream, users.watch(batch_size=1) as slow:
            for i in range(10):
                users.insert_one({"_id": i})
            events = read_events(stream, 10)
            read_events(slow, 1)
            mongo.admin.command("trimOplog", 3)
            with pytest.raises(OperationFailure) as lost:
                read_events(slow, 9)
        assert lost.value.code == 286
        for old in (
            {"resume_after": events[0]["_id"]},
            {"start_at_operation_time": events[0]["clusterTime"]},
        ):
            with pytest.raises(OperationFailure) as lost, users.watch(**old):
                pass
            assert lost.value.code == 286
        with users.watch(resume_after=events[6]["_id"]) as stream:
            assert [event["documentKey"]["_id"] for event in read_events(stream, 3)] == [7, 8, 9]
        own.restart("mongo")
        with pytest.raises(OperationFailure) as lost, users.watch(resume_after=events[0]["_id"]):
            pass
        assert lost.value.code == 286
        with users.watch(resume_after=events[6]["_id"]) as stream:
            assert [event["documentKey"]["_id"] for event in read_events(stream, 3)] == [7, 8, 9]


def test_a_token_of_another_server_is_lost_history(own: Services, tmp_path: Path) -> None:
    """A token that is older than the data is refused, not read as the beginning."""
    with MongoClient[RawDocument](own.mongo_url) as mongo, mongo.shop.users.watch() as stream:
        mongo.shop.users.insert_one({"_id": 1})
        event = read_events(stream, 1)[0]
        # cluster times have whole seconds: the other server must start in a later one
        until(lambda: utc_seconds(mongo) > event["clusterTime"].time)
    with (
        Services.start(tmp_path / "other", only=("mongo",)) as other,
        MongoClient[RawDocument](other.mongo_url) as fresh,
        pytest.raises(OperationFailure) as lost,
        fresh.shop.users.watch(resume_after=event["_id"]),
    ):
        pass
    assert lost.value.code == 286


def test_a_port_in_use_and_a_failed_start_are_one_line(own: Services) -> None:
    """The messages name the service, the port and the log."""
    port = int(own.redis_url.rpartition(":")[2].partition("/")[0])
    own.stop_one("redis")
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(ServicesError, match=f"port {port} of redis is in use"),
    ):
        own.start_one("redis")
    own._commands["redis"] = [own._commands["redis"][0], "--no-such-option", "1"]
    with pytest.raises(ServicesError, match=r"Redis stopped: .+\(log: .+redis\.log\)"):
        own.start_one("redis")
    with pytest.raises(ServicesError, match="Redis is not running"):
        own.pid("redis")
    with pytest.raises(ServicesError, match="was not asked for"):
        own.restart("kafka")


def test_a_data_folder_is_used_by_one_process(own: Services) -> None:
    """A second start on the same folder is an error that names the process."""
    with pytest.raises(ServicesError, match=f"used by process {os.getpid()}"):
        Services.start(own.data, only=("redis",))


def test_stop_is_idempotent_and_removes_temporary_data() -> None:
    """A temporary folder is removed."""
    services = Services.start(only=("redis",))
    pid = services.pid("redis")
    services.stop()
    services.stop()
    assert has_ended(pid)
    assert not services.data.exists()
