"""The fleet of the demo: where it runs, the environment of its processes, and their supervision."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deploy.embedded import Services, airtable_node, openai_node
from deploy.embedded.ports import free_ports
from workers.demo.senders import MAIL_FROM, with_senders
from workers.runtime.process.fleet import fleet_of
from workers.runtime.process.settings import DEPLOY, Settings, without_settings
from workers.runtime.process.supervisor import Supervisor

LOCATION_FILE = "demo.json"
INSTANCE = "demo"  # the same after a restart, so that a restarted worker gets its partitions back at once
MAX_ENDS = 3  # ends of one worker after which the demo gives up
SOURCES = '[messages]\nfrom = "airtable"\n'
POLL_SECONDS = 0.4  # between two looks for changes in Airtable: decisions wait for that
MAILS_A_SECOND = 50.0
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
    gpt_url: str = ""  # of the stand-in for OpenAI; empty: the bank and the templates write
    airtable_port: int = 0  # of the stand-in for Airtable
    smtp_port: int = 0  # of the demo's own mail server

    @property
    def feed_url(self) -> str:
        """The origin of serve's HTTP."""
        return f"http://127.0.0.1:{self.feed_port}"

    @property
    def site_url(self) -> str:
        """The origin of the job site."""
        return f"http://127.0.0.1:{self.site_port}"

    @property
    def airtable_url(self) -> str:
        """The origin of the stand-in for Airtable."""
        return f"http://127.0.0.1:{self.airtable_port}"

    @property
    def sources_file(self) -> Path:
        """The file that says where the product's documents are."""
        return Path(self.folder) / "sources.toml"

    @property
    def policy_file(self) -> Path:
        """The file that says when mails are sent, and who sends them."""
        return Path(self.folder) / "policy.toml"

    def settings(self) -> Settings:
        """The settings of a program that uses this demo, whatever the environment has."""
        gpt: dict[str, Any] = {"openai_base_url": self.gpt_url, "openai_api_key": openai_node.KEY}
        return Settings(
            airtable_url=self.airtable_url,
            airtable_token=SecretStr(airtable_node.VARIABLES["AIRTABLE_TOKEN"]),
            airtable_base=airtable_node.VARIABLES["AIRTABLE_BASE"],
            airtable_poll_seconds=POLL_SECONDS,
            kairos_sources=self.sources_file,
            kafka_url=self.kafka_url,
            mongo_url=self.mongo_url,
            redis_url=self.redis_url,
            kairos_http_port=self.feed_port,
            kairos_allowed_origins=self.site_url,
            kairos_sending="live",  # nobody is behind its addresses
            kairos_daily_limits="",
            kairos_policy=self.policy_file,
            kairos_job_url=f"{self.site_url}/jobs/{{id}}/?source=mail",
            kairos_event_url=f"{self.site_url}/events/{{id}}/",
            kairos_public_url=self.feed_url,
            kairos_smtp_url=SecretStr(f"smtp://127.0.0.1:{self.smtp_port}?tls=none"),
            kairos_mail_from=MAIL_FROM,
            kairos_pace_start=MAILS_A_SECOND,
            kairos_pace_most=MAILS_A_SECOND,
            **(gpt if self.gpt_url else {}),
        )


def write_location(services: Services) -> DemoLocation:
    """Write the location of the demo to its data folder, with free ports for HTTP, and return it."""
    feed_port, site_port, smtp_port = free_ports(3)
    urls = (services.kafka_url, services.mongo_url, services.redis_url)
    gpt_url = services.openai_url if "openai" in services.names else ""
    airtable_port = int(services.airtable_url.rpartition(":")[2])
    location = DemoLocation(
        str(services.data), *urls, feed_port, site_port, gpt_url, airtable_port, smtp_port
    )
    location.sources_file.write_text(SOURCES, "utf-8")
    location.policy_file.write_text(with_senders(DEPLOY / "policy.toml", location.site_url), "utf-8")
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
        names = fleet_of(settings)
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
