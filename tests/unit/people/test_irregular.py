"""What `people` ignores, and times that it replaces, are counted by kind."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.fact_base import FactBase
from schemas.facts import FACT
from schemas.mail import Engagement
from tests.unit.people.person_facts import START, fact
from tests.world import DAY_MS, HOUR_MS, sample
from workers.people.bounds import BOUNDS
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Irregularity, Record

USER = fact("user", 0, {"email": "ann@x.jp"}, 5)


def counted(*facts: FactBase | None) -> Counter[tuple[str, str]]:
    """What is counted of an inbox of person a."""
    values = [None if each is None else each.dumps() for each in facts]
    records = [ConsumerRecord("inbox", 0, n, b"a", value, START) for n, value in enumerate(values)]
    result = process(Engine(stage(Policy()), "people", 0), [("inbox", records)])
    assert result.dead_letters == {}
    return result.irregular


def outcome(name: str, at: int, decision: str) -> Any:
    """A record of the inbox: an outcome that claims a time, read at START."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    value = Engagement.model_validate(
        {"decision_id": decision, "person": "user_001", "outcome": name, "at": moment}
    )
    body = {"kind": "engagement", "id": "e", "version": (0, 1), "at": START, "value": value}
    read = stage(Policy()).inputs["inbox"]
    return Record("inbox", 0, 1, "user_001", read(fact_of(body)), (0, 1), START, START)


def fact_of(body: dict[str, Any]) -> bytes:
    """The JSON of a fact."""
    data: bytes = FACT.dump_json(FACT.validate_python(body))
    return data


def test_older_facts_and_retractions_are_counted() -> None:
    """Whether a value or a retraction is newer than they are; the same version again is no older one."""
    order = [fact("order", 1, {"amount": 5}, version) for version in (7, 6, 7)]
    gone = [fact("order", 2, None, 9), fact("order", 2, {"amount": 5}, 8), fact("order", 2, None, 7)]
    assert counted(USER, *order, *gone) == {("inbox", "older"): 3}


def test_items_that_were_evicted_before_are_counted() -> None:
    """The first ones above the bound, when they come again."""
    limit = BOUNDS["order"].limit
    orders = [fact("order", n, {"date": (START + n * DAY_MS) / 1000}, 9) for n in range(limit + 2)]
    assert counted(USER, *orders) == {}
    assert counted(USER, *orders, *orders[:3]) == {("inbox", "evicted"): 2}


def test_a_record_without_a_value_is_counted() -> None:
    """The inbox holds no deletions: a fact is retracted by a fact."""
    assert counted(USER, None) == {("inbox", "no-value"): 1}


def decided() -> PersonState:
    """The state of a person with an open slot for user_001:1."""
    world = sample()
    world.settle()
    (replay,) = [each for each in world.fleet.replays if each.stage.name == "people"]
    state: PersonState = replay.states()["user_001"]
    assert state.stored.contact.slot is not None
    return state


@pytest.mark.parametrize(
    ("at", "kinds"),
    [
        (START, []),
        (START + HOUR_MS - 1, []),
        (START + HOUR_MS, ["time-replaced"]),
        (253_402_300_799_000, ["time-replaced"]),
        (-62_135_596_800_000, ["time-replaced"]),
        (START // 1000, ["time-replaced"]),
    ],
)
def test_a_time_of_an_outcome_that_cannot_be_is_counted(at: int, kinds: list[str]) -> None:
    """Ahead by more than the fleet's time can be late, or before there were such reports."""
    _, actions = stage(Policy()).step(decided(), outcome("sent", at, "user_001:1"))
    assert [*actions] == [Irregularity(kind) for kind in kinds]


def test_an_outcome_that_changes_nothing_is_counted() -> None:
    """One that comes twice, or is of no known decision; a click on a mail that was sent is not."""
    state, step = decided(), stage(Policy()).step
    kinds = []
    for name, decision in (
        ("written", "user_001:9"), ("sent", "user_001:1"), ("sent", "user_001:1"), ("clicked", "user_001:1"),
    ):  # fmt: skip
        state, actions = step(state, outcome(name, START, decision))  # type: ignore[assignment]
        kinds.append([action.kind for action in actions if isinstance(action, Irregularity)])
    assert kinds == [["no-effect"], [], ["no-effect"], []]


def test_a_fact_far_ahead_of_the_watermark_is_counted() -> None:
    """It counts as the watermark."""
    far = fact("order", 1, {"amount": 5}, 7).model_copy(update={"at": START + 31 * DAY_MS})
    record = Record("inbox", 0, 1, "a", stage(Policy()).inputs["inbox"](far.dumps()), (1, 1), START, START)
    _, actions = stage(Policy()).step(None, record)
    assert [*actions] == [Irregularity("time-replaced")]
