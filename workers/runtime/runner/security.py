"""TLS and SASL as Faust takes them; its driver hands them on to aiokafka unchanged."""

from faust.auth import Credentials, SASLCredentials, SSLCredentials

from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings


def credentials(settings: Settings) -> Credentials | None:
    """The `broker_credentials` of Faust's app; None for a plain wire. Raises SettingsError for bad files."""
    options = kafka_options(settings)
    context = options.get("ssl_context")
    if "sasl_mechanism" not in options:
        return SSLCredentials(context) if context else None
    return SASLCredentials(
        username=options["sasl_plain_username"],
        password=options["sasl_plain_password"],
        ssl_context=context,
        mechanism=options["sasl_mechanism"],
    )
