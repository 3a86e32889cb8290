"""From the security settings to the options of each client."""

import ast
import ssl
from typing import Any

import pytest
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from tests.certificates import Authority
from tests.unit.source_tree import is_inside, sources
from topics.plan import Cluster
from workers.runtime.process.security import kafka_options, mongo_options, redis_options
from workers.runtime.process.settings import Settings, SettingsError
from workers.runtime.runner.security import credentials

CLIENTS = {"KafkaConsumer", "KafkaProducer", "KafkaAdminClient", "AIOKafkaConsumer", "AIOKafkaProducer"}
CLIENTS |= {"MongoClient", "Redis.from_url"}
SECRET = "s3cr3t-word"
SASL = {"kafka_sasl_username": "kairos", "kafka_sasl_password": SECRET}


def settings(protocol: str, mechanism: str | None = None, **fields: Any) -> Settings:
    """Settings with this protocol, and a user if there is a mechanism."""
    login = {"kafka_sasl_mechanism": mechanism, **SASL} if mechanism else {}
    return Settings(kafka_security_protocol=protocol, **login, **fields)


def without_context(options: Any) -> dict[str, Any]:
    """The options without the TLS context and without None."""
    return {name: value for name, value in options.items() if name != "ssl_context" and value is not None}


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_faust_gets_the_options_of_the_other_clients(protocol: str, mechanism: str) -> None:
    """Faust's driver passes our options to aiokafka, for every protocol and mechanism."""
    chosen = settings(protocol, mechanism if protocol.startswith("SASL") else None)
    options = kafka_options(chosen)
    passed_on = credentials_to_aiokafka_auth(credentials(chosen))

    assert without_context(passed_on) == {"security_protocol": "PLAINTEXT"} | without_context(options)
    assert (options.get("sasl_plain_password") == SECRET) is protocol.startswith("SASL")
    for client_options in (options, passed_on):
        context = client_options.get("ssl_context")
        assert (context is not None) is protocol.endswith("SSL")
        if context is not None:
            assert context.check_hostname
            assert context.verify_mode is ssl.CERT_REQUIRED


def test_the_password_is_not_printed_with_the_options() -> None:
    """Clients log their configuration; a cluster may be printed, too."""
    options = kafka_options(settings("SASL_PLAINTEXT", "PLAIN"))

    assert options["sasl_plain_password"].encode() == SECRET.encode()
    assert SECRET not in f"{options} {Cluster(['h:1'], options=options)}"


def test_a_file_that_became_invalid_after_the_start_is_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A client that is constructed later reads the files again."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    chosen = settings("SSL", kafka_ca_file=authority.certificate)
    authority.certificate.write_text("no certificate")

    with pytest.raises(SettingsError, match=r"^KAFKA_CA_FILE holds no PEM certificate$"):
        kafka_options(chosen)


def test_mongo_and_redis_get_the_files_that_are_set(tmp_path_factory: pytest.TempPathFactory) -> None:
    """All other options are in their URLs."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    certified, ca = authority.sign("ours"), str(authority.certificate)
    chosen = Settings(
        mongo_ca_file=authority.certificate,
        mongo_certificate_file=certified.both,
        redis_url="rediss://h",
        redis_ca_file=authority.certificate,
        redis_certificate_file=certified.certificate,
        redis_key_file=certified.key,
    )

    assert mongo_options(chosen) == {"tlsCAFile": ca, "tlsCertificateKeyFile": str(certified.both)}
    assert redis_options(chosen) == {
        "ssl_ca_certs": ca,
        "ssl_certfile": str(certified.certificate),
        "ssl_keyfile": str(certified.key),
    }
    assert mongo_options(Settings()) == redis_options(Settings()) == {}


def test_every_client_is_constructed_with_the_security_options() -> None:
    """A client without them would fail only where TLS is used."""
    calls = [
        (source.relative_path, name, any(keyword.arg is None for keyword in node.keywords))
        for source in sources()
        if is_inside(source.name, "workers", "topics")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in CLIENTS
    ]

    assert {name for _, name, _ in calls} == CLIENTS
    assert [(where, name) for where, name, has_options in calls if not has_options] == []
