"""How serve takes failures of what it needs."""

import socket
import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from workers.cli import main
from workers.runtime.process.backoff import MAX_DELAY, Backoff
from workers.runtime.process.settings import Settings
from workers.serve.app import run


@pytest.fixture
def silent() -> Iterator[str]:
    """A Redis URL at which nobody answers, and nobody else can begin to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{held.getsockname()[1]}/0"


def test_delays_grow_up_to_a_bound_and_start_again() -> None:
    """Each failure in a row waits twice as long; a success ends the row."""
    backoff = Backoff(60)

    delays = [backoff.failed() for _ in range(8)]

    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, MAX_DELAY, MAX_DELAY]
    backoff.reset()
    assert backoff.failed() == 0.1


def test_a_lost_redis_ends_the_worker_with_one_line_and_code_4(silent: str) -> None:
    """After the retries: one error that names Redis, and the exit code of lost infrastructure."""
    with capture_logs() as lines, pytest.raises(SystemExit) as ended:
        run(Settings(redis_url=silent), threading.Event(), give_up_seconds=0.5)

    assert ended.value.code == 4
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["lost"]) for line in errors] == [("serve cannot go on", "Redis")]
    assert len(lines) > 2  # it tried again before


def test_a_stop_ends_the_retries(silent: str) -> None:
    """Who waits for Redis still stops when asked to."""
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(Settings(redis_url=silent), stop))
    worker.start()
    stop.set()
    worker.join(10)

    assert not worker.is_alive()


@pytest.mark.parametrize("command", ["profile", "explain"])
def test_a_command_without_redis_is_one_line(
    command: str, silent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the address; code 1, no traceback."""
    monkeypatch.setenv("REDIS_URL", silent)

    with pytest.raises(SystemExit) as ended:
        main([command, "user_001"])

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("kairos: ")
    assert silent.removeprefix("redis://").removesuffix("/0") in said.err
