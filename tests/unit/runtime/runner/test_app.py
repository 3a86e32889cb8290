"""A failure while a worker starts: one line and an exit code, unless it is being stopped."""

from typing import Any

import faust
import pytest
from aiokafka.errors import KafkaConnectionError

from workers.runtime.process import exits
from workers.runtime.runner import app
from workers.runtime.runner.app import QuietWorker


class Aborted(Exception):
    """Stands for the end of the process."""


async def start(error: Exception, monkeypatch: pytest.MonkeyPatch, *, stopping: bool = False) -> None:
    """Start a worker whose start raises an error."""

    async def broken(self: Any) -> None:
        raise error

    def abort(code: int, error_line: str) -> None:
        raise Aborted(code, error_line)

    monkeypatch.setattr(faust.Worker, "start", broken)
    monkeypatch.setattr(app, "abort", abort)
    worker = QuietWorker.__new__(QuietWorker)
    worker._signal_stop_time = 1.0 if stopping else None
    await worker.start()


async def test_a_failure_of_kafka_at_the_start_is_one_line_and_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same code as for a failure of Kafka later."""
    with pytest.raises(Aborted) as aborted:
        await start(KafkaConnectionError("no broker"), monkeypatch)
    code, line = aborted.value.args
    assert code == exits.INFRASTRUCTURE
    assert line.startswith("Kafka: KafkaConnectionError: ")
    assert "no broker" in line


async def test_a_failure_after_a_stop_signal_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is raised."""
    await start(KafkaConnectionError(), monkeypatch, stopping=True)


async def test_any_other_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised unchanged."""
    with pytest.raises(ZeroDivisionError):
        await start(ZeroDivisionError(), monkeypatch)
