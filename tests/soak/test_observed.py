"""The fleet as its operators see it: boards and alerts of a real Prometheus."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.grafana.boards import boards
from tests.integration.processes import HANG_SECONDS, until
from tests.soak.prometheus import PROMETHEUS, Firing, Prometheus, observing

pytestmark = [pytest.mark.slow, PROMETHEUS]
STAND_SECONDS = 90.0
CALM_SECONDS = 60.0
# panels of what does not run or does not happen here: `kairos verify --interval`, and returns of mails
ELSEWHERE = {
    "Profiles that differ",
    "Returned mails",
    "Deleted before they were read",
    "Fields that could not be read",
}
# of a fleet that has run for minutes, a minute is a large share of the hour that the rule looks at
YOUNG = {"KairosFreshnessBudgetBurns"}
NEEDED = ("capture", "route", "people", "jobs", "mail", "learn", "serve")


@contextmanager
def demo(folder: Path) -> Iterator[tuple[psutil.Process, dict[str, int]]]:
    """The demo with a model, and the ports of its workers' metrics."""
    out = folder / "out"
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", "demo", "--gpt"],
            env=dict(os.environ),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "README.md" in out.read_text() or process.poll() is not None)
        (line,) = re.findall(r"^  (capture \d+, .*)$", out.read_text(), re.MULTILINE)
        ports = dict(each.rsplit(" ", 1) for each in line.split(", "))
        yield psutil.Process(process.pid), {name: int(port) for name, port in ports.items()}
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(HANG_SECONDS)


def worker_process(demo: psutil.Process, name: str) -> psutil.Process:
    """The process of a worker."""
    (found,) = [
        each
        for each in demo.children(recursive=True)
        if each.cmdline()[-3:-1] == ["worker", name] or each.cmdline()[-2:] == ["worker", name]
    ]
    return found


def firing(prometheus: Prometheus) -> set[Firing]:
    """What fires, without what a young fleet cannot help."""
    return {each for each in prometheus.firing() if each.name not in YOUNG}


def empty_panels(prometheus: Prometheus) -> list[str]:
    """The panels of which a query gives nothing."""
    return [
        f"{board.name}: {panel.title}"
        for board in boards()
        for panel in board.panels
        if panel.title not in ELSEWHERE and not all(prometheus.series(query.expr) for query in panel.queries)
    ]


def test_every_panel_shows_something_and_only_what_is_wrong_fires(tmp_path: Path) -> None:
    """Each worker stands still for a while in turn: its alert fires, no other one, and ends."""
    with demo(tmp_path) as (process, ports), observing(ports, tmp_path) as prometheus:
        until(lambda: prometheus.has_scraped(ports))
        until(lambda: empty_panels(prometheus) == [])
        calm_until = time.monotonic() + CALM_SECONDS
        while time.monotonic() < calm_until:
            assert firing(prometheus) == set()
        for name in NEEDED:
            stands = worker_process(process, name)
            stands.suspend()
            resumed_at = time.monotonic() + STAND_SECONDS
            seen: set[Firing] = set()
            while time.monotonic() < resumed_at:
                seen |= firing(prometheus)
            stands.resume()
            assert seen == {Firing("KairosWorkerMissing", name)}
            until(lambda: firing(prometheus) == set())
            until(lambda: prometheus.has_scraped(ports))
