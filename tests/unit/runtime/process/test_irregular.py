"""Wrong clocks are told in the log, each once in a while; everything irregular is counted."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from prometheus_client import REGISTRY

from workers.runtime.process.irregular import TELL_MS, WRONG_TIMES, IrregularCounter


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize("kind", WRONG_TIMES)
def test_a_wrong_time_is_told_at_once_and_then_now_and_then(kind: str, lines: list[Any]) -> None:
    """One line says how many there were since the last one, per topic."""
    counter = IrregularCounter("test")
    for now in range(0, TELL_MS + 1, TELL_MS // 10):
        counter.add("users", kind, 3, now)
    counter.add("orders", kind, 1, TELL_MS)

    assert [(line["topic"], line["records"]) for line in lines] == [
        ("users", 3),
        ("users", 30),
        ("orders", 1),
    ]
    assert {(line["event"], line["log_level"]) for line in lines} == {(WRONG_TIMES[kind], "warning")}


def test_what_is_no_wrong_time_is_only_counted(lines: list[Any]) -> None:
    """Records that are ignored as older may be many, and are nobody's mistake."""
    IrregularCounter("test").add("users", "older", 7, 0)

    assert lines == []
    labels = {"worker": "test", "topic": "users", "kind": "older"}
    assert REGISTRY.get_sample_value("kairos_irregular_total", labels) == 7
