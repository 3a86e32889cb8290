"""What MongoDB may refuse or lose while it is captured: missing rights, and primaries that step down."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener

from deploy.embedded import Services
from tests.integration.capturing import Product, eventually
from tests.integration.failing_mongo import fail, failing_product, keys, streams
from workers.capture.app import run
from workers.product import mongo
from workers.runtime.process import exits

pytestmark = pytest.mark.wire
# what a user with the actions find and changeStream alone may run; the others need no right
ALLOWED = {"find", "getMore", "aggregate", "count"}
WITHOUT_RIGHT = {"hello", "ismaster", "ping", "killCursors", "endSessions"}
REFUSED = ["insert", "update", "delete", "findAndModify", "create", "drop", "listCollections", "collStats"]


@pytest.fixture
def shop(embedded: Services, tmp_path: Path) -> Iterator[Product]:
    """A product on the embedded server."""
    with failing_product(embedded, tmp_path) as shop:
        yield shop


def ended(shop: Product, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Any:
    """The exit code of capture that ends by itself, and what it said."""
    with pytest.raises(SystemExit) as end:
        run(shop.settings, threading.Event())
    return end.value.code, capsys.readouterr().out + caplog.text


class Commands(CommandListener):
    """The commands that a client sends, and the read concerns with which documents are read."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.concerns: set[Any] = set()

    def started(self, event: Any) -> None:
        """A command is sent."""
        self.sent.add(event.command_name)
        if event.command_name in ("find", "aggregate") and event.database_name not in ("local", "config"):
            self.concerns.add(event.command.get("readConcern", {}).get("level"))

    def succeeded(self, event: Any) -> None:
        """Nothing is noted."""

    def failed(self, event: Any) -> None:
        """Nothing is noted."""


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """What capture sends."""
    listener = Commands()
    client: Callable[..., Any] = partial(MongoClient, event_listeners=[listener])
    monkeypatch.setattr(mongo, "MongoClient", client)
    return listener


def test_the_rights_find_and_change_stream_suffice_and_nothing_is_written(
    shop: Product, commands: Commands
) -> None:
    """Snapshot, stream, restart, lost history: every command is one that these rights allow."""
    fail(shop, *REFUSED, errorCode=13, errorMessage="not authorized")
    shop.db.users.insert_many([{"_id": "a"}, {"_id": "b"}, {"_id": "c"}])
    with shop.captured():
        eventually(lambda: streams(shop), "the stream")
        shop.db.users.insert_one({"_id": "d"})
        shop.db.users.update_one({"_id": "a"}, {"$set": {"email": "a@x.test"}})
        shop.db.users.delete_one({"_id": "b"})
        eventually(lambda: keys(shop) == {"a", "c", "d"}, "the changes")
    shop.db.users.insert_one({"_id": "e"})
    shop.db.client.admin.command("trimOplog", 0)
    with shop.captured():
        eventually(lambda: streams(shop, 2) and keys(shop) == {"a", "c", "d", "e"}, "the second snapshot")

    assert commands.concerns == {"majority"}  # what a rollback takes back is never read
    assert {"find", "aggregate", "getMore"} <= commands.sent
    assert commands.sent - ALLOWED - WITHOUT_RIGHT == {"listCollections"}  # which may be refused


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("find", "this user may not read collection {}.users (right find): grant the role read on {}"),
        (
            "aggregate",
            "may not read the changes of database {} (right changeStream): grant the role read on {}",
        ),
    ],
)
def test_a_missing_right_is_a_sentence_that_says_what_to_grant(
    shop: Product,
    command: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Capture ends with 1: it is started again, and goes on once the right is granted."""
    shop.db.users.insert_one({"_id": "a"})
    name = shop.settings.mongo_database
    fail(shop, command, errorCode=13, errorMessage=f"not authorized on {name} to execute command")
    code, said = ended(shop, capsys, caplog)

    assert code == exits.NOT_READY
    assert sentence.format(name, name) in said
    fail(shop, mode="off")
    with shop.captured():
        eventually(lambda: keys(shop) == {"a"}, "the snapshot")


def test_a_right_that_is_taken_away_ends_the_stream_with_the_sentence(
    shop: Product, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """While it is read."""
    taking = threading.Thread(target=lambda: take_away(shop))
    taking.start()
    code, said = ended(shop, capsys, caplog)
    taking.join()

    assert code == exits.NOT_READY
    assert "this user may not read the changes of database" in said


def take_away(shop: Product) -> None:
    """Take a right away once the stream is read."""
    eventually(lambda: streams(shop), "the stream")
    fail(shop, "getMore", "aggregate", errorCode=13, errorMessage="not authorized")


FAILOVER = [
    (189, "PrimarySteppedDown"),
    (11602, "InterruptedDueToReplStateChange"),
    (91, "ShutdownInProgress"),
    (10107, "NotWritablePrimary"),
]


@pytest.mark.parametrize(("code", "name"), FAILOVER, ids=[name for _, name in FAILOVER])
def test_a_step_down_is_waited_for_and_loses_nothing(
    shop: Product, code: int, name: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """In the scan and in the stream, under the same epoch; the log says what is waited for."""
    shop.db.users.insert_many([{"_id": f"u{number}"} for number in range(300)])
    fail(shop, "find", "getMore", mode={"times": 4}, errorCode=code, errorMessage=name)
    with shop.captured():
        eventually(lambda: streams(shop), "the stream")
        fail(shop, "getMore", "aggregate", mode={"times": 4}, errorCode=code, errorMessage=name)
        shop.db.users.insert_one({"_id": "later"})
        eventually(lambda: "later" in keys(shop), "the change")

    assert len(keys(shop)) == 301
    assert {each.epoch for each in shop.positions()} == {1}
    assert "waiting for MongoDB" in capsys.readouterr().out + caplog.text
