"""`kairos check` where a user lacks rights, or a collection cannot be followed: MongoDB's own answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.integration.checked_product import port_of, run
from tests.standins.mongo_wire import AnsweringMongo, Command, unauthorized

pytestmark = pytest.mark.wire


def without(right: str, collection: str = "users") -> Any:
    """An answer to the commands that need a right."""

    def answer(command: Command) -> Mapping[str, Any] | None:
        is_stream = any("$changeStream" in stage for stage in command.get("pipeline", ()))
        of_collection = command.get("find") == collection or command.get("aggregate") == collection
        needed = {
            "find": of_collection,
            "changeStream": is_stream,
            "listCollections": "listCollections" in command,
            "listing with options": "listCollections" in command and not command.get("nameOnly"),
        }
        return unauthorized(command) if needed[right] else None

    return answer


@pytest.mark.parametrize(
    ("right", "code", "said"),
    [
        (
            "find",
            1,
            "WRONG  users    this user may not read collection {db}.users (right find): grant the role read",
        ),
        (
            "changeStream",
            1,
            "WRONG  changes  this user may not read the changes of database {db} (right changeStream)",
        ),
        ("listCollections", 0, "note   rights   the right listCollections on the database {db} is missing"),
        ("listing with options", 0, "only what this user may read is known, and not whether it is capped"),
    ],
)
def test_a_missing_right_is_named(
    mongo: Services, db: Database[RawDocument], tmp_path: Path, right: str, code: int, said: str
) -> None:
    """In the words of capture; what can be read without it is read."""
    with AnsweringMongo(port_of(mongo), without(right)) as server:
        result = run(db, server.url, tmp_path)

    assert result.exit_code == code, result.output
    assert said.format(db=db.name) in result.stdout
    assert "orders.user_id" in result.stdout


def test_a_server_without_change_streams_is_told(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """A standalone server refuses the stage; the line says what is needed."""
    refused = {"ok": 0.0, "code": 40573, "codeName": "Location40573"}
    refused |= {"errmsg": "The $changeStream stage is only supported on replica sets"}

    def answer(command: Command) -> Mapping[str, Any] | None:
        return refused if any("$changeStream" in each for each in command.get("pipeline", ())) else None

    with AnsweringMongo(port_of(mongo), answer) as server:
        result = run(db, server.url, tmp_path)

    assert result.exit_code == 1
    assert "this MongoDB is no replica set" in result.stdout


def listing(db: str, **kinds: Mapping[str, Any]) -> Any:
    """An answer to `listCollections` with these rows."""
    rows = [{"name": name, "type": "collection", "options": {}} | {**kind} for name, kind in kinds.items()]

    def answer(command: Command) -> Mapping[str, Any] | None:
        cursor = {"id": 0, "ns": f"{db}.$cmd.listCollections", "firstBatch": rows}
        return {"ok": 1.0, "cursor": cursor} if "listCollections" in command else None

    return answer


def test_what_cannot_be_followed_is_named(mongo: Services, db: Database[RawDocument], tmp_path: Path) -> None:
    """A view and a time series are refused; a capped collection is told; one that is missing, too."""
    kinds: dict[str, Any] = {"users": {"type": "view"}, "orders": {"options": {"capped": True}}}
    with AnsweringMongo(port_of(mongo), listing(db.name, **kinds)) as server:
        result = run(db, server.url, tmp_path)

    assert result.exit_code == 1
    assert f"WRONG  users    {db.name}.users is a view, whose changes cannot be read" in result.stdout
    assert f"note   orders   {db.name}.orders is capped" in result.stdout
    assert f"note   events   there is no collection {db.name}.events" in result.stdout


def test_a_server_without_random_samples_gives_the_first_documents(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """`$sample` is refused, or takes too long; then documents are found as they come."""
    refused = {"ok": 0.0, "code": 40324, "codeName": "Location40324"}
    refused |= {"errmsg": "Unrecognized pipeline stage name: '$sample'"}

    def answer(command: Command) -> Mapping[str, Any] | None:
        return refused if any("$sample" in stage for stage in command.get("pipeline", ())) else None

    with AnsweringMongo(port_of(mongo), answer) as server:
        result = run(db, server.url, tmp_path)

    assert result.exit_code == 0, result.output
    assert f"users  {db.name}.users, 2 documents looked at" in result.stdout
