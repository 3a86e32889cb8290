"""How a worker handles its group's errors: aiokafka's own coordinator against a simulated broker."""

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


class Aborted(BaseException):
    """The process would end here; a BaseException, so that no `except Exception` of a library catches it."""


class Cluster:
    """A cluster without topics."""

    def add_listener(self, listener: Callable[[Any], None]) -> None:
        """Ignore it: the metadata never changes."""


class Client:
    """A client whose requests all get the same error code."""

    cluster = Cluster()

    def __init__(self, code: int) -> None:
        self.code = code

    async def send(self, node: int, request: Any, group: Any = None) -> Any:
        return SimpleNamespace(error_code=self.code)


@pytest.fixture
def aborts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """The exit code and error line of every call of `abort`."""
    aborts: list[tuple[int, str]] = []

    def abort(code: int, error: str) -> None:
        aborts.append((code, error))
        raise Aborted

    monkeypatch.setattr(group, "abort", abort)
    return aborts


@pytest.fixture
async def member(aborts: list[tuple[int, str]]) -> AsyncIterator[Callable[[int, str | None], Any]]:
    """Makes a guarded coordinator of a member in generation 3, whose broker answers with one error code."""
    coordinators = []

    def make(code: int, instance: str | None) -> Any:
        coordinator = GroupCoordinator(
            Client(code), SubscriptionState(), group_id="people", group_instance_id=instance
        )
        coordinator.coordinator_id, coordinator.generation, coordinator.member_id = 1, 3, "some-id"
        exit_when_fenced(coordinator, instance, 10.0)
        coordinators.append(coordinator)
        return coordinator

    yield make
    for coordinator in coordinators:
        coordinator._coordination_task.cancel()
    await asyncio.gather(
        *(coordinator._coordination_task for coordinator in coordinators), return_exceptions=True
    )


@pytest.mark.parametrize("code", [25, 22])
async def test_an_unknown_static_member_ends_the_process(
    member: Callable[[int, str | None], Any], aborts: list[tuple[int, str]], code: int
) -> None:
    """It does not join again: that would fence the process that has its name now."""
    coordinator = member(code, NAME)
    with pytest.raises(Aborted):
        await coordinator._do_heartbeat()
    assert [(code, error.partition(",")[0]) for code, error in aborts] == [
        (exits.FENCED, "KAIROS_INSTANCE: another process is people-1 now")
    ]


async def test_an_unknown_dynamic_member_joins_again(
    member: Callable[[int, str | None], Any], aborts: list[tuple[int, str]]
) -> None:
    """It gets a new member id, so no other process is fenced."""
    coordinator = member(25, None)
    assert not await coordinator._do_heartbeat()
    assert coordinator.need_rejoin(SimpleNamespace(assignment=object()))
    assert aborts == []


async def test_closing_a_static_member_is_no_abort(
    member: Callable[[int, str | None], Any], aborts: list[tuple[int, str]]
) -> None:
    """A clean stop is not taken for a replacement."""
    coordinator = member(0, NAME)
    await coordinator.close()
    assert aborts == []


@pytest.mark.parametrize(("code", "instance", "expected_code", "line"), REFUSALS)
async def test_a_refusal_to_join_is_an_exit_code_and_a_line(
    member: Callable[[int, str | None], Any],
    aborts: list[tuple[int, str]],
    code: int,
    instance: str | None,
    expected_code: int,
    line: str,
) -> None:
    """aiokafka would store the error until the next fetch, which never comes without partitions."""
    coordinator = member(code, instance)
    subscription = SimpleNamespace(topics={"inbox"}, active=True)
    assignor = SimpleNamespace(name="faust", metadata=lambda topics: b"")
    join = CoordinatorGroupRebalance(coordinator, "people", 1, subscription, [assignor], 10_000, 100)
    with pytest.raises(errors.KafkaError) as refused:
        await join.perform_group_join()
    with pytest.raises(Aborted):
        await coordinator._push_error_to_user(refused.value)
    ((exit_code, error),) = aborts
    assert exit_code == expected_code
    assert line in error


async def test_a_failed_coordination_task_ends_the_process(
    member: Callable[[int, str | None], Any], aborts: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the task the worker would run for ever, with neither partitions nor heartbeats."""
    monkeypatch.setattr(group, "abort", lambda code, error: aborts.append((code, error)))
    coordinator = member(0, None)

    async def broken() -> None:
        raise AssertionError("an assignment for another")

    monkeypatch.setattr(coordinator, "ensure_coordinator_known", broken)
    coordinator._subscription.register_fetch_waiters(set())
    coordinator._subscription.subscribe({"inbox"})
    with pytest.raises(errors.KafkaError):
        await coordinator._coordination_task
    await asyncio.sleep(0)  # callbacks of a task run on the next turn of the loop
    ((code, error),) = aborts
    assert code == exits.INFRASTRUCTURE
    assert "an assignment for another" in error
