"""Free ports on 127.0.0.1, stored with the data so that a restart uses the same ones."""

import json
import random
import socket
from contextlib import ExitStack
from pathlib import Path

from deploy.embedded.failure import ServicesError

HOST = "127.0.0.1"
NAMES = ("kafka", "controller", "mongo", "redis", "openai", "airtable")
# below those that systems give to outgoing connections: one of them would keep a restart from its port
RANGE = range(10_000, 32_000)
TRIES = 1_000


def choose(data: Path) -> dict[str, int]:
    """A port for each name: those of an earlier start on this data folder, else free ones.

    Raises ServicesError when there are none.
    """
    file = data / "ports.json"
    ports: dict[str, int] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    if new := [name for name in NAMES if name not in ports]:
        ports |= zip(new, free_ports(len(new)), strict=True)
        file.write_text(json.dumps(ports), "utf-8")
    return ports


def free_ports(count: int) -> list[int]:
    """So many ports on which nothing listens, on any address; raises ServicesError when there are none."""
    with ExitStack() as bound:
        return [bound.enter_context(_listen()).getsockname()[1] for _ in range(count)]


def _listen() -> socket.socket:
    for port in random.sample(RANGE, TRIES):
        try:
            return socket.create_server(("", port))
        except OSError:
            continue
    raise ServicesError(f"none of {TRIES} ports tried from {RANGE.start} to {RANGE.stop - 1} is free")


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
