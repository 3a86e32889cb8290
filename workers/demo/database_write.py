"""One write of the made-up product to its database."""

from dataclasses import dataclass
from typing import Any, Literal

from pymongo.database import Database

from schemas.model import RawDocument


@dataclass(frozen=True)
class DatabaseWrite:
    """`content` is the document of an insert, the fields that an update sets, empty for a delete.

    `person` is the user that it concerns (None: several or none), `line` describes it for the screen.
    """

    kind: Literal["insert", "update", "delete"]
    collection: str
    id: str
    content: RawDocument
    person: str | None
    line: str


def execute(database: Database[Any], write: DatabaseWrite) -> None:
    """Execute the write with the ordinary client; raises PyMongoError."""
    collection = database[write.collection]
    if write.kind == "insert":
        collection.insert_one(dict(write.content))
    elif write.kind == "update":
        collection.update_one({"_id": write.id}, {"$set": write.content})
    else:
        collection.delete_one({"_id": write.id})
