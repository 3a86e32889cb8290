"""The connection settings: which combinations are refused, and with which message."""

from pathlib import Path

import pytest

from tests.certificates import Authority
from workers.runtime.process.settings import Settings, SettingsError, load, without_settings

SECRET = "s3cr3t-word"
SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "kairos",
    "KAFKA_SASL_PASSWORD": SECRET,
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority for this module."""
    return Authority(tmp_path_factory.mktemp("certificates"))


def refusal(environment: dict[str, str]) -> str:
    """The error of `load` for an environment; it never has the secret."""
    with pytest.raises(SettingsError) as caught:
        load(environment)
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL: Input should be 'PLAINTEXT', 'SSL'"),
        (SASL | {"KAFKA_SASL_MECHANISM": "GSSAPI"}, "KAFKA_SASL_MECHANISM: Input should be 'PLAIN', 'SCRAM"),
        (
            {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT"},
            "KAFKA_SECURITY_PROTOCOL SASL_PLAINTEXT needs KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, "
            "KAFKA_SASL_PASSWORD",
        ),
        (SASL | {"KAFKA_SASL_PASSWORD": ""}, "KAFKA_SECURITY_PROTOCOL SASL_SSL needs KAFKA_SASL_PASSWORD"),
        (
            SASL | {"KAFKA_SECURITY_PROTOCOL": "SSL"},
            "KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD cannot be used with "
            "KAFKA_SECURITY_PROTOCOL SSL",
        ),
        (
            {"KAFKA_SASL_PASSWORD": SECRET},
            "KAFKA_SASL_PASSWORD cannot be used with KAFKA_SECURITY_PROTOCOL PLAINTEXT",
        ),
        ({"KAFKA_CA_FILE": "/no/ca.pem"}, "KAFKA_CA_FILE: there is no file /no/ca.pem"),
        ({"KAFKA_URL": f"kafka://kairos:{SECRET}@h:9092"}, "KAFKA_URL: must name no user"),
        (
            {"MONGO_URL": f"mongodb://kairos:{SECRET}/@h:27017"},
            "MONGO_URL: special characters in a user or password must be percent-encoded",
        ),
        (
            {"REDIS_URL": f"rediss://:{SECRET}/{SECRET}@h:6379/0"},
            "REDIS_URL: special characters in a user or password must be percent-encoded",
        ),
        ({"REDIS_URL": f"http://:{SECRET}@h"}, "REDIS_URL: must be a URL like redis://host:port"),
    ],
)
def test_an_invalid_combination_is_refused_by_name(given: dict[str, str], message: str) -> None:
    """The message names the variables."""
    assert refusal(given).startswith(message)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("KAFKA_CA_FILE", "KAFKA_CA_FILE cannot be used with KAFKA_SECURITY_PROTOCOL PLAINTEXT"),
        ("REDIS_CA_FILE", "REDIS_CA_FILE cannot be used unless REDIS_URL begins with rediss://"),
        ("KAFKA_SECURITY_PROTOCOL KAFKA_CERTIFICATE_FILE", "KAFKA_CERTIFICATE_FILE needs KAFKA_KEY_FILE"),
        ("KAFKA_SECURITY_PROTOCOL KAFKA_KEY_FILE", "KAFKA_KEY_FILE needs KAFKA_CERTIFICATE_FILE"),
        ("KAFKA_SECURITY_PROTOCOL KAFKA_KEY_PASSWORD", "KAFKA_KEY_PASSWORD needs KAFKA_KEY_FILE"),
        ("REDIS_URL REDIS_CERTIFICATE_FILE", "REDIS_CERTIFICATE_FILE needs REDIS_KEY_FILE"),
        ("KAFKA_SECURITY_PROTOCOL KAFKA_CA_FILE", "KAFKA_CA_FILE holds no PEM certificate"),
        ("MONGO_CA_FILE", "MONGO_CA_FILE holds no PEM certificate"),
        ("MONGO_CERTIFICATE_FILE", "MONGO_CERTIFICATE_FILE must hold a PEM certificate and its key"),
        (
            "REDIS_URL REDIS_CERTIFICATE_FILE REDIS_KEY_FILE",
            "REDIS_CERTIFICATE_FILE, REDIS_KEY_FILE do not fit together",
        ),
        (
            "KAFKA_SECURITY_PROTOCOL KAFKA_CERTIFICATE_FILE KAFKA_KEY_FILE",
            "KAFKA_CERTIFICATE_FILE, KAFKA_KEY_FILE do not fit together",
        ),
    ],
)
def test_an_incomplete_or_invalid_file_is_refused_by_name(names: str, message: str, tmp_path: Path) -> None:
    """Every file exists and holds no certificate."""
    (tmp_path / "file").write_text("no certificate")
    values = {"KAFKA_SECURITY_PROTOCOL": "SSL", "REDIS_URL": "rediss://h", "KAFKA_KEY_PASSWORD": SECRET}

    assert refusal({name: values.get(name, str(tmp_path / "file")) for name in names.split()}).startswith(
        message
    )


def test_a_locked_key_needs_its_password(authority: Authority) -> None:
    """The right one opens it; for a missing or wrong one there is an error and no prompt at the terminal."""
    certified = authority.sign("locked", SECRET)
    given = {
        "KAFKA_SECURITY_PROTOCOL": "SSL",
        "KAFKA_CERTIFICATE_FILE": str(certified.certificate),
        "KAFKA_KEY_FILE": str(certified.key),
    }

    assert load(given | {"KAFKA_KEY_PASSWORD": SECRET}).kafka_tls() is not None
    assert refusal(given).startswith("KAFKA_CERTIFICATE_FILE, KAFKA_KEY_FILE do not fit together")
    assert "KAFKA_KEY_PASSWORD" in refusal(given | {"KAFKA_KEY_PASSWORD": "wrong"})


def test_the_key_of_another_certificate_is_refused(authority: Authority) -> None:
    """Both files are valid, but the key is not that of the certificate."""
    certified, other = authority.sign("one"), authority.sign("other")
    given = {"REDIS_URL": "rediss://h", "REDIS_CERTIFICATE_FILE": str(certified.certificate)}

    assert "do not fit together" in refusal(given | {"REDIS_KEY_FILE": str(other.key)})


def test_a_child_gets_every_setting_and_no_repr_has_a_secret(authority: Authority, tmp_path: Path) -> None:
    """The environment for a child gives the same settings; a repr holds no password."""
    (tmp_path / "password").write_text(f"{SECRET}\n")
    certified = authority.sign("child")
    given = {name: value for name, value in SASL.items() if name != "KAFKA_SASL_PASSWORD"} | {
        "KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "password"),
        "KAFKA_CA_FILE": str(authority.certificate),
        "KAFKA_CERTIFICATE_FILE": str(certified.certificate),
        "KAFKA_KEY_FILE": str(certified.key),
        "MONGO_URL": f"mongodb://kairos:{SECRET}@h",
        "MONGO_CERTIFICATE_FILE": str(certified.both),
        "REDIS_URL": f"rediss://:{SECRET}@h",
        "REDIS_CA_FILE": str(authority.certificate),
    }
    settings = load(given)

    assert load(settings.environment()) == settings
    assert settings.environment()["KAFKA_SASL_PASSWORD"] == SECRET
    assert SECRET not in f"{settings!r} {settings}"
    assert without_settings(given | settings.environment() | {"PATH": "/bin"}) == {"PATH": "/bin"}


def test_plain_connections_are_the_default() -> None:
    """Without settings there is neither TLS nor a login."""
    assert Settings().kafka_security_protocol == "PLAINTEXT"
    assert Settings().kafka_tls() is None
    assert load(
        {"KAFKA_URL": "kafka://a:1,kafka://b:2", "MONGO_URL": "mongodb://u:p@a:1,b:2/?x=y"}
    ).brokers == [
        "a:1",
        "b:2",
    ]


def test_further_clusters_have_names() -> None:
    """NAME=URL; the product's own is under the empty name."""
    settings = load({"MONGO_URLS": "crm=mongodb://u:p%40@a,b/?w=1\n  old-shop=mongodb+srv://c"})
    assert settings.mongo_clusters == {
        "": "mongodb://127.0.0.1:27017",
        "crm": "mongodb://u:p%40@a,b/?w=1",
        "old-shop": "mongodb+srv://c",
    }
    assert load(settings.environment()) == settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            f"mongodb://kairos:{SECRET}@a",
            "MONGO_URLS: must be NAME=URL with white space between",
        ),
        ("crm=mongodb://a crm=mongodb://b", "MONGO_URLS: names crm twice"),
        (f"crm=http://{SECRET}", "MONGO_URLS: crm must be a URL like mongodb://host:port"),
        (f"crm=mongodb://a:{SECRET}@b/@c", "MONGO_URLS: crm special characters in a user"),
    ],
)
def test_a_wrong_list_of_clusters_is_refused(text: str, message: str) -> None:
    """Without a URL in the line."""
    assert message in refusal({"MONGO_URLS": text})
