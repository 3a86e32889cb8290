"""From the settings of the wire to the options of each client."""

import ast
import ssl
from typing import Any

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from tests.certificates import Authority
from tests.unit.source_tree import sources, starts
from topics.plan import Cluster
from workers.runtime.process.security import kafka_options, mongo_options, redis_options
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.security import credentials

CLIENTS = {"KafkaConsumer", "KafkaProducer", "KafkaAdminClient", "AIOKafkaConsumer", "AIOKafkaProducer"}
CLIENTS |= {"MongoClient", "Redis.from_url"}
SECRET = "s3cr3t-word"
SASL = {"kafka_sasl_username": "kairos", "kafka_sasl_password": SECRET}


def settings(protocol: str, mechanism: str | None = None, **more: Any) -> Settings:
    """Settings with this protocol, and a user when there is a mechanism."""
    found = {"kafka_sasl_mechanism": mechanism, **SASL} if mechanism else {}
    return Settings(kafka_security_protocol=protocol, **found, **more)


def words(options: Any) -> dict[str, Any]:
    """The options without the context, and without what is not set."""
    return {name: value for name, value in options.items() if name != "ssl_context" and value is not None}


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_faust_is_told_what_the_other_clients_are_told(protocol: str, mechanism: str) -> None:
    """What its driver hands on to aiokafka are our options, for every protocol and mechanism."""
    found = settings(protocol, mechanism if protocol.startswith("SASL") else None)
    options = kafka_options(found)
    handed_on = credentials_to_aiokafka_auth(credentials(found))

    assert words(handed_on) == {"security_protocol": "PLAINTEXT"} | words(options)
    assert (options.get("sasl_plain_password") == SECRET) is protocol.startswith("SASL")
    for given in (options, handed_on):
        context = given.get("ssl_context")
        assert (context is not None) is protocol.endswith("SSL")
        if context is not None:
            assert context.check_hostname
            assert context.verify_mode is ssl.CERT_REQUIRED


def test_the_password_is_not_printed_with_the_options() -> None:
    """Clients log their configuration; a cluster may be printed too."""
    options = kafka_options(settings("SASL_PLAINTEXT", "PLAIN"))

    assert options["sasl_plain_password"].encode() == SECRET.encode()
    assert SECRET not in f"{options} {Cluster(['h:1'], options=options)}"


def test_files_that_went_bad_after_the_start_are_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A client that is made later reads them again."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    found = settings("SSL", kafka_ca_file=authority.certificate)
    authority.certificate.write_text("no certificate")

    with pytest.raises(SettingsError, match=r"^KAFKA_CA_FILE holds no PEM certificate$"):
        kafka_options(found)


def test_mongo_and_redis_are_told_the_files_that_are_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything else is in their URLs."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    ours, ca = authority.sign("ours"), str(authority.certificate)
    found = Settings(
        mongo_ca_file=authority.certificate,
        mongo_certificate_file=ours.both,
        redis_url="rediss://h",
        redis_ca_file=authority.certificate,
        redis_certificate_file=ours.certificate,
        redis_key_file=ours.key,
    )

    assert mongo_options(found) == {"tlsCAFile": ca, "tlsCertificateKeyFile": str(ours.both)}
    assert redis_options(found) == {
        "ssl_ca_certs": ca,
        "ssl_certfile": str(ours.certificate),
        "ssl_keyfile": str(ours.key),
    }
    assert mongo_options(Settings()) == redis_options(Settings()) == {}


def test_no_client_is_made_without_the_options_of_the_wire() -> None:
    """A new client that forgets them would work until somebody needs TLS."""
    made = [
        (source.where, name, any(each.arg is None for each in node.keywords))
        for source in sources()
        if starts(source.name, "workers", "topics")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in CLIENTS
    ]

    assert {name for _, name, _ in made} == CLIENTS
    assert [(where, name) for where, name, has_options in made if not has_options] == []
