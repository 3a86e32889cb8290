"""A certificate authority for tests, made with the `openssl` command."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

HOST = "one.db.kairos.test"
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
EXTENSIONS = (
    f"subjectAltName=IP:127.0.0.1,DNS:{HOST}\n"
    "keyUsage=critical,digitalSignature\n"
    "extendedKeyUsage=serverAuth,clientAuth\n"
    "authorityKeyIdentifier=keyid\n"
)


@dataclass(frozen=True)
class Certified:
    """A certificate for 127.0.0.1 and HOST, and its key, one file each and both in one."""

    certificate: Path
    key: Path
    both: Path


class Authority:
    """Signs certificates; its own is in `certificate`. Skips the test where there is no `openssl`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        options = ("-nodes", "-days", "2", "-keyout", str(self._key), "-out", str(self.certificate))
        openssl("req", "-x509", *EC, *options, "-subj", "/CN=ca", "-addext", "keyUsage=critical,keyCertSign")

    def sign(self, name: str, password: str = "") -> Certified:
        """Make a key, locked with the password if there is one, and sign its certificate."""
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        lock = ("-passout", f"pass:{password}") if password else ("-nodes",)
        openssl("req", *EC, *lock, "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name}")
        (self.folder / "extensions").write_text(EXTENSIONS)
        by = ("-CA", str(self.certificate), "-CAkey", str(self._key), "-CAcreateserial", "-days", "2")
        output = ("-extfile", str(self.folder / "extensions"), "-out", str(certificate))
        openssl("x509", "-req", "-in", str(request), *by, *output)
        both = self.folder / f"{name}.both.pem"
        both.write_text(certificate.read_text() + key.read_text())
        return Certified(certificate, key, both)


def openssl(*arguments: str) -> None:
    """Run the command; a failure fails the test with its error output."""
    if shutil.which("openssl") is None:
        pytest.skip("certificates are made with the openssl command, which is not on PATH")
    finished = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
