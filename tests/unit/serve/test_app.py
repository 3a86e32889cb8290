"""How serve reacts when Kafka or Redis fails."""

import socket
import threading
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from workers.cli import main
from workers.runtime.process.settings import Settings
from workers.serve.app import run


@pytest.fixture
def unanswered_url() -> Iterator[str]:
    """A Redis URL at which nothing answers: its port is bound and does not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{bound.getsockname()[1]}/0"


def test_a_lost_redis_ends_the_worker_with_one_line_and_code_4(unanswered_url: str) -> None:
    """After the retries: one error that names Redis, and the exit code of lost infrastructure."""
    with capture_logs() as lines, pytest.raises(SystemExit) as ended:
        run(Settings(redis_url=unanswered_url), threading.Event(), give_up_seconds=0.5)

    assert ended.value.code == 4
    errors = [line for line in lines if line["log_level"] == "error"]
    assert [(line["event"], line["lost"]) for line in errors] == [("serve cannot go on", "Redis")]
    assert len(lines) > 2  # it tried again before


def test_a_stop_ends_the_retries(unanswered_url: str) -> None:
    """A worker that waits for Redis stops when it is asked to."""
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(Settings(redis_url=unanswered_url), stop))
    worker.start()
    stop.set()
    worker.join(10)

    assert not worker.is_alive()


@pytest.mark.parametrize("command", ["profile", "explain"])
def test_a_command_without_redis_is_one_line(
    command: str, unanswered_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the address; code 1, no traceback."""
    monkeypatch.setenv("REDIS_URL", unanswered_url)

    with pytest.raises(SystemExit) as ended:
        main([command, "user_001"])

    output = capsys.readouterr()
    assert ended.value.code == 1
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert output.err.startswith("kairos: ")
    assert unanswered_url.removeprefix("redis://").removesuffix("/0") in output.err
