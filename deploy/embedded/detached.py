"""Services that outlive the command that started them: start, status, stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import state
from deploy.embedded.failure import Report, ServicesError
from deploy.embedded.ports import is_open
from deploy.embedded.services import ALWAYS, VARIABLES

STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Status:
    """The current state of one service."""

    name: str
    url: str
    pid: int
    healthy: bool


def up(home: Path, data: Path | None, report: Report, names: Iterable[str] = ALWAYS) -> state.State:
    """Start the named services under a supervisor of their own, unless they run; returns their state.

    `home` is the cache folder that also holds the state; `data` as in `Services.start`.
    """
    if running := state.read(home):
        if data is not None and str(data.absolute()) != running.data:
            raise ServicesError(
                f"the services run already, with their data in {running.data}; stop them first"
            )
        if missing := [name for name in names if name not in running.pids]:
            raise ServicesError(f"the services run already, without {', '.join(missing)}; stop them first")
        return running
    # -P: a folder named deploy in the user's working directory must not be imported
    command = [sys.executable, "-P", "-m", "deploy.embedded", str(home), ",".join(names)]
    command += [str(data.absolute())] if data else []
    home.mkdir(parents=True, exist_ok=True)
    log = home / "supervisor.log"
    with log.open("wb") as errors:
        supervisor = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert supervisor.stdout is not None
    with supervisor.stdout as lines:
        for line in lines:
            if line.startswith("error: "):
                raise ServicesError(line.removeprefix("error: ").strip())
            report(line.strip())
    started = state.read(home)
    if started is None:
        raise ServicesError(f"the supervisor of the services ended (log: {log})")
    return started


def status(home: Path) -> tuple[state.State, list[Status]] | None:
    """The state and the status of each service; None when nothing runs."""
    running = state.read(home)
    if running is None:
        return None
    rows = []
    for name, pid in running.pids.items():
        url = running.urls[VARIABLES[name]]
        port = int(url.rpartition(":")[2].partition("/")[0])
        rows.append(Status(name, url, pid, healthy=is_open(port)))
    return running, rows


def down(home: Path) -> bool:
    """Stop the services and return when they have ended; False when none ran."""
    running = state.read(home)
    if running is None:
        return False
    os.kill(running.supervisor, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while (lock := state.claim(home)) is None:
        if time.monotonic() > deadline:
            raise ServicesError(
                f"process {running.supervisor} did not stop the services within {STOP_SECONDS:.0f} s"
            )
        time.sleep(0.05)
    lock.close()
    return True
