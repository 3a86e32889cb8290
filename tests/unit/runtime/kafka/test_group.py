"""What a worker makes of its group's answers: aiokafka's own coordinator, on a broker that is played."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import errors
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState

from workers.runtime.kafka import group
from workers.runtime.kafka.group import exit_when_fenced
from workers.runtime.process import exits

NAME = "people-1"
REFUSALS = (
    (26, NAME, exits.REFUSED, "KAIROS_SESSION_SECONDS: the broker does not allow 10 s"),
    (26, None, exits.REFUSED, "KAIROS_SESSION_SECONDS: the broker does not allow 10 s"),
    (82, NAME, exits.FENCED, "KAIROS_INSTANCE: another process is people-1 now"),
    (30, None, exits.INFRASTRUCTURE, "GroupAuthorizationFailedError"),
    (23, None, exits.INFRASTRUCTURE, "InconsistentGroupProtocolError"),
)


class Left(BaseException):
    """The process would have ended here; no `except Exception` of a library holds it up."""


class Cluster:
    """Knows no topics."""

    def add_listener(self, listener: Callable[[Any], None]) -> None:
        """Nothing will change."""


class Client:
    """A broker that gives every request the same answer."""

    cluster = Cluster()

    def __init__(self, code: int) -> None:
        self.code = code

    async def send(self, node: int, request: Any, group: Any = None) -> Any:
        return SimpleNamespace(error_code=self.code)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """With which codes and lines the process would have ended."""
    found: list[tuple[int, str]] = []

    def abort(code: int, error: str) -> None:
        found.append((code, error))
        raise Left

    monkeypatch.setattr(group, "abort", abort)
    return found


@pytest.fixture
async def member(left: list[tuple[int, str]]) -> AsyncIterator[Callable[[int, str | None], Any]]:
    """Makes a guarded coordinator of a member in generation 3, whose broker answers with one error code."""
    made = []

    def make(code: int, instance: str | None) -> Any:
        one = GroupCoordinator(
            Client(code), SubscriptionState(), group_id="people", group_instance_id=instance
        )
        one.coordinator_id, one.generation, one.member_id = 1, 3, "some-id"
        exit_when_fenced(one, instance, 10.0)
        made.append(one)
        return one

    yield make
    for one in made:
        one._coordination_task.cancel()
    await asyncio.gather(*(one._coordination_task for one in made), return_exceptions=True)


@pytest.mark.parametrize("code", [25, 22])
async def test_a_static_member_that_is_unknown_leaves(
    member: Callable[[int, str | None], Any], left: list[tuple[int, str]], code: int
) -> None:
    """It does not join again: that would throw out the process that has its name now."""
    one = member(code, NAME)
    with pytest.raises(Left):
        await one._do_heartbeat()
    assert [(code, error.partition(",")[0]) for code, error in left] == [
        (exits.FENCED, "KAIROS_INSTANCE: another process is people-1 now")
    ]


async def test_a_dynamic_member_that_is_unknown_joins_again(
    member: Callable[[int, str | None], Any], left: list[tuple[int, str]]
) -> None:
    """It gets an id of its own, so nobody is thrown out."""
    one = member(25, None)
    assert not await one._do_heartbeat()
    assert one.need_rejoin(SimpleNamespace(assignment=object()))
    assert left == []


async def test_a_static_member_that_closes_leaves_nothing_behind(
    member: Callable[[int, str | None], Any], left: list[tuple[int, str]]
) -> None:
    """The end of an orderly stop is no replacement."""
    one = member(0, NAME)
    await one.close()
    assert left == []


@pytest.mark.parametrize(("code", "instance", "wanted", "line"), REFUSALS)
async def test_a_refusal_to_join_is_an_exit_code_and_a_line(
    member: Callable[[int, str | None], Any],
    left: list[tuple[int, str]],
    code: int,
    instance: str | None,
    wanted: int,
    line: str,
) -> None:
    """aiokafka would keep it until somebody fetches, which never happens without partitions."""
    one = member(code, instance)
    subscription = SimpleNamespace(topics={"inbox"}, active=True)
    assignor = SimpleNamespace(name="faust", metadata=lambda topics: b"")
    join = CoordinatorGroupRebalance(one, "people", 1, subscription, [assignor], 10_000, 100)
    with pytest.raises(errors.KafkaError) as refused:
        await join.perform_group_join()
    with pytest.raises(Left):
        await one._push_error_to_user(refused.value)
    ((found, error),) = left
    assert found == wanted
    assert line in error


async def test_a_coordination_that_broke_ends_the_process(
    member: Callable[[int, str | None], Any], left: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the worker would sit there for ever, with neither partitions nor heartbeats."""
    monkeypatch.setattr(group, "abort", lambda code, error: left.append((code, error)))
    one = member(0, None)

    async def broken() -> None:
        raise AssertionError("an assignment for another")

    monkeypatch.setattr(one, "ensure_coordinator_known", broken)
    one._subscription.register_fetch_waiters(set())
    one._subscription.subscribe({"inbox"})
    with pytest.raises(errors.KafkaError):
        await one._coordination_task
    await asyncio.sleep(0)  # callbacks of a task run on the next turn of the loop
    ((code, error),) = left
    assert code == exits.INFRASTRUCTURE
    assert "an assignment for another" in error
