"""How much history is left behind a position, and what is said of it."""

from datetime import UTC, datetime

import pytest
from bson import Timestamp
from prometheus_client import REGISTRY
from pymongo.errors import OperationFailure
from structlog.testing import capture_logs

from schemas.control import SnapshotPlace, SourcePosition
from workers.capture.history import History, alarm_line, is_alarming
from workers.capture.history_watch import REPEAT_LOOKS, HistoryWatch, oldest_change

HOUR = 3600


@pytest.mark.parametrize(
    ("history", "alarming"),
    [
        (History(1000, 1000, 0), False),
        (History(501, 1000, 0), False),
        (History(499, 1000, 0), True),
        (History(-5, 1000, 0), True),
        (History(1000, 1000, 1000), False),  # a server that has just begun
        (History(0, HOUR, None), False),
        (History(0, HOUR + 1, None), True),
        (History(1060, 1000, 0), False),  # a server that is behind: another one, of which others tell
    ],
)
def test_half_of_the_history_or_an_hour_is_alarming(history: History, alarming: bool) -> None:
    """An hour only where it is unknown what the server keeps."""
    assert is_alarming(history) is alarming


@pytest.mark.parametrize(
    ("history", "text"),
    [
        (
            History(400, 1000, 0),
            "the position is 600 s behind MongoDB, which keeps 1,000 s: in 400 s",
        ),
        (History(0, 7200), "the position is 7,200 s behind MongoDB, and it is unknown how much history it"),
        (History(-30, 1000, 0), "the position is 30 s older than the oldest change that MongoDB keeps"),
    ],
)
def test_the_line_says_what_is_left(history: History, text: str) -> None:
    """And what to do."""
    assert alarm_line(history).startswith(text)


class Server:
    """A database's server at a time, whose oplog begins at one, or may not be read."""

    def __init__(self, now: int, oldest: int | None) -> None:
        self.now, self.oldest = now, oldest
        self.client = {"local": {"oplog.rs": self}}

    def command(self, name: str) -> dict[str, object]:
        """The reply to `hello`."""
        assert name == "hello"
        return {"localTime": datetime.fromtimestamp(self.now, UTC), "operationTime": Timestamp(self.now, 1)}

    def find_one(self, *_: object, **options: object) -> dict[str, object] | None:
        """The oldest entry."""
        assert options["sort"] == [("$natural", 1)]
        if self.oldest is None:
            raise OperationFailure("not authorized", 13)
        return {"ts": Timestamp(self.oldest, 1)}


def gauge(name: str) -> float | None:
    """A metric of the source."""
    return REGISTRY.get_sample_value(f"kairos_capture_{name}_timestamp_seconds", {"source": "mongo:crm/x"})


def test_a_source_that_is_held_up_is_told_before_its_history_is_lost() -> None:
    """Once, then now and then, and when it is over; the metrics say it all the time."""
    server = Server(1000, 0)
    place = SourcePosition(source="m", epoch=1, scan=SnapshotPlace(time=900 << 32, wall=0, topics=["users"]))
    watch = HistoryWatch("mongo:crm/x", server, lambda: place)  # type: ignore[arg-type]
    with capture_logs() as lines:
        watch.look()
        assert lines == []
        assert [gauge(each) for each in ("position", "server", "history")] == [900, 1000, 0]
        server.now = 2000
        for _ in range(REPEAT_LOOKS + 1):
            watch.look()
        assert [line["log_level"] for line in lines] == ["warning"] * 2
        place = place.model_copy(update={"scan": SnapshotPlace(time=1990 << 32, wall=0, topics=["users"])})
        watch.look()
    assert lines[-1]["event"] == "the position is near enough to MongoDB again"


def test_without_the_right_to_read_the_oplog_the_lag_counts() -> None:
    """What is unknown is no number."""
    server = Server(7300, None)
    assert oldest_change(server) is None  # type: ignore[arg-type]
    place = SourcePosition(source="m", epoch=1, scan=SnapshotPlace(time=10 << 32, wall=0, topics=["users"]))
    with capture_logs() as lines:
        HistoryWatch("mongo:crm/x", server, lambda: place).look()  # type: ignore[arg-type]
    assert "may not read local.oplog.rs" in lines[0]["event"]
    assert (gauge("server"), gauge("position")) == (7300, 10)
    assert gauge("history") != gauge("history")


def test_a_position_without_a_place_says_nothing() -> None:
    """Before the first snapshot, or with a token whose time cannot be read."""
    watch = HistoryWatch("mongo:crm/y", Server(1, 1), lambda: SourcePosition(source="m", epoch=0))  # type: ignore[arg-type]
    watch.look()
    assert (
        REGISTRY.get_sample_value("kairos_capture_position_timestamp_seconds", {"source": "mongo:crm/y"})
        is None
    )
