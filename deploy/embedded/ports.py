"""Free ports on 127.0.0.1, stored with the data so that a restart uses the same ones."""

import json
import socket
from pathlib import Path

from deploy.embedded.failure import ServicesError

HOST = "127.0.0.1"
NAMES = ("kafka", "controller", "mongo", "redis")


def choose(data: Path) -> dict[str, int]:
    """A port for each name: those of an earlier start on this data folder, else free ones."""
    file = data / "ports.json"
    if file.exists():
        ports: dict[str, int] = json.loads(file.read_text("utf-8"))
        return ports
    sockets = [socket.create_server((HOST, 0)) for _ in NAMES]
    ports = {name: bound.getsockname()[1] for name, bound in zip(NAMES, sockets, strict=True)}
    for bound in sockets:
        bound.close()
    file.write_text(json.dumps(ports), "utf-8")
    return ports


def require_free(name: str, port: int) -> None:
    """Raise ServicesError when another process listens on the port."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise ServicesError(f"port {port} of {name} is in use by another process on {HOST}") from None


def is_open(port: int) -> bool:
    """Whether something listens on the port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
