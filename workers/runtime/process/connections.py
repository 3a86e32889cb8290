"""Where Kafka, MongoDB and Redis are, how we show who we are, and whose certificates we accept.

The fields belong to `Settings`. All files are PEM. TLS always checks the server's name; without a CA file
those certificates count that the machine accepts.
"""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from workers.runtime.process.certificates import tls

KAFKA_SASL = ("kafka_sasl_mechanism", "kafka_sasl_username", "kafka_sasl_password")
KAFKA_TLS = ("kafka_ca_file", "kafka_certificate_file", "kafka_key_file", "kafka_key_password")
REDIS_TLS = ("redis_ca_file", "redis_certificate_file", "redis_key_file")
PAIRS = (("kafka_certificate_file", "kafka_key_file"), ("redis_certificate_file", "redis_key_file"))


def scheme(*allowed: str) -> AfterValidator:
    """A check that a URL starts with one of the schemes and names hosts; it never tells the URL."""

    def check(url: str) -> str:
        parts = urlsplit(url)
        hosts = parts.netloc.rpartition("@")[2].split(",")
        if parts.scheme not in allowed or not hosts[0]:
            raise ValueError(f"must be a URL like {allowed[0]}://host:port")
        if "@" in parts.path or not all(is_host(host) for host in hosts):
            raise ValueError("special characters in a user or password must be percent-encoded (%40 for @)")
        return url

    return AfterValidator(check)


def is_host(text: str) -> bool:
    """Whether this is a host, with or without a port."""
    try:
        parts = urlsplit(f"//{text}")
        return bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False


def without_user(url: str) -> str:
    """A check that no user stands in a broker's address, where the clients would not look for one."""
    if "@" in url:
        raise ValueError("must name no user; KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD do")
    return url


def readable(path: Path) -> Path:
    """A check that a file is there."""
    if not path.is_file():
        raise ValueError(f"there is no file {path}")
    if not os.access(path, os.R_OK):
        raise ValueError(f"{path} cannot be read by this user")
    return path


File = Annotated[Path, AfterValidator(readable)]
MONGO = scheme("mongodb", "mongodb+srv")


def named_urls(text: str) -> str:
    """A check of a list of NAME=URL with white space between two; it never tells a URL."""
    names = [entry.partition("=")[0] for entry in text.split()]
    for name, entry in zip(names, text.split(), strict=True):
        if not re.fullmatch(r"[A-Za-z0-9_-]+", name) or "=" not in entry:
            raise ValueError("must be NAME=URL with white space between two, a name of letters, digits, _, -")
        if names.count(name) > 1:
            raise ValueError(f"names {name} twice")
        try:
            MONGO.func(entry.partition("=")[2])  # type: ignore[call-arg]
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None
    return text


class Connections(BaseModel):
    """The settings of the wire; a URL can hold a password, so none of them is in the repr."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    kafka_url: Annotated[str, scheme("kafka"), AfterValidator(without_user)] = "kafka://127.0.0.1:9092"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ca_file: File | None = None
    kafka_certificate_file: File | None = None
    kafka_key_file: File | None = None
    kafka_key_password: SecretStr | None = None

    mongo_url: Annotated[str, MONGO] = Field("mongodb://127.0.0.1:27017", repr=False)
    # of further clusters, by the names that the sources file gives them: NAME=URL, white space between two
    mongo_urls: Annotated[str, AfterValidator(named_urls)] = Field("", repr=False)
    mongo_ca_file: File | None = None
    mongo_certificate_file: File | None = None  # the certificate and its key in one file

    redis_url: Annotated[str, scheme("redis", "rediss")] = Field("redis://127.0.0.1:6379/0", repr=False)
    redis_ca_file: File | None = None
    redis_certificate_file: File | None = None
    redis_key_file: File | None = None

    @property
    def brokers(self) -> list[str]:
        """The brokers as host:port, as the Kafka clients want them."""
        return [
            urlsplit(part if "://" in part else f"kafka://{part}").netloc
            for part in self.kafka_url.split(",")
        ]

    @property
    def mongo_clusters(self) -> Mapping[str, str]:
        """The URL of every cluster of MongoDB by its name, that of MONGO_URL by the empty one."""
        named = (entry.partition("=")[::2] for entry in self.mongo_urls.split())
        return {"": self.mongo_url, **dict(named)}

    def kafka_tls(self) -> ssl.SSLContext | None:
        """The context for Kafka, None without TLS; raises ValueError when a file cannot be used."""
        if not self.kafka_security_protocol.endswith("SSL"):
            return None
        files = self.kafka_ca_file, self.kafka_certificate_file, self.kafka_key_file
        return tls("KAFKA", *files, self.kafka_key_password)


def contradictions(connections: Connections) -> Iterator[str]:
    """What does not fit together, one text for each, with the names of the variables."""

    def given(*names: str) -> list[str]:
        return [name for name in names if getattr(connections, name)]

    protocol = connections.kafka_security_protocol
    with_protocol = f"KAFKA_SECURITY_PROTOCOL {protocol}"
    if not protocol.startswith("SASL_") and (sasl := given(*KAFKA_SASL)):
        yield f"{variables(sasl)} cannot be used with {with_protocol}"
    if protocol.startswith("SASL_") and (lacking := [name for name in KAFKA_SASL if not given(name)]):
        yield f"{with_protocol} needs {variables(lacking)}"
    if not protocol.endswith("SSL") and (tls := given(*KAFKA_TLS)):
        yield f"{variables(tls)} cannot be used with {with_protocol}"
    if not connections.redis_url.startswith("rediss:") and (tls := given(*REDIS_TLS)):
        yield f"{variables(tls)} cannot be used unless REDIS_URL begins with rediss://"
    for pair in PAIRS:
        if len(there := given(*pair)) == 1:
            yield f"{variables(there)} needs {variables([name for name in pair if name not in there])}"
    if given("kafka_key_password") and not given("kafka_key_file"):
        yield "KAFKA_KEY_PASSWORD needs KAFKA_KEY_FILE"


def unusable(connections: Connections) -> Iterator[str]:
    """Which files hold something else than they should, one text for each; what does not fit comes before."""
    mongo = connections.mongo_ca_file, connections.mongo_certificate_file, None
    redis = connections.redis_ca_file, connections.redis_certificate_file, connections.redis_key_file
    for name, files in (("KAFKA", None), ("MONGO", mongo), ("REDIS", redis)):
        try:
            if files is None:
                connections.kafka_tls()
            elif any(files):
                tls(name, *files)
        except ValueError as error:
            yield str(error)


def variables(names: list[str]) -> str:
    """The variables of these fields, in one phrase."""
    return ", ".join(name.upper() for name in names)
