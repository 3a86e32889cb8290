"""From the settings to the options of each client: TLS, and who we are; empty for a plain wire."""

from pathlib import Path
from typing import Any

from workers.runtime.process.settings import Settings, SettingsError


class Hidden(str):
    """A password that the client can use and that is not seen when it, or a dict with it, is printed."""

    def __repr__(self) -> str:
        return "'**********'"


def kafka_options(settings: Settings) -> dict[str, Any]:
    """Options for every client of kafka-python and aiokafka; raises SettingsError for unusable files."""
    options: dict[str, Any] = {}
    try:
        context = settings.kafka_tls()
    except ValueError as error:
        raise SettingsError(str(error)) from None
    if settings.kafka_security_protocol != "PLAINTEXT":
        options["security_protocol"] = settings.kafka_security_protocol
    if context is not None:
        options["ssl_context"] = context
    if settings.kafka_sasl_mechanism and settings.kafka_sasl_password:
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_sasl_username
        options["sasl_plain_password"] = Hidden(settings.kafka_sasl_password.get_secret_value())
    return options


def mongo_options(settings: Settings) -> dict[str, Any]:
    """For pymongo, beside what MONGO_URL says; either file turns TLS on."""
    return given(tlsCAFile=settings.mongo_ca_file, tlsCertificateKeyFile=settings.mongo_certificate_file)


def redis_options(settings: Settings) -> dict[str, Any]:
    """For redis-py, beside what REDIS_URL says; rediss:// turns TLS on."""
    return given(
        ssl_ca_certs=settings.redis_ca_file,
        ssl_certfile=settings.redis_certificate_file,
        ssl_keyfile=settings.redis_key_file,
    )


def given(**files: Path | None) -> dict[str, str]:
    """The files that are set, by the client's name for them."""
    return {name: str(file) for name, file in files.items() if file is not None}
