"""The fleet of the demo: where it runs, the environment of its processes, and their supervision."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from workers.runtime.process.fleet import WORKERS
from workers.runtime.process.settings import Settings, without_settings
from workers.runtime.process.supervisor import Supervisor

LOCATION_FILE = "demo.json"
INSTANCE = "demo"  # the same after a restart, so that a restarted worker gets its partitions back at once
MAX_ENDS = 3  # ends of one worker after which the demo gives up
ERROR_LEVELS = ("error", "critical")
MAX_ERROR_CHARACTERS = 500
# environment variables of other programs that a library in a worker would read
FOREIGN_PREFIXES = ("OPENAI_", "FAUST_", "F_", "MODE_", "KAIROS_", "AWS_", "LOGLEVEL")


class DemoError(RuntimeError):
    """The demo failed; the text is one line with the reason."""


@dataclass(frozen=True)
class DemoLocation:
    """The addresses of a running demo, for other programs; `folder` is its data folder."""

    folder: str
    kafka_url: str
    mongo_url: str
    redis_url: str
    feed_port: int = 0  # on which serve answers HTTP
    site_port: int = 0

    @property
    def feed_url(self) -> str:
        """The origin of serve's HTTP."""
        return f"http://127.0.0.1:{self.feed_port}"

    @property
    def site_url(self) -> str:
        """The origin of the job site."""
        return f"http://127.0.0.1:{self.site_port}"

    def settings(self) -> Settings:
        """The settings of a program that uses this demo, whatever the environment has."""
        return Settings(
            kafka_url=self.kafka_url,
            mongo_url=self.mongo_url,
            redis_url=self.redis_url,
            kairos_http_port=self.feed_port,
            kairos_allowed_origins=self.site_url,
            kairos_sending="live",  # nobody is behind its addresses
            kairos_daily_limits="",
        )


def write_location(services: Services) -> DemoLocation:
    """Write the location of the demo to its data folder, with free ports for HTTP, and return it."""
    feed_port, site_port = free_ports(2)
    urls = (services.kafka_url, services.mongo_url, services.redis_url)
    location = DemoLocation(str(services.data), *urls, feed_port, site_port)
    (services.data / LOCATION_FILE).write_text(json.dumps(asdict(location)), "utf-8")
    return location


def read_location(folder: Path) -> DemoLocation:
    """Read the location of the demo with this data folder; DemoError when there is none."""
    try:
        return DemoLocation(**json.loads((folder / LOCATION_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        raise DemoError(f"no demo runs with its data in {folder}; `kairos demo` starts one") from None


def environment(settings: Settings, port: int, outside: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment of a worker's process: these settings, and of `outside` nothing that could change them.

    Its temporary files are in `folder` and are deleted with it. Each worker runs once, so all can have the
    same instance name.
    """
    inherited = {
        name: value
        for name, value in without_settings(outside).items()
        if not name.upper().startswith(FOREIGN_PREFIXES) and not name.lower().endswith("_proxy")
    }
    own = {"KAIROS_METRICS_PORT": str(port), "KAIROS_INSTANCE": INSTANCE, "TMPDIR": str(folder)}
    return inherited | settings.environment() | own


def error_text(line: str) -> str | None:
    """Worker, event and reason of an error in a line of the workers' log; None for any other line."""
    try:
        event = json.loads(line[max(0, line.find("{")) :])  # Faust writes cursor codes before some lines
    except ValueError:
        return None
    if not isinstance(event, dict) or event.get("level") not in ERROR_LEVELS:
        return None
    reason = event.get("error") or str(event.get("exception", "")).strip().rpartition("\n")[2]
    return ": ".join(filter(None, [event.get("worker"), event.get("event"), reason]))[:MAX_ERROR_CHARACTERS]


class Fleet:
    """The workers as processes; their output goes to `workers.log` in the data folder."""

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
        """Restart workers that have ended; DemoError when one keeps ending, or must not be restarted.

        `now` is monotonic seconds.
        """
        self._supervisor.watch(now)
        for child in self._supervisor.children:
            if child.final is not None:
                raise DemoError(f"the worker {child.name} ended for good, with exit code {child.final}")
            if child.ends >= MAX_ENDS:
                raise DemoError(f"the worker {child.name} ended {child.ends} times")

    def last_error(self) -> str | None:
        """The last error in the workers' log, else its last line; None when it is empty."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        errors = [error for line in lines if (error := error_text(line))]
        if errors:
            return errors[-1]
        return lines[-1][:MAX_ERROR_CHARACTERS] if lines else None

    def stop(self) -> None:
        """Stop every worker."""
        self._supervisor.stop()
        self._output.close()
