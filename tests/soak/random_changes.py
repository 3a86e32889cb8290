"""Random inserts, updates, replaces and deletes over six collections of a product, drawn by seed."""

import random
from collections.abc import Callable
from typing import Any

import bson
from pymongo import DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.database import Database

from schemas.model import RawDocument

COLLECTIONS = ("users", "orders", "events", "messages", "jobs", "job_views")
IDS: tuple[Callable[[int], Any], ...] = (
    lambda number: f"s{number}",
    lambda number: number,
    lambda number: bson.ObjectId(f"{number:024x}"),
    lambda number: float(number) + 0.5,
)
SHARES = {"insert": 30, "update": 40, "replace": 15, "delete": 15}
TEXTS = ("", "short", "two words", "日本語のテキスト", 'with "quotes" and \n a line', "x" * 300)
BATCH = 25  # changes of one command, which the server carries out in their order
Operation = InsertOne[RawDocument] | UpdateOne | ReplaceOne[RawDocument] | DeleteOne


class RandomChanges:
    """Changes of a product's collections; `made` counts them, and each is an event of the stream."""

    def __init__(self, db: Database[RawDocument], seed: int) -> None:
        self._db = db
        self._dice = random.Random(seed)
        self._ids: dict[str, list[Any]] = {name: [] for name in COLLECTIONS}
        self._next = 0
        self.made = 0

    def make(self, count: int) -> None:
        """Make so many changes, each acknowledged by the server."""
        left = count
        while left > 0:
            name = self._dice.choice(COLLECTIONS)
            operations = [self._operation(self._ids[name]) for _ in range(min(BATCH, left))]
            result = self._db[name].bulk_write(operations)
            done = result.inserted_count + result.modified_count + result.deleted_count
            assert done == len(operations), f"{done} of {len(operations)} changes of {name} were made"
            left -= done
            self.made += done

    def documents(self) -> int:
        """How many documents there are."""
        return sum(len(ids) for ids in self._ids.values())

    def _operation(self, ids: list[Any]) -> Operation:
        kind = self._dice.choices(list(SHARES), list(SHARES.values()))[0] if len(ids) > 20 else "insert"
        if kind == "insert":
            return self._insertion(ids)
        place = self._dice.randrange(len(ids))
        if kind == "delete":
            ids[place], ids[-1] = ids[-1], ids[place]
            return DeleteOne({"_id": ids.pop()})
        if kind == "replace":
            return ReplaceOne({"_id": ids[place]}, self._fields())
        return UpdateOne({"_id": ids[place]}, {"$set": self._fields() | {"tags": [str(self._next)]}})

    def _insertion(self, ids: list[Any]) -> InsertOne[RawDocument]:
        self._next += 1
        own_id = self._dice.choice(IDS)(self._next)
        ids.append(own_id)
        return InsertOne({"_id": own_id, **self._fields()})

    def _fields(self) -> RawDocument:
        """Fields of several collections; which of them are mapped depends on the collection."""
        self._next += 1  # so that no document becomes what it was
        return {
            "name": self._dice.choice(TEXTS),
            "content": f"{self._dice.choice(TEXTS)} {self._next}",
            "user_id": f"s{self._dice.randrange(1_000)}",
            "age": self._next,
            "amount": self._next,
            "venue": f"venue {self._next}",
            "title": f"title {self._next}",
            "source": str(self._next),
            "unmapped": "secret",
        }
