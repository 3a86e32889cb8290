"""The supervisor of detached services: `python -m deploy.embedded HOME [DATA]`.

It says each step as a line on standard output and closes it when all services answer; an error is a last line
that begins with `error: `. It ends, with its services, on SIGTERM.
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

ENDINGS = {signal.SIGTERM, signal.SIGINT}


def main(home: Path, data: Path | None) -> int:
    """Start the services, write the state, and hold both until told to end; give the exit code."""
    # blocked before any thread starts, so that the wait below is the one that hears of them
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    claim = _claim(home)
    if claim is None:
        print("error: the services run already", flush=True)
        return 1
    try:
        with claim, Services.start(data, report=lambda line: print(line, flush=True)) as services:
            _announce(home, services)
            signal.sigwait(ENDINGS)
            state.remove(home)
    except ServicesError as error:
        print(f"error: {error}", flush=True)
        return 1
    return 0


def _claim(home: Path) -> IO[str] | None:
    # somebody who only looks holds the claim for a moment
    for _ in range(20):
        if claim := state.claim(home):
            return claim
        time.sleep(0.05)
    return None


def _announce(home: Path, services: Services) -> None:
    pids = {name: services.pid(name) for name in services.names}
    state.write(home, state.State(os.getpid(), str(services.data), services.environment(), pids))
    # the reader of the progress sees the end of it and goes on
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
