"""What is absent is not deleted: a snapshot that would delete too much asks, and takes one yes."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.integration.capturing import Product, eventually, product
from tests.integration.processes import HANG_SECONDS
from workers import cli
from workers.capture import deletion_guard, session
from workers.capture.app import run
from workers.capture.position import write_position
from workers.capture.server import ServerIdentity
from workers.runtime.kafka.sync_producer import sync_producer
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings

pytestmark = pytest.mark.wire
USERS = [{"_id": f"u{number}", "email": f"u{number}@x.test"} for number in range(10)]
LATER = {"_data": "82FFFFFFF0000000010000"}
KEYS = {str(user["_id"]) for user in USERS}


@pytest.fixture
def shop(services: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Product]:
    """A product whose ten users are captured; for what is missing is waited shortly."""
    monkeypatch.setattr(deletion_guard, "MISSING_SECONDS", 1)
    with product(services, tmp_path) as shop:
        shop.db.users.insert_many([dict(user) for user in USERS])
        with shop.captured():
            eventually(lambda: finished(shop), "the first snapshot")
        assert keys(shop) == KEYS
        yield shop


def finished(shop: Product) -> bool:
    """Whether the last snapshot has ended."""
    return bool(shop.positions()) and shop.positions()[-1].snapshot_done


def keys(shop: Product) -> set[str]:
    """The users that the topic holds."""
    return set(shop.latest("users"))


def exit_of(settings: Settings) -> tuple[int | str | None, bool]:
    """The exit code of capture, and whether it ended by itself."""
    codes: list[Any] = []
    stop = threading.Event()

    def work() -> None:
        try:
            run(settings, stop)
        except SystemExit as end:
            codes.append(end.code)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(HANG_SECONDS)
    ended = not thread.is_alive()
    stop.set()
    thread.join(HANG_SECONDS)
    return (codes[0] if codes else None), ended


def confirm(settings: Settings, *topics: str) -> Any:
    """Run `kairos capture confirm`."""
    return CliRunner().invoke(cli.kairos, ["capture", "confirm", *topics], env=settings.environment())


@pytest.mark.parametrize("wrong", ["database", "collection", "view"])
def test_a_wrong_name_deletes_nobody(
    shop: Product, wrong: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Capture ends for good, in one line; with the right name it goes on, without a confirmation."""
    settings = shop.settings
    if wrong == "database":
        settings = Settings(**(settings.model_dump() | {"mongo_database": f"{settings.mongo_database}x"}))
    elif wrong == "collection":
        settings.kairos_sources.write_text('[users]\ncollection = "user"\n')
    else:
        shop.db.command("create", "shown", viewOn="users", pipeline=[])
        settings.kairos_sources.write_text('[users]\ncollection = "shown"\n')

    assert exit_of(settings) == (exits.REFUSED, True)
    assert keys(shop) == KEYS
    said = capsys.readouterr().out + caplog.text
    assert said.count("capture cannot go on") == 1
    assert "topic users" in said
    settings.kairos_sources.write_text("")
    with shop.captured():
        eventually(lambda: finished(shop), "the snapshot under the right name")
        shop.db.users.delete_many({})
        eventually(lambda: keys(shop) == set(), "honest deletions come through the stream")


def test_a_dropped_collection_waits_for_one_confirmation(shop: Product) -> None:
    """The running capture ends; after `kairos capture confirm` the users are deleted, once."""
    assert "no snapshot waits" in confirm(shop.settings).output
    shop.db.users.drop()
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert keys(shop) == KEYS
    assert "topic orders waits for no confirmation" in confirm(shop.settings, "orders").output
    confirmed = confirm(shop.settings, "users")
    assert confirmed.exit_code == 0
    assert "users" in confirmed.output
    with shop.captured():
        eventually(lambda: finished(shop) and keys(shop) == set(), "the confirmed deletion")
    shop.db.users.insert_many([dict(user) for user in USERS])
    with shop.captured():
        eventually(lambda: keys(shop) == KEYS, "the users are back")
    shop.db.users.drop()
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert keys(shop) == KEYS


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"server_id": "5f", "server_name": "another"},
            "MongoDB is another server: rs0 77, the position is of another 5f",
        ),
        (
            {"token": LATER},
            "MongoDB is behind the position: it is another server, or was restored from a backup",
        ),
        (
            {"token": {"_data": "someone else's"}},
            "the position is none that this server can read (error 9, FailedToParse)",
        ),
    ],
    ids=["name", "earlier time", "token"],
)
def test_another_server_is_read_anew_and_deletes_nobody(
    shop: Product,
    change: dict[str, Any],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The position is of a server with another name, of a time that this one has not reached, or foreign."""
    # the embedded server has neither a name nor an id
    monkeypatch.setattr(session, "server_identity", lambda _: ServerIdentity("rs0", "77"))
    position = shop.positions()[-1]
    with sync_producer(shop.settings, "test") as producer:
        write_position(producer, position.model_copy(update=change), 1)
        producer.flush()
    shop.db.users.drop()
    shop.db.users.insert_one({"_id": "u1"})
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert keys(shop) == KEYS
    assert shop.positions()[-1].epoch == position.epoch
    assert sentence in capsys.readouterr().out + caplog.text


def test_a_recreated_collection_with_other_documents_deletes_nobody(shop: Product) -> None:
    """A restored backup lacks most of them; when they are there again, capture goes on by itself."""
    shop.db.users.drop()
    shop.db.users.insert_many([dict(user) for user in USERS[:3]])
    assert exit_of(shop.settings) == (exits.REFUSED, True)
    assert keys(shop) == KEYS
    shop.db.users.insert_many([dict(user) for user in USERS[3:]])
    with shop.captured():
        eventually(lambda: finished(shop), "the snapshot of the whole collection")
    assert keys(shop) == KEYS
