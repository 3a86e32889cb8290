"""A real Prometheus over processes of this machine, with the rules of deploy/prometheus."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from deploy.embedded.ports import HOST, free_ports
from tests.integration.processes import until
from tests.unit.source_tree import ROOT

PROMETHEUS = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="Prometheus is missing: it is Debian's package prometheus"
)
RULES = ROOT / "deploy" / "prometheus" / "*-alerts.yml"


class Firing(NamedTuple):
    """An alert that fires; `worker` is its label, empty without one."""

    name: str
    worker: str


class Prometheus:
    """Answers of one that runs."""

    def __init__(self, address: str) -> None:
        self.address = address

    def get(self, path: str, **query: str) -> Any:
        """The data of an answer of the API."""
        url = f"{self.address}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            return json.load(answer)["data"]

    def series(self, expr: str) -> list[Any]:
        """The series that an expression gives now."""
        return list(self.get("query", query=expr.replace("$__rate_interval", "1m"))["result"])

    def firing(self) -> set[Firing]:
        """The alerts that fire now."""
        alerts = self.get("alerts")["alerts"]
        return {
            Firing(each["labels"]["alertname"], each["labels"].get("worker", ""))
            for each in alerts
            if each["state"] == "firing"
        }

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.get("status/runtimeinfo"))
        except OSError:
            return False

    def has_scraped(self, workers: Mapping[str, int]) -> bool:
        """Whether every worker was scraped."""
        return {each["metric"]["worker"] for each in self.series("kairos_ready")} >= workers.keys()


@contextmanager
def observing(workers: Mapping[str, int], folder: Path) -> Iterator[Prometheus]:
    """A Prometheus that scrapes workers, by the ports of their metrics, every second while the block runs."""
    (port,) = free_ports(1)
    targets = [f"{HOST}:{number}" for number in workers.values()]
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "5s"},
        "rule_files": [str(RULES)],
        "scrape_configs": [{"job_name": "kairos", "static_configs": [{"targets": targets}]}],
    }
    path = folder / "prometheus.yml"
    path.write_text(json.dumps(config), "utf-8")  # which is YAML, too
    command = ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={folder / 'series'}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address={HOST}:{port}"], stdout=log, stderr=subprocess.STDOUT
        )
        try:
            found = Prometheus(f"http://{HOST}:{port}")
            until(found.is_ready)
            yield found
        finally:
            process.terminate()
            process.wait(60)
