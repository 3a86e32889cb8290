"""The supervisor of detached services: `python -m deploy.embedded HOME NAMES [DATA]`.

It prints a line per step on standard output, which it closes when all services answer; an error is the last
line and begins with `error: `. On SIGTERM it ends, with its services.
"""

import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from deploy.embedded import state
from deploy.embedded.failure import ServicesError
from deploy.embedded.services import Services

STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


def main(home: Path, names: list[str], data: Path | None) -> int:
    """Start the named services, write the state, and run until a signal; returns the exit code."""
    # blocked before any thread starts, so that only `sigwait` below receives them
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    claim = _claim(home)
    if claim is None:
        print("error: the services run already", flush=True)
        return 1
    try:
        with claim, Services.start(data, names, lambda line: print(line, flush=True)) as services:
            _write_state(home, services)
            signal.sigwait(STOP_SIGNALS)
            state.remove(home)
    except ServicesError as error:
        print(f"error: {error}", flush=True)
        return 1
    return 0


def _claim(home: Path) -> IO[str] | None:
    # a process that only reads the state holds the claim for a moment
    for _ in range(20):
        if claim := state.claim(home):
            return claim
        time.sleep(0.05)
    return None


def _write_state(home: Path, services: Services) -> None:
    pids = {name: services.pid(name) for name in services.names}
    state.write(home, state.State(os.getpid(), str(services.data), services.environment(), pids))
    # end of file tells the reader of the progress that all services answer
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


if __name__ == "__main__":
    data = Path(sys.argv[3]) if len(sys.argv) > 3 else None
    sys.exit(main(Path(sys.argv[1]), sys.argv[2].split(","), data))
