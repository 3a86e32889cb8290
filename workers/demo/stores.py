"""Where the made-up product keeps its documents: a database, and a table of Airtable for its messages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pymongo.database import Database

from deploy.embedded.airtable.service import BASE, TABLE
from schemas.model import RawDocument
from workers.demo import database_write
from workers.demo.database_write import DatabaseWrite
from workers.demo.product import DemoProduct

MESSAGES = "messages"
PLACE = {"base": BASE, "table": TABLE}
# the answer of a path that steers the stand-in: people and the product edit its tables there
Control = Callable[[str, dict[str, Any] | None], Any]


class ProductStores:
    """Both of them; `database` is the one. Raises PyMongoError and URLError."""

    def __init__(self, database: Database[Any], control: Control) -> None:
        self.database, self._control = database, control
        self._records: dict[str, str] = {}  # the ids of records by those of messages

    def load(self, demo_product: DemoProduct) -> str:
        """Insert a product; returns a line with the counts."""
        for name, documents in demo_product.collections.items():
            if name == MESSAGES:
                self._insert(documents)
            else:
                self.database[name].insert_many(documents)
        total = sum(map(len, demo_product.collections.values()))
        messages = len(demo_product.collections[MESSAGES])
        people = len(demo_product.users)
        return f"product loaded: {people} people, {total} documents, {messages} of them messages in Airtable"

    def execute(self, write: DatabaseWrite) -> None:
        """Execute a write where the collection is."""
        if write.collection != MESSAGES:
            database_write.execute(self.database, write)
        elif write.kind == "insert":
            self._insert([write.content])
        elif write.kind == "update":
            self._edit(update={self._records[write.id]: cells(write.content)})
        else:
            self._edit(delete=[self._records.pop(write.id)])

    def messages_text(self) -> str:
        """How many messages there are, how many of them are mails, and how often Airtable was asked."""
        rows = self._control(f"table?base={BASE}&table={TABLE}", None).values()
        mails = [row for row in rows if row.get("decision_id")]
        most = self._control("traffic", None)[BASE]["heaviest_requests"]
        return f"{len(rows)} in Airtable, {len(mails)} of them our mails; at most {most} requests in a second"

    def _insert(self, documents: list[RawDocument]) -> None:
        ids = self._edit(create=[cells(document) for document in documents])
        self._records.update(zip((document["_id"] for document in documents), ids, strict=True))

    def _edit(self, **changes: Any) -> list[str]:
        made: list[str] = self._control("edits", PLACE | changes)
        return made


def cells(document: RawDocument) -> dict[str, Any]:
    """A message as the cells of a record: Airtable gives it an id of its own."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in document.items()
        if name != "_id"
    }
