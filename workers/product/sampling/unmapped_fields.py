"""Fields of a source that no rule reads, and that look like one of ours: their names alone. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from workers.product.field_spelling import fold
from workers.product.field_synonyms import SYNONYMS
from workers.product.sources import Source

K = TypeVar("K", str, tuple[str, ...])
MOST_NAMES = 500  # different ones that are counted
DEEPEST = 3  # names of a path
# a name that is data: an address, a number, an ObjectId or a UUID, as sub-documents by id have them
DATA = re.compile(r"\d+|[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f-]{27}", re.IGNORECASE)


class UnmappedFields:
    """Counts the fields of a source that no rule reads."""

    def __init__(self, source: Source) -> None:
        self._names = [rule.name for rule in source.fields if rule.name != "id"]
        self._read = frozenset(source.paths)
        self._counts: Counter[tuple[str, ...]] = Counter()

    def add(self, document: Mapping[str, Any]) -> None:
        """Count the fields of a document."""
        for path in paths_in(document):
            is_read = any(path[: len(read)] == read for read in self._read)
            if not is_read and (path in self._counts or len(self._counts) < MOST_NAMES):
                self._counts[path] += 1

    def like_ours(self, well_found: Collection[str]) -> dict[str, str]:
        """Paths that look like one of our fields, with it, but those of fields that are well found."""
        like: dict[str, str] = {}
        for path, _ in by_count(self._counts):
            ours = field_like(path[-1], self._names)
            if ours is not None and ours not in well_found:
                like[".".join(path)] = ours
        return like


def by_count(counts: Mapping[K, int]) -> list[tuple[K, int]]:
    """What was counted, the most frequent first; equal ones in their own order, not that of the sample."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def paths_in(document: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of a document's fields, at most DEEPEST names long; lists are not entered."""
    for name, value in document.items():
        if is_name(name):
            yield (*before, name)
            if isinstance(value, Mapping) and len(before) + 1 < DEEPEST:
                yield from paths_in(value, (*before, name))


def is_name(name: str) -> bool:
    """Whether a name can stand in a path, and is a field's, not data."""
    is_path = bool(name) and name[0] != "$" and not any(sign in name for sign in ".@")
    return is_path and name.isprintable() and len(name) <= 64 and not DATA.fullmatch(name)


def field_like(name: str, names: Collection[str]) -> str | None:
    """The field of ours that a name may stand for: in another spelling, or by another tool's word."""
    folded = fold(name)
    same = (ours for ours in names if fold(ours) == folded)
    return next(same, next((ours for ours in names if folded in SYNONYMS.get(ours, ())), None))
