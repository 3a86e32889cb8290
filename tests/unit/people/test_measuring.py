"""What is measured of decisions: each once, with the fact that has brought it, if one has."""

import pytest
from prometheus_client import REGISTRY

from schemas.fact_base import FactBase
from tests.unit.people.test_stage import NOW, USER, batch, fact
from workers.people.app import MEASURE
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.stage import Measured

BEFORE = fact("user", "users/a", USER, at=NOW - 500)
WAIT = ("wait", "address", "default")


def measured(*rounds: tuple[FactBase | int, ...]) -> list[list[Measured]]:
    """What is measured in rounds of one engine."""
    engine, offset, found = Engine(stage(Policy()), "people", 0), 0, []
    for messages in rounds:
        current = Round(engine)
        assert not any(current.feed("inbox", batch(*messages, begin=offset)))
        assert not any(current.encode_states())
        found.append(current.close().measured)
        offset += len(messages)
    return found


def test_a_decision_is_measured_since_the_fact_that_has_brought_it() -> None:
    """Not before the watermark, and not again while it is the same."""
    (decision,) = measured((BEFORE,), (NOW,), (NOW + 1,))[1]
    assert decision.since == NOW - 500
    assert decision.what[0] in ("send", "ask", "wait")
    assert measured((BEFORE,), (NOW,), (NOW + 1,))[::2] == [[], []]


def test_on_the_first_day_it_says_nothing_how_long_a_decision_takes() -> None:
    """Years of facts are read at once; nor while sources are waited for."""
    first, second = measured((0, BEFORE, 0), (NOW,))
    assert [each.since for each in (*first, *second)] == [None] * len((*first, *second))
    assert first[0].what == ("wait", "sources", "default")
    assert len(second) == 1


@pytest.mark.parametrize(("since", "seconds"), [(None, None), (NOW - 500, 0.5), (NOW + 9, 0.0)])
def test_it_is_counted_when_it_is_acknowledged(since: int | None, seconds: float | None) -> None:
    """By verdict, reason and campaign; a fact of a wrong time takes no time."""

    def values() -> tuple[float, float, float]:
        labels = dict(zip(("verdict", "reason", "campaign"), WAIT, strict=True))
        counted = REGISTRY.get_sample_value("kairos_decisions_total", labels) or 0.0
        took = [REGISTRY.get_sample_value(f"kairos_decision_latency_seconds_{s}") for s in ("count", "sum")]
        return counted, took[0] or 0.0, took[1] or 0.0

    before = values()
    MEASURE(Measured(WAIT, since), NOW)
    counted, count, total = (now - was for now, was in zip(values(), before, strict=True))
    assert (counted, count) == (1, 0 if seconds is None else 1)
    assert total == pytest.approx(seconds or 0.0)
