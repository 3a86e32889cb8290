"""TLS on every connection: a fleet with certificates and passwords, and clients that are refused."""

import os
import re
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import dns.name
import dns.resolver
import pytest
from aiokafka.errors import KafkaConnectionError
from pymongo import MongoClient

from tests.certificates import HOST, Authority, Certified
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.secure import PASSWORD, SecureKafka, tls_proxy
from tests.integration.wire import Addressed
from tests.integration.workers import WorkerProcess
from tests.unit.source_tree import ROOT
from topics.catalog import CATALOG
from topics.plan import apply
from workers.commands.topics import cluster
from workers.product import mongo as product_database
from workers.runtime.kafka import sync_producer
from workers.runtime.kafka.broker import describe
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.security import mongo_options
from workers.runtime.process.settings import load, without_settings
from workers.serve.read_model import ReadModel

pytestmark = pytest.mark.wire
SASL = "SASL_SSL"
WAYS = [(SASL, "SCRAM-SHA-512"), (SASL, "SCRAM-SHA-256"), (SASL, "PLAIN"), ("SSL", "")]
WRONG = "wr0ng-s3cret"


@dataclass(frozen=True)
class SecureSite:
    """The authority, the client's certificate, and the broker."""

    authority: Authority
    ours: Certified
    kafka: SecureKafka

    def environment(self, protocol: str, mechanism: str, **changed: str) -> dict[str, str]:
        """The settings of Kafka for a client that is accepted, unless they are changed."""
        files = {
            "KAFKA_CA_FILE": str(self.authority.certificate),
            "KAFKA_CERTIFICATE_FILE": str(self.ours.certificate),
            "KAFKA_KEY_FILE": str(self.ours.key),
        }
        settings = self.kafka.environment(protocol, mechanism) | files | changed
        return {name: value for name, value in settings.items() if value}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureSite]:
    """A broker that requires a certificate of every client."""
    folder = tmp_path_factory.mktemp("secure")
    authority = Authority(folder / "ca")
    with SecureKafka.start(folder / "kafka", authority, authority.sign("broker")) as kafka:
        yield SecureSite(authority, authority.sign("client"), kafka)


def kairos(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """The command as a process with these settings only."""
    return subprocess.Popen(
        [sys.executable, "-m", "workers", *arguments],
        env=without_settings(os.environ) | environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def product(site: SecureSite, services: Addressed) -> Iterator[dict[str, str]]:
    """The settings of MongoDB and Redis behind TLS, and names of this test's own in them."""
    urls, name = services.environment(), uuid.uuid4().hex[:8]
    mongo, redis = (int(urls[key].rpartition(":")[2].partition("/")[0]) for key in ("MONGO_URL", "REDIS_URL"))
    server = site.authority.sign("server")
    with (
        tls_proxy(mongo, site.authority, server) as mongo_end,
        tls_proxy(redis, site.authority, server) as redis_end,
    ):
        yield {
            "MONGO_URL": f"mongodb://127.0.0.1:{mongo_end}/?directConnection=true",
            "MONGO_DATABASE": f"secure_{name}",
            "MONGO_CA_FILE": str(site.authority.certificate),
            "MONGO_CERTIFICATE_FILE": str(site.ours.both),
            "REDIS_URL": f"rediss://127.0.0.1:{redis_end}/0",
            "REDIS_CA_FILE": str(site.authority.certificate),
            "REDIS_CERTIFICATE_FILE": str(site.ours.certificate),
            "REDIS_KEY_FILE": str(site.ours.key),
            "KAIROS_PREFIX": f"secure-{name}-",
            "KAIROS_SESSION_SECONDS": "60",
        }


def test_a_fleet_works_over_tls(site: SecureSite, product: dict[str, str], tmp_path: Path) -> None:
    """From a document to the read model, each worker with another mechanism; no log has the password."""
    ways = dict(zip(("route", "capture", "people", "serve"), WAYS, strict=True))
    settings = {name: load(product | site.environment(*way)) for name, way in ways.items()}
    route = settings["route"]
    created = kairos(route.environment(), "topics", "apply")
    assert f"{len(CATALOG)} topics created" in created.communicate(timeout=HANG_SECONDS)[0]
    with ExitStack() as stack:
        mongo: MongoClient[Any] = stack.enter_context(MongoClient(route.mongo_url, **mongo_options(route)))
        model = ReadModel(stack.enter_context(connect(route, 5.0)), route)
        mongo[route.mongo_database].users.insert_one({"_id": "mia", "name": "Mia"})
        stack.callback(mongo.drop_database, route.mongo_database)
        running = [WorkerProcess(name, each, tmp_path / name) for name, each in settings.items()]
        for worker in running:
            stack.callback(worker.kill)
        until(lambda: model.profile("mia") is not None or any(map(ended, running)))
        assert not any(map(ended, running)), logs_of(running)
        codes = {worker.name: worker.stop()[0] for worker in running}

    assert codes == dict.fromkeys(ways, 0), logs_of(running)
    assert "Traceback" not in logs_of(running)
    assert PASSWORD not in logs_of(running)


def ended(worker: WorkerProcess) -> bool:
    """Whether a worker has ended."""
    return worker.process.poll() is not None


def logs_of(running: Iterable[WorkerProcess]) -> str:
    """The logs of workers."""
    return "".join(worker.log_text() for worker in running)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(filter(None, way)))
async def test_every_client_supports_every_mechanism(site: SecureSite, way: tuple[str, str]) -> None:
    """kafka-python describes and reads topics, aiokafka writes."""
    settings = load(site.environment(*way) | {"KAIROS_PREFIX": f"{uuid.uuid4().hex[:8]}-"})
    apply(cluster(settings))
    assert describe(settings, ["inbox"])["inbox"].partitions == settings.kairos_partitions
    producer = BatchProducer(settings, {"inbox": 4}, 5.0)
    await producer.start()
    try:
        await producer.write([ProducerRecord("inbox", b"k", b"v", (), now_ms(), 2)])
    finally:
        await producer.stop()
    with reading(settings) as reader:
        assert [(raw.partition, raw.key, raw.value) for raw in reader.read("inbox")] == [(2, b"k", b"v")]


async def test_aiokafka_checks_the_host_name(site: SecureSite, caplog: pytest.LogCaptureFixture) -> None:
    """As kafka-python does below; Faust passes it the same context."""
    settings = load(site.environment(*WAYS[0], KAFKA_URL=f"kafka://localhost:{site.kafka.sasl}"))
    producer = BatchProducer(settings, {}, 5.0)
    try:
        with pytest.raises(KafkaConnectionError):
            await producer.start()
    finally:
        await producer.stop()
    assert "certificate is not valid for 'localhost'" in caplog.text


def test_a_refused_client_ends_with_one_line_that_names_the_setting(site: SecureSite, tmp_path: Path) -> None:
    """A wrong password, an unknown authority, another host, no certificate: one line and exit code 1 each."""
    other = str(Authority(tmp_path / "other").certificate)
    scram = WAYS[0]
    elsewhere = f"kafka://localhost:{site.kafka.sasl}"
    user = "look at KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
    certificate = "look at KAFKA_CERTIFICATE_FILE"
    issuer = "verify failed: unable to get local issuer certificate; look at KAFKA_CA_FILE"
    cases = [
        (scram, {"KAFKA_SASL_PASSWORD": WRONG}, "worker people", user),
        ((SASL, "PLAIN"), {"KAFKA_SASL_PASSWORD": WRONG}, "topics apply", user),
        (scram, {"KAFKA_CA_FILE": other}, "worker people", issuer),
        (scram, {"KAFKA_URL": elsewhere}, "topics plan", "look at KAFKA_URL, the certificate is for another"),
        (WAYS[3], {"KAFKA_CERTIFICATE_FILE": "", "KAFKA_KEY_FILE": ""}, "topics plan", certificate),
    ]
    running = [
        kairos(site.environment(*way, **changed), *command.split()) for way, changed, command, _ in cases
    ]
    for case, process in zip(cases, running, strict=True):
        out, errors = process.communicate(timeout=HANG_SECONDS)
        # the start is logged before, and on a busy machine the client logs slow tasks
        lines = [line for line in errors.splitlines() if not re.search(r'"starting"|threshold', line)]
        assert process.returncode == 1, (case, out, errors)
        assert len(lines) == 1, (case, lines)
        assert "cannot agree with Kafka at" in lines[0], case
        assert case[3] in lines[0], (case, lines)
        assert WRONG not in out + errors


def test_a_refused_capture_has_the_same_error(site: SecureSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """It constructs its producer itself."""
    monkeypatch.setattr(sync_producer, "CONNECT_MS", 2_000)
    settings = load(site.environment(*WAYS[2], KAFKA_SASL_PASSWORD=WRONG))
    with pytest.raises(
        sync_producer.ProducerError, match=r"cannot agree with Kafka at .* look at KAFKA_SASL_USERNAME"
    ):
        sync_producer.connected(settings, "capture").__enter__()


def test_redis_of_an_unknown_authority_is_refused(product: dict[str, str], tmp_path: Path) -> None:
    """One line and exit code 1; nothing is sent to it."""
    other = str(Authority(tmp_path / "other").certificate)
    process = kairos(product | {"REDIS_CA_FILE": other}, "profile", "mia")
    errors = process.communicate(timeout=HANG_SECONDS)[1]

    assert process.returncode == 1
    assert len(errors.splitlines()) == 1
    assert "certificate verify failed" in errors


def test_mongo_is_found_by_its_service_record(
    product: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`mongodb+srv` resolves the address by the name service, and turns TLS on by itself."""
    port = urlsplit(product["MONGO_URL"]).port
    look_up = socket.getaddrinfo

    def resolve(name: str, kind: str, **_: Any) -> list[SimpleNamespace]:
        if kind == "TXT":
            raise dns.resolver.NoAnswer
        assert name == "_mongodb._tcp.db.kairos.test"
        return [SimpleNamespace(target=dns.name.from_text(f"{HOST}."), port=port)]

    def address(host: str, *arguments: Any, **options: Any) -> Any:
        return look_up("127.0.0.1" if host == HOST else host, *arguments, **options)

    monkeypatch.setattr("dns.resolver.resolve", resolve)
    monkeypatch.setattr("socket.getaddrinfo", address)
    with product_database.connect(
        load(product | {"MONGO_URL": "mongodb+srv://db.kairos.test"}), "test"
    ) as mongo:
        assert mongo.admin.command("ping")["ok"] == 1
        assert mongo.address == (HOST, port)
