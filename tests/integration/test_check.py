"""`kairos check` on a MongoDB: what the fleet would read, and that nothing is written or given away."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

from deploy.embedded import Services
from schemas.model import RawDocument
from tests.integration.checked_product import OTHERS, SARAH, SECRET, port_of, run
from tests.standins.mongo_wire import AnsweringMongo

pytestmark = pytest.mark.wire
READS = {"aggregate", "find", "getMore", "killCursors", "listCollections"}  # and what a driver says by itself
GREETINGS = {"hello", "ismaster", "isMaster", "ping", "endSessions", "buildInfo"}


def topics(result: Result) -> dict[str, Any]:
    """The topics of the JSON, by name; their fields by name."""
    found = {topic["topic"]: topic for topic in json.loads(result.stdout)["topics"]}
    for topic in found.values():
        topic["fields"] = {field["field"]: field for field in topic["fields"]}
    return found


def test_a_sample_is_read_as_the_fleet_reads_it(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """Found, type and problems of each field; references that meet nobody; fields that look like ours."""
    result = run(db, mongo.mongo_url, tmp_path, "--json")

    assert result.exit_code == 0, result.output
    found = topics(result)
    users, orders, events = (found[name] for name in ("users", "orders", "events"))
    assert users["documents"] == 2
    assert users["fields"]["id"] | {"problems": 0} == {
        "field": "id", "path": "_id", "found": 1.0, "type": "ObjectId", "problems": 0,
    }  # fmt: skip
    assert users["fields"]["email"]["problems"] == {"is no address": 1}
    assert users["fields"]["age"]["found"] == 0.5
    assert users["fields"]["age"]["problems"] == {"the value is no age in years": 1}
    assert users["unmapped"] == {
        "hobbies": "interests", "city": "home_neighborhood", "profile.birthday": "birth_date",
    }  # fmt: skip
    assert orders["fields"]["date"]["problems"] == {"the time is ahead of the clock": 1}
    assert events["fields"]["participants"]["type"] == "list of 3"
    assert events["fields"]["participants"]["problems"] == {"an entry: is no address": 1}
    assert orders["references"] == [{"field": "orders.user_id", "target": "users", "references": 2, "met": 1}]
    assert events["references"][0] | {"field": ""} == {
        "field": "",
        "target": "users",
        "references": 2,
        "met": 1,
    }
    lacks = {name for lack in json.loads(result.stdout)["lacks"] for name in lack["lacks"]}
    assert {"interests", "favorite_hosts", "last_message_sent_date"} <= lacks
    assert not {"email", "number_of_events_attended", "total_orders"} & lacks


@pytest.mark.parametrize("arguments", [(), ("--json",), ("--propose",)])
def test_nothing_is_written_and_no_value_is_said(
    mongo: Services, db: Database[RawDocument], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Every command that is sent reads; types and names are printed, no value of a document."""
    with AnsweringMongo(port_of(mongo), lambda _: None) as server:
        result = run(db, server.url, tmp_path, *arguments)
        sent = {next(iter(command)) for command in server.commands}

    assert result.exit_code == 0, result.output
    assert "aggregate" in sent
    assert sent <= READS | GREETINGS
    assert SECRET not in result.output
    assert str(SARAH) not in result.output
    assert "x.jp" not in result.output


def test_the_tables_are_for_people(mongo: Services, db: Database[RawDocument], tmp_path: Path) -> None:
    """Topic by topic, then what profiles lack, then the end."""
    result = run(db, mongo.mongo_url, tmp_path)

    text = result.stdout
    assert f"users  {db.name}.users, 2 documents looked at" in text
    assert "orders.user_id: of 2 different ones 50 % are found among users" in text
    assert (
        "not mapped, and like a field of ours: city (like home_neighborhood), hobbies (like interests)"
        in text
    )
    assert "messages  switched off" in text
    assert f"ok     changes  the change stream of {db.name} can be read" in text
    assert text.rstrip().endswith("nothing is refused at the start")


def test_without_the_collection_of_users_there_is_no_profile(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """A wrong name of `users` is wrong for good."""
    result = run(db, mongo.mongo_url, tmp_path, sources=f'[users]\ncollection = "custmers"\n{OTHERS}')

    assert result.exit_code == 1
    assert f"WRONG  users    there is no collection {db.name}.custmers" in result.stdout
    assert "without users there is no profile" in result.stdout


def test_documents_that_would_be_dead_letters_are_counted(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """A list is no id of a person: too many such documents stop the workers."""
    sources = f'[users.fields]\nid = "_id.number"\n{OTHERS}'
    result = run(db, mongo.mongo_url, tmp_path, sources=sources)

    assert result.exit_code == 1
    assert "2 of 2 documents would be dead letters; the workers would stop" in result.stdout
    assert "users.id: nothing cannot be an id" in result.stdout


def test_a_decision_that_cannot_be_used_is_told(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """A topic that does not exist, and a collection that does not."""
    wrong = run(db, mongo.mongo_url, tmp_path, "--propose", "--collection", "user=users")
    missing = run(db, mongo.mongo_url, tmp_path, "--propose", "--collection", "users=custmers")

    assert wrong.exit_code == 2
    assert "Did you mean 'users'?" in wrong.output
    assert str(missing.exception) == f"the database {db.name} has no collection custmers to read"


def test_references_lead_from_one_database_to_another(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """Orders of another database of another cluster, whose users are here; each has a stream of its own."""
    other = db.client[f"{db.name}_orders"]
    other.orders.insert_one({"_id": 1, "user_id": SARAH, "amount": 5})
    sources = f'[orders]\ncluster = "billing"\ndatabase = "{other.name}"\n{OTHERS}'
    try:
        result = run(db, mongo.mongo_url, tmp_path, sources=sources, urls=f"billing={mongo.mongo_url}")
    finally:
        db.client.drop_database(other.name)

    assert result.exit_code == 0, result.output
    assert f"orders  billing/{other.name}.orders, 1 documents looked at" in result.stdout
    assert "orders.user_id: of 1 different ones 100 % are found among users" in result.stdout
    for name in (db.name, other.name):
        assert f"the change stream of {name} can be read" in result.stdout


def test_a_cluster_that_does_not_answer_is_named(
    mongo: Services, db: Database[RawDocument], tmp_path: Path
) -> None:
    """What the others hold is said all the same."""
    sources = f'[orders]\ncluster = "billing"\n{OTHERS}'
    result = run(db, mongo.mongo_url, tmp_path, sources=sources, urls="billing=mongodb://127.0.0.1:9")

    assert result.exit_code == 1
    assert "WRONG  MongoDB  billing of MONGO_URLS does not answer" in result.stdout
    assert f"users  {db.name}.users, 2 documents looked at" in result.stdout
