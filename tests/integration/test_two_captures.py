"""Two captures at once, the second with another mapping: one of them writes, the other stands by."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.capturing import Product, eventually, product
from tests.integration.workers import WorkerProcess
from workers.runtime.process import exits

pytestmark = pytest.mark.wire
OTHER = '[users]\nfields.occupation = "job"\n'
STANDBY, TAKES_OVER = "standing by", "taking over"


@pytest.fixture
def shop(services: Any, tmp_path: Path) -> Iterator[Product]:
    """A product with six users."""
    with product(services, tmp_path, kairos_session_seconds=10) as shop:
        shop.db.users.insert_many(
            [{"_id": f"p{i}", "name": "before", "job": "nurse", "occupation": "-"} for i in range(6)]
        )
        yield shop


@pytest.fixture
def running() -> Iterator[list[WorkerProcess]]:
    """The captures of one test, killed afterwards."""
    processes: list[WorkerProcess] = []
    yield processes
    for each in processes:
        each.kill()


def start(shop: Product, running: list[WorkerProcess], folder: Path, mapping: str = "") -> WorkerProcess:
    """Start a capture with a mapping."""
    file = folder / f"sources-{len(running)}.toml"
    file.write_text(mapping)
    settings = shop.settings.model_copy(update={"kairos_sources": file, "kairos_metrics_port": 0})
    running.append(WorkerProcess("capture", settings, folder / f"capture-{len(running)}.log"))
    return running[-1]


def users(shop: Product) -> dict[str, tuple[str, str]]:
    """Name and occupation of everybody in the topic, as the newest version of each says."""
    latest = {key: json.loads(record.value) for key, record in shop.latest("users").items()}
    return {key: (user["name"], user["occupation"]) for key, user in latest.items()}


def last_records(shop: Product) -> dict[str, bytes | None]:
    """The last record of every key, which compaction keeps."""
    return {record.key.decode(): record.value for record in shop.records("users")}


def change_everybody(shop: Product, name: str) -> None:
    """Rename everybody, and delete the last."""
    shop.db.users.update_many({}, {"$set": {"name": name}})
    shop.db.users.delete_one({"_id": max(user["_id"] for user in shop.db.users.find())})


def expected(shop: Product, field: str) -> dict[str, tuple[str, str]]:
    """What the topic must say under a mapping whose occupation is this field."""
    return {user["_id"]: (user["name"], user[field]) for user in shop.db.users.find()}


def assert_topic_is(shop: Product, field: str) -> None:
    """Wait until the topic says what the collection does; no older record may stand behind a newer."""
    eventually(lambda: users(shop) == expected(shop, field), f"the collection, with {field}")
    live = {key for key, value in last_records(shop).items() if value is not None}
    assert live == set(expected(shop, field))


def first_and_second(
    shop: Product, running: list[WorkerProcess], folder: Path
) -> tuple[WorkerProcess, WorkerProcess]:
    """A capture at work, and one with another mapping that stands by."""
    first = start(shop, running, folder)
    assert_topic_is(shop, "occupation")
    second = start(shop, running, folder, OTHER)
    eventually(lambda: STANDBY in second.log_text(), "the second stands by")
    return first, second


def test_the_first_goes_on_when_the_second_is_rolled_back(
    shop: Product, running: list[WorkerProcess], tmp_path: Path
) -> None:
    """The second writes nothing while the first is at work, and leaves no trace."""
    first, second = first_and_second(shop, running, tmp_path)
    change_everybody(shop, "between")
    assert_topic_is(shop, "occupation")
    assert second.stop()[0] == 0
    change_everybody(shop, "after")
    assert_topic_is(shop, "occupation")

    assert first.process.poll() is None
    assert {position.epoch for position in shop.positions()} == {1}


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_the_second_takes_over_when_the_first_ends(
    shop: Product, running: list[WorkerProcess], tmp_path: Path, ending: str
) -> None:
    """All documents are read again under its mapping, and what was deleted in between is deleted."""
    first, second = first_and_second(shop, running, tmp_path)
    getattr(first, ending)()
    change_everybody(shop, "after")
    assert_topic_is(shop, "job")
    change_everybody(shop, "later")
    assert_topic_is(shop, "job")

    assert TAKES_OVER in second.log_text()
    assert shop.positions()[-1].epoch == 2


def test_one_that_stood_still_writes_nothing_more(
    shop: Product, running: list[WorkerProcess], tmp_path: Path
) -> None:
    """Stopped for longer than its session and replaced, it ends with exit code 5, without a record."""
    first, _ = first_and_second(shop, running, tmp_path)
    os.kill(first.process.pid, signal.SIGSTOP)
    change_everybody(shop, "after")
    assert_topic_is(shop, "job")
    os.kill(first.process.pid, signal.SIGCONT)
    code = first.wait()
    change_everybody(shop, "later")
    assert_topic_is(shop, "job")

    assert code == exits.FENCED
    assert [position.epoch for position in shop.positions()][-1] == 2
    epochs = [position.epoch for position in shop.positions()]
    assert epochs == sorted(epochs)
