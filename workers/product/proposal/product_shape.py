"""A product that is not known: the shapes of its collections, and whose ids its references are. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from topics.catalog import OWNED
from workers.product.field_spelling import fold, singular, words_of
from workers.product.proposal.collection_words import NEUTRAL, QUALIFIERS, SURE, UNSURE
from workers.product.proposal.contents import FITS, id_text, is_address, is_strong_id, part
from workers.product.proposal.likeness import Reference, noun_of, reference_likeness
from workers.product.proposal.shape import CollectionShape, Path

COLLECTION = "collection"
MOST_PATHS = 20  # of a collection, that are compared with the ids of others
MOST_IDS = 100  # of a path
LEAST_MET = 0.5  # the share of different references that must be ids of a collection
TARGETS = ("users", "events", "jobs")


class IdPath(NamedTuple):
    """A path that may hold references: its collection, and some of the ids."""

    collection: str
    path: Path
    ids: frozenset[str]


class ProductShape(NamedTuple):
    """The collections of a database, their kinds, and whose ids the references are.

    `met` has for a collection, a path and another collection which share of the references, from 0 to 1, are
    ids of that one.
    """

    database: str
    shapes: Mapping[str, CollectionShape]
    kinds: Mapping[str, str]
    met: Mapping[tuple[str, Path, str], float]

    def meets(self, collection: str, path: Path, target: str) -> bool:
        """Whether a path holds ids of another collection."""
        return self.met.get((collection, path, target), 0.0) >= LEAST_MET

    def named(self, topic: str, *, sure: bool) -> list[str]:
        """The collections that may be a topic's by their names: for certain, or perhaps."""
        return [
            name
            for name, kind in sorted(self.kinds.items())
            if kind == COLLECTION and is_named(topic, name) is sure
        ]


def is_named(topic: str, collection: str) -> bool | None:
    """Whether a name is a topic's for certain (True), perhaps (False), or not."""
    words = [singular(word) for word in words_of(collection) if word not in NEUTRAL]
    words = [word for word in words if word not in QUALIFIERS.get(topic, ())]
    name = "".join(words)
    if name in SURE[topic]:
        return True
    is_last = bool(words) and words[-1] in SURE[topic]
    return False if name in UNSURE[topic] or is_last else None


def nouns_of(topic: str, collection: str) -> frozenset[str]:
    """The words for a document of a topic, with which the names of its fields may begin."""
    return frozenset({singular(fold(collection)), singular(topic), *SURE[topic]})


def id_paths(
    shapes: Mapping[str, CollectionShape], kinds: Mapping[str, str], decided: Collection[str] = ()
) -> Iterator[IdPath]:
    """The paths that may hold references of topics: ids by their form, or by their name.

    `decided` are collections that are looked at whatever their names are.
    """
    product = ProductShape("", shapes, kinds, {})
    owners = {name for topic in OWNED for sure in (True, False) for name in product.named(topic, sure=sure)}
    nouns = frozenset(singular(fold(name)) for name in shapes)
    for name in sorted((owners | {*decided}) & shapes.keys()):
        paths = (each for path in shapes[name].values if (each := id_path(name, shapes[name], path, nouns)))
        yield from [*paths][:MOST_PATHS]


def id_path(collection: str, shape: CollectionShape, path: Path, nouns: frozenset[str]) -> IdPath | None:
    """A path with its ids, None when it holds no references; `nouns` are those of all collections."""
    if path[-1] == "_id" and len(path) == 1:
        return None
    values = shape.values[path]
    ids = {text for value in values if (text := id_text(value)) is not None}
    is_named = noun_of(path) in nouns or any(
        reference_likeness(topic, target, path, "") != Reference.OTHER
        for topic in OWNED
        for target in TARGETS
    )
    if not ids or not (is_named or part(values, is_strong_id) >= FITS):
        return None
    return IdPath(collection, path, frozenset(sorted(ids)[:MOST_IDS]))


def targets_of(product: ProductShape, decided: Collection[str] = ()) -> list[str]:
    """The collections whose documents others may refer to: by their names, or with addresses in them."""
    found = [name for topic in TARGETS for sure in (True, False) for name in product.named(topic, sure=sure)]
    found += [name for name, shape in sorted(product.shapes.items()) if address_paths(shape)]
    return [name for name in dict.fromkeys([*found, *decided]) if name in product.shapes]


def address_paths(shape: CollectionShape) -> list[Path]:
    """The paths to addresses that are no lists; in a list of sub-documents to the first one."""
    first = [
        (*path, "0", *inner)
        for path, entries in shape.entries.items()
        for inner, values in entries.values.items()
        if part(values, is_address) >= FITS
    ]
    return [*(path for path, values in shape.values.items() if part(values, is_address) >= FITS), *first]


def is_of_other_topic(collection: str) -> bool:
    """Whether a name is for certain that of something else than people."""
    return any(is_named(topic, collection) for topic in SURE if topic != "users")
