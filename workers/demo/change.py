"""One write of a product to its database."""

from dataclasses import dataclass
from typing import Any, Literal

from pymongo.database import Database

from schemas.model import RawDocument


@dataclass(frozen=True)
class DatabaseWrite:
    """`content` is the document of an insert, the fields that an update sets, empty for a delete.

    `person` is the user it is about (None: several, or nobody in particular), `line` says it in words.
    """

    kind: Literal["insert", "update", "delete"]
    collection: str
    id: str
    content: RawDocument
    person: str | None
    line: str


def write(database: Database[Any], change: DatabaseWrite) -> None:
    """Do it, as any program would; raises PyMongoError."""
    collection = database[change.collection]
    if change.kind == "insert":
        collection.insert_one(dict(change.content))
    elif change.kind == "update":
        collection.update_one({"_id": change.id}, {"$set": change.content})
    else:
        collection.delete_one({"_id": change.id})
