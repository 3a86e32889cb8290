"""Which field of a collection names the person, the event or the job that a document belongs to. Pure."""

from typing import NamedTuple

from workers.product.field_rules import OWN_ID
from workers.product.field_spelling import fold, singular
from workers.product.proposal.contents import FITS, id_text, is_strong_id, part
from workers.product.proposal.field_words import ID_ENDINGS, NOUNS
from workers.product.proposal.likeness import Reference, reference_likeness
from workers.product.proposal.product_shape import ProductShape
from workers.product.proposal.shape import CollectionShape, Path

GENERIC = "user"  # a noun that people who work for a product may have, too


class ReferenceChoice(NamedTuple):
    """The path to a reference, or the reason why none is sure; `told` are paths that may be meant."""

    path: Path | None
    reason: str = ""
    told: tuple[Path, ...] = ()


def choose_reference(
    product: ProductShape, topic: str, target: str, collection: str, other: str
) -> ReferenceChoice:
    """The reference of a topic's collection to documents of the topic `target`, in a collection `other`."""
    meeting = [path for path in product.shapes[collection].values if product.meets(collection, path, other)]
    ranked = sorted((reference_likeness(topic, target, path, other), path) for path in meeting)
    sure = [(rank, path) for rank, path in ranked if rank != Reference.OTHER]
    told = tuple(path for _, path in ranked)
    if not sure:
        end = "" if not told else " under a name that says so"
        return ReferenceChoice(None, f"no field holds ids of {other}{end}", told)
    best_rank, best = sure[0]
    others = [path for _, path in sure[1:] if not is_same(product, collection, best, path)]
    is_named = best_rank == Reference.OF_COLLECTION and GENERIC not in other.casefold()
    if others and not (is_named and sure[1][0] != best_rank):
        return ReferenceChoice(None, f"several fields hold ids of {other}", told)
    is_weak = part(product.shapes[collection].values[best], is_strong_id) < FITS
    if is_weak and (key := other_key(product.shapes[other], target, other)):
        reason = f"{other} has “{'.'.join(key)}” beside _id, and which of both the ids mean is not known"
        return ReferenceChoice(None, reason, told)
    return ReferenceChoice(best, told=tuple(path for path in told if path != best))


def other_key(shape: CollectionShape, target: str, collection: str) -> Path | None:
    """A field of documents that may be what short ids mean: a number or an id that is not `_id`."""
    nouns = (singular(fold(collection)), *NOUNS[target])
    names = {*ID_ENDINGS, *(f"{noun}{ending}" for noun in nouns for ending in ID_ENDINGS)}
    own = [*map(id_text, shape.values.get(("_id",), ()))]
    for path, values in shape.values.items():
        texts = [*map(id_text, values)]
        if len(path) == 1 and path[0] != OWN_ID and fold(path[0]) in names and texts != own:
            return path
    return None


def is_same(product: ProductShape, collection: str, one: Path, other: Path) -> bool:
    """Whether two paths hold the same ids, as `customer._id` and `customerId` may."""
    values = product.shapes[collection].values
    return [*map(id_text, values[one])] == [*map(id_text, values[other])]


def is_referred_to(product: ProductShape, users: str) -> bool:
    """Whether any collection has a reference to a collection of people, under a name that says so."""
    return any(
        product.meets(collection, path, target)
        and reference_likeness("orders", "users", path, users) != Reference.OTHER
        for collection, path, target in product.met
        if target == users and collection != users
    )
