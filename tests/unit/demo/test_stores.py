"""Where the demo's product keeps its documents: messages are edited in a table, by ids of its own."""

from typing import Any

from schemas.model import from_epoch_ms
from tests.unit.demo.products import NOW
from workers.demo import product
from workers.demo.database_write import DatabaseWrite
from workers.demo.stores import ProductStores, cells


class Database(dict[str, Any]):
    """Collections that keep what is inserted."""

    def __missing__(self, name: str) -> Any:
        self[name] = Collection()
        return self[name]


class Collection:
    """One of them."""

    def __init__(self) -> None:
        self.documents: list[Any] = []

    def insert_many(self, documents: list[Any]) -> None:
        """Insert documents."""
        self.documents += documents

    def insert_one(self, document: Any) -> None:
        """Insert one."""
        self.documents.append(document)


class Edits:
    """What a stand-in was told; new records are numbered."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.made = 0

    def __call__(self, path: str, body: dict[str, Any] | None) -> Any:
        """The answer of a control path."""
        if path == "traffic":
            return {"appStandIn0000001": {"heaviest_requests": 4}}
        if body is None:
            return {"rec1": {"user_id": "u"}, "rec2": {"decision_id": "u:1"}}
        self.bodies.append(body)
        new = body.get("create", ())
        self.made += len(new)
        return [f"rec{self.made - len(new) + place}" for place in range(len(new))]


def test_messages_are_loaded_into_the_table_and_all_else_into_the_database() -> None:
    """The line says how many."""
    database, edits, made = Database(), Edits(), product.make(NOW)
    any_database: Any = database
    line = ProductStores(any_database, edits).load(made)

    messages = made.collections["messages"]
    assert f", {len(messages)} of them messages in Airtable" in line
    assert set(database) == set(made.collections) - {"messages"}
    assert [*edits.bodies[0]["create"]] == [cells(message) for message in messages]


def test_a_message_is_changed_and_deleted_under_the_id_of_its_record() -> None:
    """Other collections are written as before."""
    database, edits = Database(), Edits()
    any_database: Any = database
    stores = ProductStores(any_database, edits)
    message = product.message(7, "user_002", "queued", NOW)
    stores.execute(DatabaseWrite("insert", "messages", "msg_007", message, "user_002", ""))
    stores.execute(
        DatabaseWrite("update", "messages", "msg_007", {"sent_date": from_epoch_ms(NOW)}, None, "")
    )
    stores.execute(DatabaseWrite("delete", "messages", "msg_007", {}, None, ""))
    stores.execute(DatabaseWrite("insert", "orders", "order_1", {"_id": "order_1"}, None, ""))

    created, updated, deleted = edits.bodies
    assert created["create"][0]["created_date"] == "2026-03-01T12:00:00+00:00"
    assert "_id" not in created["create"][0]
    assert updated["update"] == {"rec0": {"sent_date": "2026-03-01T12:00:00+00:00"}}
    assert deleted["delete"] == ["rec0"]
    assert database["orders"].documents == [{"_id": "order_1"}]


def test_the_summary_counts_records_mails_and_requests() -> None:
    """As the stand-in has them."""
    any_database: Any = Database()
    text = ProductStores(any_database, Edits()).messages_text()

    assert text == "2 in Airtable, 1 of them our mails; at most 4 requests in a second"
