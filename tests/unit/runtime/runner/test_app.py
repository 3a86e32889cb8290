"""What breaks while a worker starts: one line and an exit code, or the signal's doing."""

from typing import Any

import faust
import pytest
from aiokafka.errors import KafkaConnectionError

from workers.runtime.process import exits
from workers.runtime.runner import app
from workers.runtime.runner.app import QuietWorker


class Left(Exception):
    """The process is gone."""


async def start(error: Exception, monkeypatch: pytest.MonkeyPatch, *, stopping: bool = False) -> None:
    """Start a worker whose start breaks."""

    async def broken(self: Any) -> None:
        raise error

    def abort(code: int, said: str) -> None:
        raise Left(code, said)

    monkeypatch.setattr(faust.Worker, "start", broken)
    monkeypatch.setattr(app, "abort", abort)
    worker = QuietWorker.__new__(QuietWorker)
    worker._signal_stop_time = 1.0 if stopping else None
    await worker.start()


async def test_kafka_s_failure_is_one_line_and_the_code_for_starting_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when Kafka fails later."""
    with pytest.raises(Left) as left:
        await start(KafkaConnectionError("no broker"), monkeypatch)
    code, said = left.value.args
    assert code == exits.INFRASTRUCTURE
    assert said.startswith("Kafka: KafkaConnectionError: ")
    assert "no broker" in said


async def test_after_a_signal_it_is_the_stop_s_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is raised then."""
    await start(KafkaConnectionError(), monkeypatch, stopping=True)


async def test_an_error_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised as it is."""
    with pytest.raises(ZeroDivisionError):
        await start(ZeroDivisionError(), monkeypatch)
