"""How many people have which decision, as the metrics say it."""

from types import SimpleNamespace
from typing import Any

from prometheus_client import REGISTRY
from redis.exceptions import RedisError

from workers.serve.app import count_people
from workers.serve.changes import Totals


def people(verdict: str, reason: str = "") -> float | None:
    """A value of the metric by now."""
    return REGISTRY.get_sample_value("kairos_people", {"verdict": verdict, "reason": reason})


def test_people_are_counted_by_verdict_and_those_who_wait_by_reason() -> None:
    """While Redis is away nothing is said, rather than what was."""
    totals = Totals(10, {"send": 3, "ask": 1, "wait": 6}, {"cooldown": 4, "hours": 2})
    model: Any = SimpleNamespace(totals=lambda: totals)
    count_people(model)
    assert [people("send"), people("ask"), people("wait", "cooldown"), people("wait", "hours")] == [
        3,
        1,
        4,
        2,
    ]
    assert people("wait") is None

    def away() -> Totals:
        raise RedisError

    model.totals = away
    count_people(model)
    assert people("send") is None
