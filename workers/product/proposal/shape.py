"""What the documents of a collection look like: the values at each path, without what is large. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.model import RawDocument
from workers.product.sampling.unmapped_fields import is_name
from workers.product.sampling.value_types import is_empty

Path = tuple[str, ...]
DEEPEST = 3  # names of a path, in a document and again in the entries of a list
MOST_PATHS = 300  # of a collection, or of the entries of a list
MOST_ENTRIES = 30  # of a list, that are looked at
LONGEST_TEXT = 500  # characters of a text that are kept


@dataclass
class CollectionShape:
    """Some documents, or the sub-documents in a list.

    `values` are those that say something, by path: one for each document. `entries` are the shapes of lists
    with sub-documents.
    """

    documents: int = 0
    values: dict[Path, list[Any]] = field(default_factory=dict)
    entries: dict[Path, "CollectionShape"] = field(default_factory=dict)

    def add(self, document: Mapping[Any, Any], depth: int = 0) -> None:
        """Add a document; `depth` is how many lists it is in."""
        self.documents += 1
        self._add(document, (), depth)

    def share(self, path: Path) -> float:
        """In which share of the documents a path has a value, from 0 to 1."""
        return len(self.values.get(path, ())) / self.documents if self.documents else 0.0

    def _add(self, document: Mapping[Any, Any], before: Path, depth: int) -> None:
        for name, value in document.items():
            if not isinstance(name, str) or is_empty(value) or not is_name(name):
                continue
            path = (*before, name)
            if path not in self.values and len(self.values) >= MOST_PATHS:
                continue
            self.values.setdefault(path, []).append(shortened(value))
            if isinstance(value, Mapping) and len(path) < DEEPEST:
                self._add(value, path, depth)
            elif isinstance(value, list) and depth == 0:
                for entry in value[:MOST_ENTRIES]:
                    if isinstance(entry, Mapping):
                        self.entries.setdefault(path, CollectionShape()).add(entry, depth + 1)


def shape_of(documents: Iterable[RawDocument]) -> CollectionShape:
    """The shape of some documents, which are not kept."""
    shape = CollectionShape()
    for document in documents:
        shape.add(document)
    return shape


def shortened(value: Any) -> Any:
    """A value of which what is long is cut, and sub-documents are left empty: their fields have own paths."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, list):
        return [shortened(entry) for entry in value[:MOST_ENTRIES]]
    return {} if isinstance(value, Mapping) else value
