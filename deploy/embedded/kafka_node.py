"""Apache Kafka: one node in both roles (KRaft), tuned to start fast and stay small."""

import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.embedded import aot
from deploy.embedded.child import Child, last_line
from deploy.embedded.failure import Report, ServicesError, silent
from deploy.embedded.jars import class_path
from deploy.embedded.java import JVM, find_java
from deploy.embedded.ports import HOST, choose, is_open

TITLE = "Apache Kafka 4.1"
HEAP = ("-Xmx384m", "-Xms64m")
LOGGING = ("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showThreadName=false")
RESET_SECONDS = 30.0
READY_SECONDS = 120.0
RECORDING_SECONDS = 300.0  # Java writes its cache when it ends
PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{host}:{kafka},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{kafka},CONTROLLER://{host}:{controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.bootstrap.servers={host}:{controller}
log.dirs={logs}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.coordinator.threads=1
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=16777216
metadata.max.idle.interval.ms=0
"""


def prepare(home: Path, report: Report) -> list[str]:
    """Fetch missing jars; returns the beginning of the Java command, up to the class path."""
    return aot.with_cache(_java(home, report), home)


def make_cache(home: Path, report: Report) -> None:
    """Make the ahead-of-time cache unless it is there: it halves the CPU of every later start.

    It takes a start and a stop of a node, about 15 s of CPU, and 70 MB in the cache folder.
    """
    java = _java(home, silent)

    def run_once(recording: list[str], folder: Path) -> None:
        report("preparing faster starts of Kafka")
        ports = choose(folder)
        server = command(recording, folder, ports)
        log = folder / "kafka.log"
        format_data(java, folder, log)
        node = Child("Kafka", server, log, RECORDING_SECONDS)
        try:
            node.wait_until(lambda: is_ready(ports), READY_SECONDS)
        finally:
            node.stop(gently=True)

    aot.make_cache(java, home, run_once)


def _java(home: Path, report: Report) -> list[str]:
    return [find_java(), *HEAP, *JVM, *LOGGING, "-cp", class_path("kafka", TITLE, home, report)]


def command(java: list[str], data: Path, ports: dict[str, int]) -> list[str]:
    """Write the configuration under `data`; returns the command that starts the node."""
    folder = data / "kafka"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "server.properties"
    file.write_text(PROPERTIES.format(host=HOST, logs=folder / "logs", **ports), "utf-8")
    return [*java, "kafka.Kafka", str(file)]


def format_data(java: list[str], data: Path, log: Path) -> None:
    """Format a new data folder, and leave one that is formatted alone. Call it after `command`."""
    formatting = format_command(java, data)
    if formatting is None:
        return
    with log.open("ab") as out:
        result = subprocess.run(formatting, stdout=out, stderr=out, stdin=subprocess.DEVNULL, check=False)
    if result.returncode != 0:
        raise ServicesError(f"Kafka cannot format {data}: {last_line(log)}")


def format_command(java: list[str], data: Path) -> list[str] | None:
    """The command that formats a new data folder; None when it is formatted. Call it after `command`."""
    folder = data / "kafka"
    if (folder / "logs" / "meta.properties").exists():
        return None
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return [
        *java,
        "kafka.tools.StorageTool",
        "format",
        "--standalone",
        f"--cluster-id={cluster}",  # one argument: an id may begin with a dash
        "-c",
        str(folder / "server.properties"),
    ]


def is_ready(ports: dict[str, int]) -> bool:
    """Whether the broker accepts requests: it is registered with its own controller."""
    if not is_open(ports["kafka"]):
        return False
    try:
        admin = _admin(ports)
    except KafkaError:
        return False
    try:
        return len(admin.describe_cluster()["brokers"]) == 1
    except KafkaError:
        return False
    finally:
        admin.close()


def reset(ports: dict[str, int]) -> None:
    """Delete every group and every topic but Kafka's internal ones; returns when they are deleted."""
    admin = _admin(ports)
    try:
        _delete_groups(admin)
        topics = _topics(admin)
        if topics:
            admin.delete_topics(topics)
        deadline = time.monotonic() + RESET_SECONDS
        while remaining := _topics(admin):
            if time.monotonic() > deadline:
                raise ServicesError(
                    f"Kafka still has {len(remaining)} topics {RESET_SECONDS:.0f} s after they were deleted"
                )
            time.sleep(0.02)
    finally:
        admin.close()


def _admin(ports: dict[str, int]) -> Any:
    return KafkaAdminClient(bootstrap_servers=f"{HOST}:{ports['kafka']}", bootstrap_timeout_ms=5_000)


def _topics(admin: Any) -> list[str]:
    return [name for name in admin.list_topics() if not name.startswith("__")]


def _delete_groups(admin: Any) -> None:
    deadline = time.monotonic() + RESET_SECONDS
    while groups := [group["group_id"] for group in admin.list_groups()]:
        admin.delete_groups(groups)
        if time.monotonic() > deadline:
            raise ServicesError(f"Kafka cannot delete groups that have members: {', '.join(groups)[:200]}")
        time.sleep(0.02)
