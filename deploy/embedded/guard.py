"""Runs one command and ends it when the process that started it has ended, in whatever way.

`python guard.py GRACE COMMAND…` prints the pid of the command on its standard output, then watches three
things: the command itself; its standard input, which the parent keeps open (end of file: kill at once; a
line: ask to stop, kill after GRACE seconds); its own parent, since a forked child of the parent may hold the
pipe open.
It uses only the standard library and one thread. On Linux the command is also killed when the guard dies.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from types import FrameType

PR_SET_PDEATHSIG = 1


def main(grace: float, command: list[str]) -> int:
    """Run the command; returns its exit code (128 + n when signal n ended it)."""
    parent = os.getppid()
    wake, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    # signals that the parent has blocked must reach the command
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _ignore)
    signal.signal(signal.SIGTERM, _ignore)
    child = _spawn(command, os.getpid())
    print(child, flush=True)
    return _watch(child, parent, wake, grace)


def _ignore(_signal: int, _frame: FrameType | None) -> None:
    """Do nothing: the signal only wakes the loop."""


def _spawn(command: list[str], guard: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        _die_with_parent()
        if os.getppid() == guard:
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(2, 1)
            os.execvp(command[0], command)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
    os._exit(127)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _watch(child: int, parent: int, wake: int, grace: float) -> int:
    deadline = None
    watched = [0, wake]
    while True:
        readable, _, _ = select.select(watched, [], [], 1.0)
        if wake in readable:
            os.read(wake, 512)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            _kill(child, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        if 0 in readable and os.read(0, 512):
            _kill(child, signal.SIGTERM)
            deadline = time.monotonic() + grace
        elif 0 in readable or os.getppid() != parent or (deadline and time.monotonic() > deadline):
            _kill(child, signal.SIGKILL)
            watched = [wake]


def _kill(child: int, number: signal.Signals) -> None:
    # the child leads its own process group: this also kills the processes that it started
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, number)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
