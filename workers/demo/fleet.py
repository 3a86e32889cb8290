"""The fleet of the demo: its settings, what its processes get to see, and whether it lives."""

import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded import Services
from workers.runtime.process.fleet import WORKERS
from workers.runtime.process.settings import Settings, without_settings
from workers.runtime.process.supervisor import Supervisor

STATE = "demo.json"
INSTANCE = "demo"  # a worker that is started again finds its partitions free
ENDS = 3  # so often may a worker end before the demo gives up
GRAVE, LONGEST = ("error", "critical"), 500
# other programs' settings that a library in a worker would listen to
FOREIGN = ("OPENAI_", "FAUST_", "F_", "MODE_", "KAIROS_", "AWS_", "LOGLEVEL")


class DemoError(RuntimeError):
    """The demo did not do what it should; one line that says what."""


@dataclass(frozen=True)
class DemoLocation:
    """Where a running demo is, for programs beside it; `folder` is its data folder."""

    folder: str
    kafka_url: str
    mongo_url: str
    redis_url: str

    def settings(self) -> Settings:
        """The settings of a program that looks at this demo, whatever the environment says."""
        return Settings(kafka_url=self.kafka_url, mongo_url=self.mongo_url, redis_url=self.redis_url)


def announce(services: Services) -> DemoLocation:
    """Write down, in the data folder, where the demo is."""
    place = DemoLocation(str(services.data), services.kafka_url, services.mongo_url, services.redis_url)
    (services.data / STATE).write_text(json.dumps(asdict(place)), "utf-8")
    return place


def find(folder: Path) -> DemoLocation:
    """Where the demo with this data folder is; DemoError when there is none."""
    try:
        return DemoLocation(**json.loads((folder / STATE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise DemoError(f"no demo runs with its data in {folder}; `kairos demo` starts one") from None


def environment(settings: Settings, port: int, outside: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What a worker's process sees: these settings, and of the outside nothing that could change them.

    Its temporary files are in `folder`, and go with it. It is the one of its kind, so all have one name.
    """
    kept = {
        name: value
        for name, value in without_settings(outside).items()
        if not name.upper().startswith(FOREIGN) and not name.lower().endswith("_proxy")
    }
    own = {"KAIROS_METRICS_PORT": str(port), "KAIROS_INSTANCE": INSTANCE, "TMPDIR": str(folder)}
    return kept | settings.environment() | own


def free_ports(count: int) -> list[int]:
    """Ports of this machine on which nothing listens."""
    sockets = [socket.create_server(("", 0)) for _ in range(count)]
    ports: list[int] = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports


def error_text(line: str) -> str | None:
    """Who failed and why, from a line of the workers' log; None for a line that is no error."""
    try:
        event = json.loads(line[max(0, line.find("{")) :])  # Faust writes cursor codes before some lines
    except ValueError:
        return None
    if not isinstance(event, dict) or event.get("level") not in GRAVE:
        return None
    why = event.get("error") or str(event.get("exception", "")).strip().rpartition("\n")[2]
    return ": ".join(filter(None, [event.get("worker"), event.get("event"), why]))[:LONGEST]


class Fleet:
    """The workers as processes; what they say goes to `workers.log` in the data folder."""

    def __init__(self, settings: Settings, folder: Path, outside: Mapping[str, str]) -> None:
        names = [worker.name for worker in WORKERS]
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.log = folder / "workers.log"
        self._output = self.log.open("ab")
        self._supervisor = Supervisor(
            [(name, environment(settings, self.ports[name], outside, folder)) for name in names],
            output=self._output,
        )

    def start(self) -> None:
        """Start every worker."""
        self._supervisor.start()

    def watch(self, now: float) -> None:
        """Start again what has ended; DemoError when one keeps ending, or is not to be started again.

        `now` is monotonic seconds.
        """
        self._supervisor.watch(now)
        for child in self._supervisor.children:
            if child.final is not None:
                raise DemoError(f"the worker {child.name} ended for good, with exit code {child.final}")
            if child.ends >= ENDS:
                raise DemoError(f"the worker {child.name} ended {child.ends} times")

    def last_error(self) -> str | None:
        """The last error that a worker logged, else the last line it said; None when there is nothing."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        told = [found for line in lines if (found := error_text(line))]
        return told[-1] if told else lines[-1][:LONGEST] if lines else None

    def stop(self) -> None:
        """Stop every worker."""
        self._supervisor.stop()
        self._output.close()
