"""A Chromium of its own process group, which a test may kill."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
START_SECONDS = 60.0
ATTEMPTS, CONNECT_MS = 3, 100_000


@dataclass(frozen=True)
class KillableChromium:
    """A browser that runs; `address` is that of its DevTools."""

    address: str
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def start(cls, chromium: str, folder: Path) -> Iterator["KillableChromium"]:
        """Start one with its data in an empty folder; at the end of the block it gets SIGKILL."""
        options = ["--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
        process = subprocess.Popen(
            [chromium, *CHROMIUM_ARGUMENTS, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            port = await_port(folder / "DevToolsActivePort", process)
            yield cls(f"http://127.0.0.1:{port}", process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def connected(playwright: Playwright, chromium: str, folder: Path) -> Iterator[Browser]:
    """A browser that runs and is connected; at the end of the block it gets SIGKILL.

    One that hangs when it is connected to, as happens on a busy machine, is replaced.
    """
    for attempt in range(1, ATTEMPTS + 1):
        with KillableChromium.start(chromium, folder / str(attempt)) as killable:
            try:
                browser = playwright.chromium.connect_over_cdp(killable.address, timeout=CONNECT_MS)
            except PlaywrightTimeoutError:
                if attempt == ATTEMPTS:
                    raise
                continue
            yield browser
            return


def await_port(file: Path, process: subprocess.Popen[bytes]) -> int:
    """The port that the browser writes to a file when it listens."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return int(lines[0])
        time.sleep(0.05)
    raise TimeoutError("Chromium does not listen")
