"""A collection of MongoDB in memory: what writeback asks of one, and others that write at the same time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from bson import BSON
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from workers.product.plain_values import MISSING, lookup


class Documents:
    """Documents by `_id`. `errors` come in place of the next writes; `meanwhile` runs before each of them.

    `refused` has the error of the server for a document, by its `_id`.
    """

    name = "messages"
    database = SimpleNamespace(name="product")

    def __init__(self, *documents: Mapping[str, Any]) -> None:
        self.documents: dict[Any, dict[str, Any]] = {key_of(each): dict(each) for each in documents}
        self.errors: list[Exception] = []
        self.refused: dict[Any, Mapping[str, Any]] = {}
        self.meanwhile: Callable[[], None] = lambda: None

    def statuses(self) -> dict[Any, Any]:
        """The status of each document."""
        return {key: document["status"] for key, document in self.documents.items()}

    @contextmanager
    def find(self, query: Mapping[str, Any], fields: Mapping[str, int]) -> Iterator[Iterator[Any]]:
        """The documents of which a field is one of some values, with these fields."""
        ((path, condition),) = query.items()
        roots = {each.partition(".")[0] for each in fields}
        yield iter(
            [
                {name: value for name, value in document.items() if name in roots}
                for document in self.documents.values()
                if any(same(at(document, path), value) for value in condition["$in"])
            ]
        )

    def bulk_write(self, requests: Sequence[Any], *, ordered: bool) -> Any:
        """Write each by itself; raises what the driver raises."""
        assert not ordered
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        errors, matched = [], 0
        for index, request in enumerate(requests):
            if isinstance(request, InsertOne):
                document: Any = request._doc
                key = key_of(document)
                taken = {"code": 11000, "errmsg": "E11000 mia@example.com", "keyPattern": {"_id": 1}}
                if (error := self.refused.get(key) or (taken if key in self.documents else None)) is not None:
                    errors.append({"index": index, **error})
                else:
                    BSON.encode(document)
                    self.documents[key] = document
            else:
                assert isinstance(request, UpdateOne)
                matched += self._update(request._filter, request._doc)
        if errors:
            raise BulkWriteError({"writeErrors": errors, "nMatched": matched, "writeConcernErrors": []})
        return SimpleNamespace(matched_count=matched)

    def _update(self, query: Mapping[str, Any], change: Any) -> int:
        (own, key), (path, condition) = query.items()
        assert own == "_id"
        document = self.documents.get(key)
        if document is None or not same(at(document, path), condition["$eq"]):
            return 0
        for name, value in change["$set"].items():
            *outer, last = name.split(".")
            inner = document
            for part in outer:
                inner = inner.setdefault(part, {})
            inner[last] = value
        return 1


def at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a path, None for none, as MongoDB compares."""
    found = lookup(document, tuple(path.split(".")))
    return None if found is MISSING else found


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type."""
    return bool(one == other and isinstance(one, type(other)))


def key_of(document: Mapping[str, Any]) -> Any:
    """The own id of a document, as a key of a dict."""
    own = document["_id"]
    return repr(own) if isinstance(own, dict) else own
