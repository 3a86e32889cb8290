"""A worker that is asked to stop while it starts has nothing to end, and ends well."""

import os
import signal
import socket
from collections.abc import Iterator
from types import SimpleNamespace
from unittest.mock import Mock, call

import pytest
from structlog.testing import capture_logs

from workers.commands import worker
from workers.runtime.metrics import endpoints
from workers.runtime.process import exits
from workers.runtime.process.settings import load

SIGNALS = (signal.SIGTERM, signal.SIGINT)
SERVE = endpoints.serve_endpoints


@pytest.fixture(autouse=True)
def _signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the handlers of signals back, and serve no metrics."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    monkeypatch.setattr(endpoints, "serve_endpoints", lambda *_: "")
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def _free_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the endpoints after all."""
    monkeypatch.setattr(endpoints, "serve_endpoints", SERVE)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", ["mail", "capture"])
def test_asked_to_stop_during_its_imports(name: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its module is still being imported; nothing is run, and the exit code is 0."""
    run = Mock()

    def imported(_: str) -> object:
        os.kill(os.getpid(), number)
        return SimpleNamespace(run=run)

    monkeypatch.setattr(worker, "import_module", imported)
    with pytest.raises(SystemExit) as ended:
        worker.run_one(name, load())
    assert ended.value.code == 0
    run.assert_not_called()


@pytest.mark.parametrize(("name", "expected"), [("mail", [call(7)]), ("people", [])])
def test_mails_leave_the_processor_to_decisions(
    name: str, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As much as the settings say, before any mail is written."""
    nice, run = Mock(), Mock()
    monkeypatch.setattr(os, "nice", nice)
    monkeypatch.setattr(worker, "import_module", lambda _: SimpleNamespace(run=run))
    worker.run_one(name, load({"KAIROS_MAIL_NICENESS": "7"}))
    assert nice.mock_calls == expected
    run.assert_called_once()


@pytest.mark.usefixtures("_free_endpoints")
def test_a_port_that_is_taken_is_a_setting_to_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, with the code of a wrong setting; nothing is run."""
    run = Mock()
    monkeypatch.setattr(worker, "import_module", lambda _: SimpleNamespace(run=run))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with capture_logs() as lines, pytest.raises(SystemExit) as ended:
            worker.run_one("people", load({"KAIROS_METRICS_PORT": str(port)}))
    assert ended.value.code == exits.MISCONFIGURED
    assert f"127.0.0.1:{port}" in lines[-1]["error"]
    run.assert_not_called()
