"""A failure while a worker starts: one line and an exit code, unless it is being stopped."""

from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import faust
import mode
import pytest
from aiokafka.errors import KafkaConnectionError

from workers.runtime.process import exits
from workers.runtime.process.settings import Settings
from workers.runtime.runner import app
from workers.runtime.runner.app import QuietWorker
from workers.runtime.runner.instrumentation import Instrumentation
from workers.runtime.runner.runner import Runner


class Aborted(Exception):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def no_end_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """An abort raises Aborted with the exit code and the line."""

    def abort(code: int, error_line: str) -> None:
        raise Aborted(code, error_line)

    monkeypatch.setattr(app, "abort", abort)


async def start(error: Exception, monkeypatch: pytest.MonkeyPatch, *, stopping: bool = False) -> None:
    """Start a worker whose start raises an error."""

    async def broken(self: Any) -> None:
        raise error

    monkeypatch.setattr(faust.Worker, "start", broken)
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


async def fail_in_a_task(error: Exception, *, stopping: bool = False) -> QuietWorker:
    """A worker one of whose services has failed; its other services would go on."""
    service = mode.Service()
    worker = QuietWorker.__new__(QuietWorker)
    mode.Service.__init__(worker)
    worker._signal_stop_time = 1.0 if stopping else None
    service.beacon = worker.beacon.new(service)
    await service.crash(error)
    return worker


async def test_a_task_of_faust_that_fails_ends_the_process_with_the_reason() -> None:
    """The same code as for a failure of ours."""
    with pytest.raises(Aborted) as aborted:
        await fail_in_a_task(KafkaConnectionError("no broker"))
    code, line = aborted.value.args
    assert code == exits.INFRASTRUCTURE
    assert "no broker" in line


async def test_a_task_of_faust_that_fails_after_a_stop_signal_is_ignored() -> None:
    """The worker stops as it was asked to, and does not raise the failure at its end."""
    worker = await fail_in_a_task(KafkaConnectionError(), stopping=True)
    assert worker.crash_reason is None


async def test_whoever_asks_how_a_worker_stands_makes_nothing_of_it() -> None:
    """Faust makes a consumer, and a recovery, for whoever asks: in another thread the worker would hang."""
    made: Any = app.new_app("people", Settings(), frozenset({"inbox"}), Mock(), Mock())
    runner: Any = SimpleNamespace(_app=made)
    own = Instrumentation("people", Settings(), partial(Runner._consumer, runner), list)
    own.refresh()
    assert (own.unready(), made._consumer) == ("it is starting", None)
    made.consumer = Mock(app=made, heartbeat_age=lambda: 0.0)
    assert Runner._consumer(runner) is made._consumer
    own.refresh()
    assert (own.unready(), made.tables._recovery) == ("it is starting", None)
    assert made.known_recovery is None
    assert made.tables.recovery is made.known_recovery
