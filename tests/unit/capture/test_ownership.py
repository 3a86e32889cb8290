"""The group of capture: who waits, who writes, and who ends."""

import threading
import time
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from kafka.errors import GroupAuthorizationFailedError, InvalidSessionTimeoutError
from kafka.protocol.producer import ProduceRequest

from workers.capture import ownership as module
from workers.capture.failure import CaptureError
from workers.capture.ownership import CaptureGroup, check_before_sending, session_of_group
from workers.runtime.process import exits

SESSION = 10.0


class Consumer:
    """A consumer that is assigned the partition at its n-th poll (0: never), or fails then."""

    def __init__(self, assigned_at: int = 1, error: Exception | None = None) -> None:
        self.heartbeat = SimpleNamespace(last_send=0.0, received_heartbeat=lambda: None)
        self._coordinator = SimpleNamespace(heartbeat=self.heartbeat)
        self.assigned_at, self.error = assigned_at, error
        self.polls, self.closed = 0, False
        self.listener: Any = None

    def partitions_for_topic(self, topic: str) -> set[int]:
        """One."""
        return {0}

    def subscribe(self, topics: list[str], listener: Any) -> None:
        """Keep the listener."""
        self.listener = listener

    def poll(self, timeout_ms: int) -> None:
        """The next one."""
        time.sleep(0.001)
        self.polls += 1
        if self.polls == self.assigned_at:
            if self.error is not None:
                raise self.error
            self.listener.on_partitions_assigned(["positions/0"])

    def pause(self, *partitions: Any) -> None:
        """Nothing is read."""

    def close(self, **options: Any) -> None:
        """Leave the group."""
        self.closed = True


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes with which the process would have ended."""
    codes: list[int] = []
    monkeypatch.setattr(module, "abort", lambda code, error: codes.append(code))
    return codes


def started(consumer: Consumer) -> CaptureGroup:
    """A member that has joined."""
    ownership = CaptureGroup(consumer, SESSION)
    ownership.start("p-capture-positions")
    return ownership


def test_who_owns_the_partition_begins_and_leaves_at_the_end(ends: list[int]) -> None:
    """Another may begin as soon as the group has been left; giving it up is no loss."""
    consumer = Consumer(assigned_at=5)
    ownership = started(consumer)

    assert ownership.wait(threading.Event())
    ownership.close()
    ownership.on_partitions_revoked({"positions/0"})
    assert consumer.closed
    assert ends == []


def test_without_the_partition_it_stands_by_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """The log says once why nothing happens."""
    monkeypatch.setattr(module, "STANDBY_SECONDS", 0.0)
    monkeypatch.setattr(module, "POLL_MS", 5)
    ownership, stop = started(Consumer(assigned_at=0)), threading.Event()
    threading.Timer(0.1, stop.set).start()

    assert not ownership.wait(stop)
    ownership.close()
    # where logs go depends on what else ran in this process
    assert (capsys.readouterr().out + caplog.text).count("standing by") == 1


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (InvalidSessionTimeoutError(), exits.REFUSED, "KAIROS_SESSION_SECONDS"),
        (GroupAuthorizationFailedError("p-capture"), 1, "GroupAuthorizationFailedError: p-capture"),
    ],
    ids=["session", "acl"],
)
def test_a_group_that_refuses_this_process_ends_it(error: Exception, code: int, text: str) -> None:
    """In one line; of the broker's limits no restart mends."""
    with pytest.raises(CaptureError, match=text) as raised:
        started(Consumer(error=error)).wait(threading.Event())
    assert raised.value.code == code


@pytest.mark.parametrize("how", ["on_partitions_revoked", "on_partitions_lost"])
def test_who_loses_the_partition_ends(ends: list[int], how: str) -> None:
    """Another is at work."""
    ownership = CaptureGroup(Consumer(), SESSION)
    getattr(ownership, how)(set())
    assert ends == []
    getattr(ownership, how)({"positions/0"})
    assert ends == [exits.FENCED]


@pytest.mark.parametrize("poll", [1, 2, 5])
def test_who_has_just_got_the_partition_may_write_at_once(ends: list[int], poll: int) -> None:
    """The group has answered when it gave it away."""
    ownership = started(Consumer(assigned_at=poll))
    assert ownership.wait(threading.Event())
    ownership.confirm()
    ownership.close()
    assert ends == []


class Network:
    """A member of the group, and a producer's connection on which nothing goes out unconfirmed."""

    def __init__(self) -> None:
        self.consumer = Consumer()
        self.sent: list[Any] = []
        self.connection = SimpleNamespace(send=lambda node, request, **options: self.sent.append(request))
        client = SimpleNamespace(_sender=SimpleNamespace(_client=self.connection))
        check_before_sending(client, CaptureGroup(self.consumer, SESSION).confirm)

    def answer(self, age: float) -> None:
        """The group answers a heartbeat that was sent some seconds ago."""
        self.consumer.heartbeat.last_send = time.monotonic() - age
        self.consumer.heartbeat.received_heartbeat()

    def send(self, request: Any) -> None:
        """The producer sends something."""
        self.connection.send(1, request)


def test_records_are_sent_for_half_a_session_after_a_heartbeat(ends: list[int]) -> None:
    """Without asking again."""
    network, request = Network(), ProduceRequest()
    network.answer(age=4.0)
    network.send(request)
    assert (network.sent, ends) == ([request], [])


def test_then_they_wait_for_an_answer_of_the_group(ends: list[int]) -> None:
    """A group that is slow ends nobody; what has no records in it goes out all the same."""
    network, request = Network(), ProduceRequest()
    network.answer(age=6.0)
    network.send("metadata")
    sender = threading.Thread(target=network.send, args=[request])
    sender.start()
    network.answer(age=5.5)  # an old answer is read: it says nothing of now
    sender.join(0.2)
    assert (network.sent, sender.is_alive()) == (["metadata"], True)
    network.answer(age=0.1)
    sender.join()
    assert (network.sent, ends) == (["metadata", request], [])


def test_after_a_session_without_an_answer_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that lay there while this process stood still is none."""

    def leave(code: int, error: str) -> NoReturn:
        raise SystemExit(code)

    monkeypatch.setattr(module, "abort", leave)
    network = Network()
    network.answer(age=11.0)
    with pytest.raises(SystemExit) as left:
        network.send(ProduceRequest())
    assert (left.value.code, network.sent) == (exits.FENCED, [])


@pytest.mark.parametrize(("setting", "session"), [(10.0, 6.0), (60.0, 36.0), (8.0, 6.0), (3.0, 3.0)])
def test_the_session_of_capture_leaves_time_to_take_over(setting: float, session: float) -> None:
    """Three fifths of the setting, but never less than what brokers take without a setting of theirs."""
    assert session_of_group(setting) == session
