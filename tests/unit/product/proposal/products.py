"""Made-up products, and what is proposed for them: their documents are held in memory."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from workers.product.mapping import canonical
from workers.product.proposal.product_shape import COLLECTION, ProductShape, id_paths, targets_of
from workers.product.proposal.shape import shape_of
from workers.product.proposal.sources_text import sources_text
from workers.product.proposal.topic_choice import choose_topics
from workers.product.sources import Source, Sources, read_sources

Collections = Mapping[str, list[dict[str, Any]]]
DAY = datetime(2026, 1, 15, 19, tzinfo=UTC)
PEOPLE = ("sarah@x.jp", "mike@x.jp", "yuki@x.jp", "bob@x.jp")
IDS = tuple(ObjectId(f"65a0000000000000000000{number:02}") for number in range(20))
CUSTOMERS = [{"_id": id_, "email": email} for id_, email in zip(IDS, PEOPLE, strict=False)]


def product_shape(
    collections: Collections, kinds: Mapping[str, str] | None = None, decided: Iterable[str] = ()
) -> ProductShape:
    """The shape of a product; `kinds` are those of collections that are none."""
    decided = [*decided]
    shapes = {name: shape_of(documents) for name, documents in collections.items()}
    product = ProductShape("shop", shapes, dict.fromkeys(shapes, COLLECTION) | dict(kinds or {}), {})
    own = {name: {canonical(each["_id"], "") for each in collections[name]} for name in shapes}
    met = {
        (each.collection, each.path, target): len(each.ids & own[target]) / len(each.ids)
        for each in id_paths(shapes, product.kinds, decided)
        for target in targets_of(product, decided)
        if target != each.collection
    }
    return product._replace(met=met)


def proposal(
    collections: Collections, kinds: Mapping[str, str] | None = None, decided: Mapping[str, str] | None = None
) -> str:
    """The text that is proposed for a product; `decided` are collections by topic."""
    product = product_shape(collections, kinds, (decided or {}).values())
    return sources_text(product, choose_topics(product, decided), 200)


def sources(text: str) -> Sources:
    """The sources of a text; raises for one that cannot be used."""
    return read_sources(tomllib.loads(text))


def paths(source: Source, *names: str) -> dict[str, str]:
    """The paths of some fields of a source, without what is switched off; parts are behind a dot."""
    found = {}
    for rule in source.fields:
        found[rule.name] = ".".join(rule.path)
        found |= {f"{rule.name}.{part.name}": ".".join(part.path) for part in rule.parts}
    return {name: found[name] for name in names if name in found}


def fed(text: str) -> dict[str, str]:
    """Which topics are fed by which collections."""
    return {source.topic: source.collection for source in sources(text).captured}


def numbered(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Documents with ids of their own, unless they have one."""
    return [{"_id": f"d{number}"} | dict(each) for number, each in enumerate(documents)]
