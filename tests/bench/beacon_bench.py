"""Beacons of browsers at 2,000 per second: what was answered with 202 is in the topic; the CPU of one."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from schemas.interactions import Interaction
from tests.bench.measure import Row, settings_of
from tests.bench.metered import Metered, metered
from topics.plan import Cluster, apply
from workers.runtime.kafka.reader import reading
from workers.runtime.process.settings import Settings, without_settings

RATE, PATIENT_SECONDS = 2_000, 120
UNLIMITED = {
    "KAIROS_PERSON_PER_MINUTE": "1000000",
    "KAIROS_PERSON_BURST": "1000000",
    "KAIROS_ADDRESS_PER_MINUTE": "1000000",
    "KAIROS_ADDRESS_BURST": "1000000",
}


class BeaconsLost(AssertionError):
    """A beacon that was answered with 202 is not in the topic."""


def run(services: Services, quick: bool) -> list[Row]:
    """Warm serve up, send beacons at the rate, compare the accepted ids with the topic."""
    environment = services.environment() | UNLIMITED | {"KAIROS_HTTP_PORT": str(free_ports(1)[0])}
    settings = settings_of(environment, "bench-beacons-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    count = RATE * (5 if quick else 30)
    with metered(settings, "serve") as process:
        address = f"http://127.0.0.1:{settings.kairos_http_port}"
        process.wait(lambda: answers(address), PATIENT_SECONDS)
        beacons(address, RATE * 3, "warm")
        idle = idle_share(process)
        before, began = process.cpu(), time.perf_counter()
        told = beacons(address, count, "measured")
        used, seconds = process.cpu() - before, time.perf_counter() - began
    check(settings, told["accepted"])
    return rows(told, count, used, idle, seconds)


def rows(told: Any, count: int, used: float, idle: float, seconds: float) -> list[Row]:
    """The figures of a run: answers, times, and CPU seconds of serve, without what it uses when idle."""
    rate = count / told["lasted"]
    how = f"{count:,} beacons sent at {RATE:,}/s, answered at {rate:,.0f}/s, all on one machine"
    ordered = sorted(told["seconds"])
    times = ", ".join(
        f"p{part} {1000 * ordered[int(len(ordered) * part / 100)]:.0f} ms" for part in (50, 95, 99)
    )
    statuses = ", ".join(f"{number:,} × {status}" for status, number in sorted(told["statuses"].items()))
    each = (used - idle * seconds) / count
    return [
        ("beacons, answers", statuses, f"{how}; every 202 is in the topic"),
        ("beacons, time to an answer", times, "from the page's side, over 64 connections"),
        (
            "beacons, CPU each",
            f"{each * 1e6:.0f} µs",
            f"of serve, which used {used / told['lasted']:.0%} of a core",
        ),
    ]


def answers(address: str) -> bool:
    """Whether serve is ready."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def idle_share(process: Metered) -> float:
    """The share of a core that serve uses when nothing is asked."""
    before, seconds = process.cpu(), 3.0
    time.sleep(seconds)
    return (process.cpu() - before) / seconds


def beacons(address: str, count: int, prefix: str) -> Any:
    """Send beacons from another process; what became of them. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as folder:
        file = Path(folder) / "answers"
        command = [sys.executable, "-m", "tests.bench.beacon_sender", address, str(count), str(RATE)]
        subprocess.run([*command, prefix, str(file)], env=without_settings(os.environ), check=True)
        return json.loads(file.read_text())


def check(settings: Settings, accepted: list[str]) -> None:
    """Raise BeaconsLost unless every accepted id is in the topic."""
    with reading(settings) as reader:
        written = {Interaction.loads(raw.value or b"").id for raw in reader.read("interactions")}
    if lost := set(accepted) - written:
        raise BeaconsLost(f"{len(lost)} of {len(accepted)} accepted beacons are not in the topic")
