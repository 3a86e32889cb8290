"""What `kairos check` says of writing back: mapping, rights, and an index."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pymongo.errors import OperationFailure

from workers.commands.check_writing import collection_writing, covers, missing_rights, table_writing
from workers.product.airtable.table_client import TableSchema
from workers.product.sources import Source, read_sources
from workers.runtime.process.settings import Settings

SETTINGS = Settings(mongo_write_back=True)
INDEXES = [{"key": {"_id": 1}}, {"key": {"decision_id": 1, "status": 1}}]
WRITER = {"resource": {"db": "shop", "collection": "messages"}, "actions": ["find", "insert", "update"]}
READER = {"resource": {"db": "shop", "collection": ""}, "actions": ["find", "changeStream"]}


class Shop:
    """A database that knows the rights of its user and its indexes; without privileges it has no users."""

    name = "shop"

    def __init__(self, *privileges: dict[str, Any], indexes: Any = INDEXES, knows: bool = True) -> None:
        self._privileges, self._indexes, self._knows = privileges, indexes, knows

    def command(self, name: str, *, showPrivileges: bool) -> Any:
        """The reply to connectionStatus."""
        assert (name, showPrivileges) == ("connectionStatus", True)
        if not self._knows:
            raise OperationFailure("no such command", 59)
        users = [{"user": "kairos", "db": "admin"}] if self._privileges else []
        return {"authInfo": {"authenticatedUsers": users, "authenticatedUserPrivileges": self._privileges}}

    def __getitem__(self, collection: str) -> Any:
        assert collection == "messages"
        return SimpleNamespace(list_indexes=lambda: self._indexes)


def messages(**table: Any) -> Source:
    """The mapping of messages."""
    sources = read_sources({"messages": table})
    return next(each for each in (*sources.captured, *sources.airtable) if each.topic == "messages")


def said(shop: Shop, source: Source | None = None, settings: Settings = SETTINGS) -> list[tuple[str, str]]:
    """What is said of a collection."""
    found = collection_writing(settings, source or messages(), cast(Any, shop))
    return [(each.level, each.says) for each in found]


def test_a_user_who_may_write_and_a_mapping_that_can_be_written_are_not_mentioned() -> None:
    """Nor is a server without access control, or one that tells nothing of rights."""
    assert said(Shop(READER, WRITER)) == []
    assert said(Shop()) == []
    assert said(Shop(READER, knows=False)) == []
    assert said(Shop(READER), settings=Settings()) == []


def test_missing_rights_are_named_with_what_to_grant() -> None:
    """Those of this collection."""
    ((level, says),) = said(Shop(READER))

    assert level == "wrong"
    assert says.startswith("MONGO_WRITE_BACK is on, and the rights insert, update are missing: grant a role")
    other = WRITER | {"resource": {"db": "shop", "collection": "orders"}}
    assert missing_rights(cast(Any, Shop(READER, other)), "messages") == ["insert", "update"]


@pytest.mark.parametrize(
    ("resource", "does"),
    [
        ({"db": "shop", "collection": "messages"}, True),
        ({"db": "shop", "collection": ""}, True),
        ({"db": "", "collection": "messages"}, True),
        ({"db": "", "collection": ""}, True),
        ({"anyResource": True}, True),
        ({"cluster": True}, False),
        ({"db": "other", "collection": ""}, False),
        ({"db": "shop", "collection": "users"}, False),
    ],
)
def test_a_resource_covers_a_collection_as_the_server_reads_it(resource: dict[str, Any], does: bool) -> None:
    """An empty text stands for any."""
    assert covers(resource, "shop", "messages") is does


def test_a_mapping_that_cannot_be_written_is_wrong() -> None:
    """A field that is read by an enumeration; documents that the mapping itself leaves out."""
    absent = "no mail is written back: the mapping names no field to write status of messages into"
    made = messages(fields={"status": {"path": "state", "values": {"out": "sent"}}})
    filtered = messages(where={"channel": {"exists": True}})

    assert said(Shop(), made) == [("wrong", absent)]
    assert said(Shop(), filtered) == [
        ("wrong", "what is written back is not captured again, because messages.where leaves it out")
    ]


def test_without_an_index_there_is_a_note() -> None:
    """Each batch would look at the whole collection."""
    ((level, says),) = said(Shop(indexes=INDEXES[:1]))

    assert (level, says.partition(":")[0]) == ("note", "no index of shop.messages begins with decision_id")


def test_a_table_without_the_columns_is_a_note_as_it_is_written_to_by_default() -> None:
    """A computed column, or one that is not there."""
    source = messages(**{"from": "airtable"})
    schema = TableSchema("tbl1", frozenset({"decision_id", "status"}), frozenset({"status"}))
    says = "no mail is written back: the table has no column to write status of messages into"

    (found,) = table_writing(Settings(), source, schema)
    assert (found.level, found.says) == ("note", says)
    assert [*table_writing(Settings(), source, None)] == []
    assert [*table_writing(Settings(airtable_write_back=False), source, schema)] == []
