"""TLS on every wire: a fleet that works with certificates and passwords, and clients that are refused."""

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
from tests.integration.processes import until
from tests.integration.secure import PASSWORD, SecureKafka, tls_end
from tests.integration.wire import Addressed
from tests.integration.workers import WorkerProcess
from tests.unit.source_tree import ROOT
from topics.plan import apply
from workers.commands.topics import cluster
from workers.product import mongo as product_database
from workers.runtime.kafka import sync_producer
from workers.runtime.kafka.broker import describe
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.security import mongo_options
from workers.runtime.process.settings import load, without_settings
from workers.serve.read_model import ReadModel, connect

pytestmark = [pytest.mark.wire, pytest.mark.timeout(120)]
PATIENT = 40.0
SASL = "SASL_SSL"
WAYS = [(SASL, "SCRAM-SHA-512"), (SASL, "SCRAM-SHA-256"), (SASL, "PLAIN"), ("SSL", "")]
WRONG = "wr0ng-s3cret"


@dataclass(frozen=True)
class House:
    """Who signs here, our own certificate, and the broker."""

    authority: Authority
    ours: Certified
    kafka: SecureKafka

    def environment(self, protocol: str, mechanism: str, **changed: str) -> dict[str, str]:
        """The settings of Kafka for a client that is welcome, unless they are changed."""
        files = {
            "KAFKA_CA_FILE": str(self.authority.certificate),
            "KAFKA_CERTIFICATE_FILE": str(self.ours.certificate),
            "KAFKA_KEY_FILE": str(self.ours.key),
        }
        found = self.kafka.environment(protocol, mechanism) | files | changed
        return {name: value for name, value in found.items() if value}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A broker that wants a certificate of everybody."""
    folder = tmp_path_factory.mktemp("secure")
    authority = Authority(folder / "ca")
    with SecureKafka.start(folder / "kafka", authority, authority.sign("broker")) as kafka:
        yield House(authority, authority.sign("client"), kafka)


def kairos(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    """The command as a process that sees these settings alone."""
    return subprocess.Popen(
        [sys.executable, "-m", "workers", *arguments],
        env=without_settings(os.environ) | environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.fixture
def product(house: House, services: Addressed) -> Iterator[dict[str, str]]:
    """The settings of MongoDB and Redis behind TLS, and names of this test's own in them."""
    urls, name = services.environment(), uuid.uuid4().hex[:8]
    mongo, redis = (
        int(urls[each].rpartition(":")[2].partition("/")[0]) for each in ("MONGO_URL", "REDIS_URL")
    )
    server = house.authority.sign("server")
    with (
        tls_end(mongo, house.authority, server) as mongo_end,
        tls_end(redis, house.authority, server) as redis_end,
    ):
        yield {
            "MONGO_URL": f"mongodb://127.0.0.1:{mongo_end}/?directConnection=true",
            "MONGO_DATABASE": f"secure_{name}",
            "MONGO_CA_FILE": str(house.authority.certificate),
            "MONGO_CERTIFICATE_FILE": str(house.ours.both),
            "REDIS_URL": f"rediss://127.0.0.1:{redis_end}/0",
            "REDIS_CA_FILE": str(house.authority.certificate),
            "REDIS_CERTIFICATE_FILE": str(house.ours.certificate),
            "REDIS_KEY_FILE": str(house.ours.key),
            "KAIROS_PREFIX": f"secure-{name}-",
        }


def test_a_fleet_works_on_secure_wires(house: House, product: dict[str, str], tmp_path: Path) -> None:
    """From a document to the read model, each worker another way; nobody tells the password."""
    ways = dict(zip(("route", "capture", "people", "serve"), WAYS, strict=True))
    settings = {name: load(product | house.environment(*way)) for name, way in ways.items()}
    found = settings["route"]
    created = kairos(found.environment(), "topics", "apply")
    assert "19 topics created" in created.communicate(timeout=PATIENT)[0]
    with ExitStack() as stack:
        mongo: MongoClient[Any] = stack.enter_context(MongoClient(found.mongo_url, **mongo_options(found)))
        model = ReadModel(stack.enter_context(connect(found, 5.0)), found)
        mongo[found.mongo_database].users.insert_one({"_id": "mia", "name": "Mia"})
        stack.callback(mongo.drop_database, found.mongo_database)
        running = [WorkerProcess(name, each, tmp_path / name) for name, each in settings.items()]
        for one in running:
            stack.callback(one.kill)
        until(lambda: model.profile("mia") is not None or any(map(ended, running)), PATIENT)
        assert not any(map(ended, running)), said(running)
        codes = {one.name: one.stop()[0] for one in running}

    assert codes == dict.fromkeys(ways, 0), said(running)
    assert "Traceback" not in said(running)
    assert PASSWORD not in said(running)


def ended(worker: WorkerProcess) -> bool:
    """Whether it is over with a worker."""
    return worker.process.poll() is not None


def said(running: Iterable[WorkerProcess]) -> str:
    """What workers have said."""
    return "".join(one.said() for one in running)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(filter(None, way)))
async def test_every_client_knows_every_way(house: House, way: tuple[str, str]) -> None:
    """kafka-python asks and reads, aiokafka writes."""
    settings = load(house.environment(*way) | {"KAIROS_PREFIX": f"{uuid.uuid4().hex[:8]}-"})
    apply(cluster(settings))
    assert describe(settings, ["inbox"])["inbox"].partitions == settings.kairos_partitions
    producer = BatchProducer(settings, {"inbox": 4}, 5.0)
    await producer.start()
    try:
        await producer.write([ProducerRecord("inbox", b"k", b"v", (), 1_000, 2)])
    finally:
        await producer.stop()
    with reading(settings) as reader:
        assert [(raw.partition, raw.key, raw.value) for raw in reader.read("inbox")] == [(2, b"k", b"v")]


async def test_aiokafka_checks_the_name_of_the_host(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """As kafka-python does below; Faust hands it the same context."""
    settings = load(house.environment(*WAYS[0], KAFKA_URL=f"kafka://localhost:{house.kafka.sasl}"))
    producer = BatchProducer(settings, {}, 5.0)
    try:
        with pytest.raises(KafkaConnectionError):
            await producer.start()
    finally:
        await producer.stop()
    assert "certificate is not valid for 'localhost'" in caplog.text


def test_who_is_refused_hears_why_in_one_line(house: House, tmp_path: Path) -> None:
    """A wrong password, an unknown authority, another host, no certificate: one line each, and the end."""
    other = str(Authority(tmp_path / "other").certificate)
    scram = WAYS[0]
    elsewhere = f"kafka://localhost:{house.kafka.sasl}"
    user = "look at KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD"
    certificate = "look at KAFKA_CERTIFICATE_FILE"
    cases = [
        (scram, {"KAFKA_SASL_PASSWORD": WRONG}, "worker people", user),
        ((SASL, "PLAIN"), {"KAFKA_SASL_PASSWORD": WRONG}, "topics apply", user),
        (
            scram,
            {"KAFKA_CA_FILE": other},
            "worker people",
            "verify failed: unable to get local issuer certificate; look at KAFKA_CA_FILE",
        ),
        (scram, {"KAFKA_URL": elsewhere}, "topics plan", "look at KAFKA_URL, the certificate is for another"),
        (WAYS[3], {"KAFKA_CERTIFICATE_FILE": "", "KAFKA_KEY_FILE": ""}, "topics plan", certificate),
    ]
    running = [kairos(house.environment(*way, **changed), *what.split()) for way, changed, what, _ in cases]
    for case, one in zip(cases, running, strict=True):
        out, errors = one.communicate(timeout=PATIENT)
        # the start is told before, and a busy machine makes the client complain of slow tasks
        lines = [line for line in errors.splitlines() if not re.search(r'"starting"|threshold', line)]
        assert one.returncode == 1, (case, out, errors)
        assert len(lines) == 1, (case, lines)
        assert "cannot agree with Kafka at" in lines[0], case
        assert case[3] in lines[0], (case, lines)
        assert WRONG not in out + errors


def test_capture_is_refused_in_the_same_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It makes its producer itself."""
    monkeypatch.setattr(sync_producer, "CONNECT_MS", 2_000)
    settings = load(house.environment(*WAYS[2], KAFKA_SASL_PASSWORD=WRONG))
    with pytest.raises(
        sync_producer.ProducerError, match=r"cannot agree with Kafka at .* look at KAFKA_SASL_USERNAME"
    ):
        sync_producer.connected(settings, "capture").__enter__()


def test_redis_of_an_unknown_authority_is_refused(product: dict[str, str], tmp_path: Path) -> None:
    """One line, and nothing was said to it."""
    other = str(Authority(tmp_path / "other").certificate)
    one = kairos(product | {"REDIS_CA_FILE": other}, "profile", "mia")
    errors = one.communicate(timeout=PATIENT)[1]

    assert one.returncode == 1
    assert len(errors.splitlines()) == 1
    assert "certificate verify failed" in errors


def test_mongo_is_found_by_its_service_record(
    product: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`mongodb+srv` asks the name service where to go, and turns TLS on by itself."""
    port = urlsplit(product["MONGO_URL"]).port
    look_up = socket.getaddrinfo

    def resolve(name: str, kind: str, **_: Any) -> list[SimpleNamespace]:
        if kind == "TXT":
            raise dns.resolver.NoAnswer
        assert name == "_mongodb._tcp.db.kairos.test"
        return [SimpleNamespace(target=dns.name.from_text(f"{HOST}."), port=port)]

    def address(host: str, *more: Any, **options: Any) -> Any:
        return look_up("127.0.0.1" if host == HOST else host, *more, **options)

    monkeypatch.setattr("dns.resolver.resolve", resolve)
    monkeypatch.setattr("socket.getaddrinfo", address)
    with product_database.connect(
        load(product | {"MONGO_URL": "mongodb+srv://db.kairos.test"}), "test"
    ) as mongo:
        assert mongo.admin.command("ping")["ok"] == 1
        assert mongo.address == (HOST, port)
