"""The same services in containers, behind the same attributes as `deploy.embedded.Services`."""

import contextlib
import time
from types import ModuleType, TracebackType
from typing import Any, Self

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.embedded import kafka_node, mongo_node, redis_node
from tests.integration.processes import HANG_SECONDS

MONGO_IMAGE = "mongo:8.0"
KAFKA_IMAGE = "confluentinc/cp-kafka:7.9.0"
REDIS_IMAGE = "redis:7.4"
PRIMARY_SECONDS = HANG_SECONDS


def no_engine() -> str | None:
    """Say why no container can be started here; None when one can."""
    try:
        from testcontainers.core.docker_client import DockerClient

        DockerClient().client.ping()
    except Exception as error:
        return f"no Docker engine answers ({type(error).__name__})"
    return None


def start_mongo() -> tuple[Any, int]:
    """Start a replica set of one member; give the container and its port, once it is primary."""
    from testcontainers.core.container import DockerContainer

    container = (
        DockerContainer(MONGO_IMAGE).with_command("--replSet rs0 --bind_ip_all").with_exposed_ports(27017)
    )
    container.start()
    try:
        port = int(container.get_exposed_port(27017))
        _initiate(port)
    except BaseException:
        container.stop()
        raise
    return container, port


def _initiate(port: int) -> None:
    with MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as client:
        member = {"_id": 0, "host": "localhost:27017"}
        with contextlib.suppress(OperationFailure):
            client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
        end = time.monotonic() + PRIMARY_SECONDS
        while not client.admin.command("hello").get("isWritablePrimary"):
            if time.monotonic() > end:
                raise TimeoutError(f"the replica set has no primary after {PRIMARY_SECONDS:.0f} s")
            time.sleep(0.1)


class DockerServices:
    """Running containers; `reset` and the addresses are as in `deploy.embedded.Services`."""

    def __init__(self, containers: list[Any], ports: dict[str, int]) -> None:
        self._containers = containers
        self._ports = ports
        self.kafka_url = f"kafka://127.0.0.1:{ports['kafka']}"
        self.mongo_url = f"mongodb://127.0.0.1:{ports['mongo']}/?directConnection=true"
        self.redis_url = f"redis://127.0.0.1:{ports['redis']}/0"

    @classmethod
    def start(cls) -> Self:
        """Start the three containers and return when all of them answer."""
        from testcontainers.community.kafka import KafkaContainer
        from testcontainers.community.redis import RedisContainer

        containers: list[Any] = []
        try:
            kafka = (
                KafkaContainer(KAFKA_IMAGE).with_kraft().with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            )
            kafka.with_env("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            kafka.with_env("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000")
            containers.append(kafka)
            kafka.start()
            redis = RedisContainer(REDIS_IMAGE)
            containers.append(redis)
            redis.start()
            mongo, mongo_port = start_mongo()
            containers.append(mongo)
            ports = {"mongo": mongo_port, "redis": int(redis.get_exposed_port(6379))}
            ports["kafka"] = int(kafka.get_bootstrap_server().rpartition(":")[2])
        except BaseException:
            _stop(containers)
            raise
        return cls(containers, ports)

    def environment(self) -> dict[str, str]:
        """Give the addresses as `KAFKA_URL`, `MONGO_URL` and `REDIS_URL`."""
        return {"KAFKA_URL": self.kafka_url, "MONGO_URL": self.mongo_url, "REDIS_URL": self.redis_url}

    def reset(self) -> None:
        """Empty the services, as `Services.reset` does."""
        nodes: tuple[ModuleType, ...] = (kafka_node, mongo_node, redis_node)
        for node in nodes:
            node.reset(self._ports)

    def stop(self) -> None:
        """Stop and remove the containers; may be called again."""
        containers, self._containers = self._containers, []
        _stop(containers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _stop(containers: list[Any]) -> None:
    for container in containers:
        with contextlib.suppress(Exception):
            container.stop()
