"""What the server says of itself: its time, its clock's difference to ours, who it is, its collections."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
import structlog
from bson import Timestamp
from pymongo.errors import OperationFailure

from schemas.model import from_epoch_ms
from workers.capture import server
from workers.capture.failure import CaptureError
from workers.capture.server import (
    ServerIdentity,
    ServerTime,
    collection_kinds,
    committed_time,
    server_identity,
    server_time,
)
from workers.capture.server_clock import MEASURE_MS, ServerClock, skew_line
from workers.runtime.process import exits

NOW = 1_700_000_000_000
UNKNOWN = ServerIdentity()


class FakeServer:
    """A database whose commands answer as given; `readable` are documents of the server's own collections."""

    name = "product"

    def __init__(self, hello: dict[str, Any], readable: dict[str, Any] | None = None) -> None:
        self.hello = hello
        self.readable = readable or {}
        self.commands: list[tuple[str, dict[str, Any]]] = []

    @property
    def client(self) -> Any:
        """The client; its databases are this one."""
        return {"local": self, "config": self}

    def command(self, name: str, *_: Any, **options: Any) -> dict[str, Any]:
        """The answer to a command."""
        self.commands.append((name, options))
        return self.hello

    def __getitem__(self, collection: str) -> Any:
        server = self

        class Collection:
            def find_one(self, _: Any) -> Any:
                if collection not in server.readable:
                    raise OperationFailure("not authorized", 13)
                return server.readable[collection]

        return Collection()

    def list_collections(self, **_: Any) -> Any:
        """The collections may not be listed."""
        raise OperationFailure("not authorized", 13)


def fake(hello: dict[str, Any], readable: dict[str, Any] | None = None) -> Any:
    """A server, as a database of the driver."""
    return FakeServer(hello, readable)


def test_the_start_is_a_time_that_a_majority_has() -> None:
    """It comes with the reply to a majority read, not to `hello`."""
    db = fake({"operationTime": Timestamp(5, 1)})

    assert committed_time(db, "users") == Timestamp(5, 1)
    ((name, options),) = db.commands
    assert name == "find"
    assert options["readConcern"] == {"level": "majority"}


@pytest.mark.parametrize(
    ("hello", "text"),
    [
        ({}, "need a replica set"),
        ({"setName": "globaldb"}, "although it is a replica set"),
        ({"msg": "isdbgrid"}, "although it is a replica set"),
    ],
)
def test_a_server_without_operation_time_is_told_as_what_it_is(hello: dict[str, Any], text: str) -> None:
    """A product that speaks the protocol is not told to become a replica set."""
    for ask in (server_time, lambda db: committed_time(db, "users")):
        with pytest.raises(CaptureError, match=text):
            ask(fake({"localTime": from_epoch_ms(NOW)} | hello))


def test_who_the_server_is_as_far_as_we_may_know() -> None:
    """The id of the set or the cluster, else its name, else nothing."""
    replica_set = {"system.replset": {"settings": {"replicaSetId": "5f"}}}
    cluster = {"version": {"clusterId": "6a"}}

    assert server_identity(fake({"setName": "rs0"}, replica_set)) == ServerIdentity("rs0", "5f")
    assert server_identity(fake({"msg": "isdbgrid"}, cluster)) == ServerIdentity("", "6a")
    assert server_identity(fake({"setName": "rs0"})) == ServerIdentity("rs0", "")
    assert server_identity(fake({})) == UNKNOWN


def test_only_what_is_known_of_both_makes_another_server() -> None:
    """A privilege that came or went makes no other server, and the id counts more than the name."""
    known = ServerIdentity("rs0", "5f")

    assert known.differs(ServerIdentity("rs0", "77"))
    assert known.differs(ServerIdentity("rs1", ""))
    assert not known.differs(ServerIdentity("renamed", "5f"))
    assert not known.differs(ServerIdentity("rs0", ""))
    assert not known.differs(UNKNOWN)
    assert not UNKNOWN.differs(known)


def test_collections_that_may_not_be_listed_are_unknown() -> None:
    """Unknown, not missing."""
    assert collection_kinds(fake({})) is None


@pytest.mark.parametrize("may_list", [True, False])
def test_what_kind_a_collection_is_as_far_as_we_may_know(may_list: bool) -> None:
    """A user who may not list all hears of names and types of what they may read, not of what is capped."""
    rows: list[dict[str, Any]] = [
        {"name": "users", "type": "collection", "options": {}},
        {"name": "log", "type": "collection", "options": {"capped": True, "size": 4096}},
        {"name": "shown", "type": "view", "options": {"viewOn": "users"}},
        {"name": "measured", "type": "timeseries"},
    ]

    class Listed(FakeServer):
        def list_collections(self, **options: Any) -> Any:
            """All rows, or their names and types."""
            if not may_list and not options:
                raise OperationFailure("not authorized", 13)
            only = ("name", "type") if options else ("name", "type", "options")
            return nullcontext([{name: row.get(name) for name in only} for row in rows])

    db: Any = Listed({})
    log = "capped" if may_list else "collection"
    assert collection_kinds(db) == {
        "users": "collection",
        "log": log,
        "shown": "view",
        "measured": "timeseries",
    }


def test_a_collection_that_may_not_be_read_is_told_with_the_right() -> None:
    """The first reading of all is the one for the time."""

    class Unreadable(FakeServer):
        def command(self, name: str, *_: Any, **options: Any) -> dict[str, Any]:
            """Nothing may be read."""
            raise OperationFailure("not authorized on product to execute command { find: 1 }", 13)

    db: Any = Unreadable({})
    with pytest.raises(CaptureError, match=r"may not read collection product\.users \(right find\): grant"):
        committed_time(db, "users")


def test_a_replica_set_that_is_not_initiated_yet_is_waited_for_by_a_restart() -> None:
    """What is no replica set is for a person."""
    for hello, code in (({"isreplicaset": True}, 1), ({}, exits.REFUSED), ({"setName": "x"}, exits.REFUSED)):
        with pytest.raises(CaptureError) as refused:
            server_time(fake({"localTime": from_epoch_ms(NOW)} | hello))
        assert refused.value.code == code


class Clock:
    """Our monotonic clock and the measured differences, in ms."""

    def __init__(self) -> None:
        self.ms = 0.0
        self.ahead = 0
        self.asked = 0

    def __call__(self) -> float:
        """The monotonic time now."""
        return self.ms

    def ask(self) -> ServerTime:
        """The server's answer."""
        self.asked += 1
        return ServerTime(Timestamp(1, 1), NOW + int(self.ms) + self.ahead, self.ahead, self.ms)


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged."""
    with structlog.testing.capture_logs() as lines:
        yield lines


def test_the_difference_of_the_clocks_is_measured_all_the_time_and_told_once(lines: list[Any]) -> None:
    """One line when it exceeds the bound, one when it is over; measured every MEASURE_MS only."""
    clock = Clock()
    server_clock = ServerClock(clock.ask, clock.ask(), clock)
    for ahead in (0, 7_200_000, 7_200_000, 7_300_000, 0, -120_000, -120_000):
        clock.ahead = ahead
        for _ in range(10):
            clock.ms += MEASURE_MS / 10
            server_clock.measure_if_due()

    assert [line["event"].split(":")[0] for line in lines] == [
        "MongoDB's clock is 7,200 s ahead of this machine's",
        "the clocks of MongoDB and of this machine agree again, to 0 s",
        "MongoDB's clock is 120 s behind this machine's",
    ]
    assert [line["log_level"] for line in lines] == ["warning", "info", "warning"]
    assert clock.asked == 8


def test_between_measurements_a_correction_of_our_clock_does_not_count() -> None:
    """The server's time is its last answer and the monotonic time since."""
    clock = Clock()
    server_clock = ServerClock(clock.ask, clock.ask(), clock)
    clock.ms += 1_234

    assert server_clock.now_ms() == NOW + 1_234


def test_a_wrong_clock_at_the_start_is_told(lines: list[Any]) -> None:
    """The line names the amount, the direction and the setting."""
    clock = Clock()
    clock.ahead = -130_000
    ServerClock(clock.ask, clock.ask(), clock)

    assert [line["event"] for line in lines] == [skew_line(-130_000)]
    assert "130 s behind" in skew_line(-130_000)
    assert "KAIROS_STALE_SECONDS" in skew_line(-130_000)
    assert "KAIROS_AHEAD_SECONDS" in skew_line(130_000)


def test_the_time_of_a_slow_answer_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's time lies between question and answer."""
    times = iter((NOW, NOW + 90_000))
    monkeypatch.setattr(server, "now_ms", lambda: next(times))
    db = fake({"operationTime": Timestamp(1, 1), "localTime": from_epoch_ms(NOW + 1_000)})

    assert server_time(db).ahead_ms == 0
