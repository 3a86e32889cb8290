"""A Python program of a test in a process of its own, forked from one that has imported the workers.

Imports are most of what a short-lived worker costs, and a run of the tests starts hundreds. After the fork
the program starts as `python -m` would start it.
"""

import faulthandler
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from tests.unit.source_tree import ROOT

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.integration.imported_workers"])


class ForkedProcess:
    """`python -m module *arguments`, with this environment and output; its standard input ends with the test.

    Used as a `subprocess.Popen`: exit codes are negative for signals, and waiting has a limit.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], output: Path
    ) -> None:
        output.touch()
        reader, self._input = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=begin, args=(module, list(arguments), dict(environment), output, reader), daemon=True
        )
        self._process.start()
        reader.close()

    @property
    def pid(self) -> int:
        """Of the process, which has been started."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended; its exit code. `subprocess.TimeoutExpired` when the seconds do not do."""
        until = None if timeout is None else time.monotonic() + timeout
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            assert until is not None
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        self._input.close()
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def begin(
    module: str, arguments: list[str], environment: dict[str, str], output: Path, reader: Connection
) -> None:
    """In the new process: take its input, output and environment, and run the program as the main one."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for source, target in ((reader.fileno(), 0), (file, 1), (file, 2)):
        os.dup2(source, target)
    os.close(file)
    reader.close()
    faulthandler.enable()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
