"""A stand-in for somebody else's service: a process of this interpreter, steered by paths under /control."""

import json
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

from deploy.embedded.failure import Report
from deploy.embedded.ports import HOST


@dataclass(frozen=True)
class StandInNode:
    """The server of the package `name`, which has `seconds` to answer what steers it."""

    name: str
    seconds: float

    def prepare(self, _home: Path, _report: Report) -> list[str]:
        """The interpreter and the module; nothing is downloaded."""
        # -P: a folder named deploy in the user's working directory must not be imported
        return [sys.executable, "-P", "-m", f"deploy.embedded.{self.name}"]

    def command(self, program: list[str], data: Path, ports: dict[str, int]) -> list[str]:
        """The command that starts the server; settings, as JSON, may follow it."""
        return [*program, str(ports[self.name]), str(data / self.name)]

    def is_ready(self, ports: dict[str, int]) -> bool:
        """Whether the server answers."""
        try:
            self.control(ports[self.name], "settings")
        except (URLError, OSError):
            return False
        return True

    def reset(self, ports: dict[str, int]) -> None:
        """Forget all that came, and have the settings of the start."""
        self.control(ports[self.name], "reset", {})

    def control(self, port: int, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a path that steers the server; with a `body` it is posted there."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{HOST}:{port}/control/{path}", data)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=self.seconds) as answer:
            return json.load(answer)
