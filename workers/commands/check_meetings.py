"""Whom the references in a sample mean: they are looked up where they lead to. Nothing is written."""

from collections.abc import Iterable, Iterator, Mapping

from pymongo.errors import OperationFailure

from schemas.names import normalise
from workers.commands.check_mongo import ANSWER_MS, CollectionOf
from workers.commands.check_topic import Meeting
from workers.commands.verify_documents import paths_of, stored_ids
from workers.product.loading import mapped
from workers.product.sampling.source_sample import REFERENCES, SourceSample
from workers.product.sources import Source

MOST_ADDRESSES = 100  # that are looked for, mostly without an index
PARTICIPANTS = "participants"


def meetings_of(
    collection_of: CollectionOf,
    sources: Mapping[str, Source],
    samples: Mapping[str, SourceSample],
    topic: str,
) -> Iterator[Meeting]:
    """Whom the references in the sample of a topic mean; `sources` and `samples` are by topic."""
    references = samples[topic].references
    for field, target in REFERENCES.items():
        if ids := references.get(field):
            known = known_ids(collection_of, sources.get(target), samples.get(target), ids)
            yield Meeting(f"{topic}.{field}", target, len(ids), None if known is None else len(ids & known))
    if addresses := references.get(PARTICIPANTS):
        some = frozenset(sorted(addresses)[:MOST_ADDRESSES])
        met = met_addresses(collection_of, sources.get("users"), some)
        yield Meeting(f"{topic}.{PARTICIPANTS}", "users", len(some), met)


def known_ids(
    collection_of: CollectionOf, source: Source | None, sample: SourceSample | None, ids: Iterable[str]
) -> frozenset[str] | None:
    """Those of some ids, and others, that documents of a source have; None when it cannot be asked."""
    if source is None or sample is None:
        return None
    condition = {
        "$or": [{path: {"$in": stored_ids(ids, source.uuids)}} for path in paths_of(source, ("id",))]
    }
    try:
        with collection_of(source).find(
            condition, dict.fromkeys(source.where_roots, 1), max_time_ms=ANSWER_MS
        ) as cursor:
            return sample.ids | {document["id"] for document in mapped(source, cursor)}
    except OperationFailure:
        return None


def met_addresses(collection_of: CollectionOf, users: Source | None, addresses: frozenset[str]) -> int | None:
    """How many of some addresses users have, in this case of letters or in small ones."""
    paths = () if users is None else paths_of(users, ("email",))
    if users is None or not paths:
        return None
    forms = sorted({*addresses, *map(normalise, addresses)})
    try:
        with collection_of(users).find(
            {"$or": [{path: {"$in": forms}} for path in paths]},
            dict.fromkeys(users.roots, 1),
            max_time_ms=ANSWER_MS,
        ) as cursor:
            values = [document.get("email") for document in mapped(users, cursor)]
    except OperationFailure:
        return None
    found = {normalise(value) for value in values if isinstance(value, str)}
    return len({normalise(address) for address in addresses} & found)
