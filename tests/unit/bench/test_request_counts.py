"""Counters of requests in a file that two processes share."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.bench.request_counts import by_kind, counting, shared


def test_requests_are_counted_by_kind_and_sent_as_before(tmp_path: Path) -> None:
    worker, bench = shared(tmp_path / "counters"), shared(tmp_path / "counters")
    sent: list[Any] = []

    def send(connection: str, request: Any, timeout: int = 0) -> int:
        sent.append((connection, request.API_KEY, timeout))
        return len(sent)

    counted = counting(send, worker)
    assert counted("c1", SimpleNamespace(API_KEY=0), 3) == 1
    assert counted("c1", SimpleNamespace(API_KEY=0), timeout=4) == 2
    assert counted("c2", SimpleNamespace(API_KEY=3)) == 3
    assert sent == [("c1", 0, 3), ("c1", 0, 4), ("c2", 3, 0)]
    assert by_kind(bench) == {"produce": 2, "other": 1}


def test_a_file_that_is_opened_again_keeps_its_counts(tmp_path: Path) -> None:
    shared(tmp_path / "counters")[1] = 7
    assert by_kind(shared(tmp_path / "counters")) == {"fetch": 7}


def test_both_clients_of_the_fleet_have_what_is_counted() -> None:
    from aiokafka.conn import AIOKafkaConnection
    from aiokafka.protocol.produce import ProduceRequest
    from kafka.net.connection import KafkaConnection
    from kafka.protocol.producer import ProduceRequest as OtherProduceRequest

    assert callable(AIOKafkaConnection.send)
    assert callable(KafkaConnection.send_request)
    assert ProduceRequest.API_KEY == OtherProduceRequest.API_KEY == 0
