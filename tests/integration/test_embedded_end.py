"""The embedded services end with the program that started them, in whatever way it ends."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.integration.processes import has_ended, until

pytestmark = pytest.mark.wire

HOLDER = """
import os, sys, threading
from deploy.embedded import Services
started = []
def start():
    started.append(Services.start(only=sys.argv[1].split(",")))
thread = threading.Thread(target=start)
thread.start()
thread.join()
if len(sys.argv) > 2 and os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
print(*(started[0].pid(name) for name in started[0].names), started[0].data, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def holder(names: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program that starts services from a thread that ends, and the pids of the services."""
    command = [sys.executable, "-c", HOLDER, names, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        *pids, _data = program.stdout.readline().split()
        yield program, [int(pid) for pid in pids]
        program.kill()


def test_the_services_end_with_a_killed_program() -> None:
    """They outlive the thread that started them, and end when the program is killed."""
    with holder("kafka,mongo,redis") as (program, pids):
        assert not any(has_ended(pid) for pid in pids)
        program.send_signal(signal.SIGKILL)
        program.wait()
        until(lambda: all(has_ended(pid) for pid in pids))


def test_a_forked_child_does_not_keep_them_alive() -> None:
    """A fork of the program has the same pipe open; the services still end with the program."""
    with holder("mongo,redis", "fork") as (program, pids):
        program.send_signal(signal.SIGKILL)
        until(lambda: all(has_ended(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_a_service_ends_with_its_guard() -> None:
    """A killed guard leaves no orphan."""
    with holder("redis") as (_program, pids):
        os.kill(psutil.Process(pids[0]).ppid(), signal.SIGKILL)
        until(lambda: has_ended(pids[0]))
