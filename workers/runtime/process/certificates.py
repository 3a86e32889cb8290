"""TLS from PEM files: whose certificates count, and our own."""

import ssl
from pathlib import Path

from pydantic import SecretStr


def tls(
    name: str, ca: Path | None, certificate: Path | None, key: Path | None, password: SecretStr | None = None
) -> ssl.SSLContext:
    """A context that checks the server's certificate and its name.

    `ca` None: the certificates that the machine accepts; `key` None: it stands in the certificate's file.
    Raises ValueError with the variables to look at; `name` is what they begin with.
    """
    try:
        context = ssl.create_default_context(cafile=ca)
    except OSError:
        raise ValueError(f"{name}_CA_FILE holds no PEM certificate") from None
    if certificate is not None:
        secret = password.get_secret_value() if password else ""
        try:
            # always a password, since OpenSSL would ask the terminal for one
            context.load_cert_chain(certificate, key, password=secret)
        except (OSError, ValueError):
            raise ValueError(misfit(name, key, password)) from None
    return context


def misfit(name: str, key: Path | None, password: SecretStr | None) -> str:
    """What to say of a certificate that cannot be used with its key."""
    if key is None:
        return f"{name}_CERTIFICATE_FILE must hold a PEM certificate and its key, without a password"
    variables = [
        f"{name}_CERTIFICATE_FILE",
        f"{name}_KEY_FILE",
        *([f"{name}_KEY_PASSWORD"] if password else []),
    ]
    return f"{', '.join(variables)} do not fit together: a PEM certificate and its key are needed"
