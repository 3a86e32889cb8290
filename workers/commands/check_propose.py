"""`kairos check --propose`: looks at all collections of a database, and proposes a `sources.toml`."""

import tomllib
from collections.abc import Collection, Mapping

from pymongo.database import Database
from pymongo.errors import OperationFailure

from schemas.model import RawDocument
from workers.commands.check_mongo import ANSWER_MS, documents_of
from workers.commands.check_rights import collections_of
from workers.commands.verify_documents import stored_ids
from workers.product import mongo
from workers.product.mapping import Unmappable, canonical
from workers.product.mongo_errors import is_transient
from workers.product.proposal.product_shape import COLLECTION, IdPath, ProductShape, id_paths, targets_of
from workers.product.proposal.shape import CollectionShape, Path, shape_of
from workers.product.proposal.sources_text import sources_text
from workers.product.proposal.topic_choice import choose_topics
from workers.product.reading.uuids import UuidRepresentation
from workers.product.sources import SourcesError, read_sources
from workers.runtime.process.settings import Settings

SYSTEM = "system."
MOST_COLLECTIONS = 200
LARGEST_SAMPLE = 200  # documents of a collection: their shape is needed, and all are looked at


def proposed(settings: Settings, size: int, decided: Mapping[str, str] | None = None) -> str:
    """The text of a `sources.toml` for the database of the settings, by `size` documents of each collection.

    `decided` are collections by topic. Raises SourcesError for a database without collections, or without
    one of those, and PyMongoError.
    """
    size = min(size, LARGEST_SAMPLE)
    with mongo.connect(settings, "kairos-check") as client:
        product = product_of(
            mongo.database(client, settings), size, settings.mongo_uuid_representation, decided
        )
    if missing := sorted({*(decided or {}).values()} - product.shapes.keys()):
        raise SourcesError(f"the database {product.database} has no collection {', '.join(missing)} to read")
    text = sources_text(product, choose_topics(product, decided), size)
    read_sources(tomllib.loads(text))
    return text


def product_of(
    db: Database[RawDocument], size: int, uuids: UuidRepresentation, decided: Mapping[str, str] | None = None
) -> ProductShape:
    """The shape of a database, and whose ids its references are."""
    kinds = collections_of(db).kinds
    if kinds is None:
        raise SourcesError(
            f"the collections of {db.name} may not be listed: the right listCollections is missing"
        )
    kinds = {name: kind for name, kind in kinds.items() if not name.startswith(SYSTEM)}
    if not kinds:
        raise SourcesError(f"the database {db.name} has no collections: check MONGO_URL and MONGO_DATABASE")
    shapes: dict[str, CollectionShape] = {}
    for name in [name for name in sorted(kinds) if kinds[name] == COLLECTION][:MOST_COLLECTIONS]:
        shape = readable_shape(db, name, size)
        if shape is not None:
            shapes[name] = shape
    product = ProductShape(db.name, shapes, kinds, {})
    return product._replace(met=met_ids(db, product, uuids, (decided or {}).values()))


def readable_shape(db: Database[RawDocument], collection: str, size: int) -> CollectionShape | None:
    """The shape of a collection, None when it may not be read."""
    try:
        return shape_of(documents_of(db[collection], size))
    except OperationFailure as error:
        if is_transient(error):
            raise
        return None


def met_ids(
    db: Database[RawDocument], product: ProductShape, uuids: UuidRepresentation, decided: Collection[str]
) -> Mapping[tuple[str, Path, str], float]:
    """Of each path with ids the share that are ids of each collection to which it may refer."""
    met = {}
    for each in id_paths(product.shapes, product.kinds, decided):
        for target in targets_of(product, decided):
            if target != each.collection:
                met[each.collection, each.path, target] = share_met(db, each, target, uuids)
    return met


def share_met(db: Database[RawDocument], ids: IdPath, target: str, uuids: UuidRepresentation) -> float:
    """The share of some ids that documents of a collection have, 0 when it cannot be asked."""
    condition = {"_id": {"$in": stored_ids(ids.ids, uuids)}}
    try:
        with db[target].find(condition, {"_id": 1}, max_time_ms=ANSWER_MS) as cursor:
            found = {id_of(document) for document in cursor}
    except OperationFailure as error:
        if is_transient(error):
            raise
        return 0.0
    return len(ids.ids & found) / len(ids.ids)


def id_of(document: RawDocument) -> str:
    """The id of a document as text, empty for none."""
    try:
        return canonical(document["_id"], "")
    except Unmappable:
        return ""
