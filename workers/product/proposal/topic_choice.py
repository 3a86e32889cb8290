"""Which collection feeds which topic: by its name and what it holds, or none. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.notes import Noted
from topics.catalog import OWNED
from workers.product.field_spelling import fold
from workers.product.proposal.collection_words import FOREIGN
from workers.product.proposal.field_choice import FieldChoice, ParticipantsChoice, choose_fields
from workers.product.proposal.participants import choose_participants
from workers.product.proposal.product_shape import ProductShape, address_paths, is_of_other_topic, nouns_of
from workers.product.proposal.references import ReferenceChoice, choose_reference, is_referred_to
from workers.product.sources import TOPICS

OFTEN = 0.3  # a sign of another use counts when it is in so many documents
TARGETS: Mapping[str, Mapping[str, str]] = {  # of each topic its references, and to which topic
    "orders": {"user_id": "users", "event_id": "events"},
    "messages": {"user_id": "users"},
    "job-views": {"user_id": "users", "job_id": "jobs"},
    "job-preferences": {"user_id": "users", "job_id": "jobs"},
}
MAY_LACK = frozenset({"event_id"})
# of each topic fields of which one must be found, for a collection to be what its name says
EVIDENCE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "orders": (("date", "amount"),),
    "events": (
        ("date",), ("participants", "name"), ("participants", "venue", "host", "capacity", "neighborhood"),
    ),
    "messages": (("sent_date", "created_date"), ("status", "content")),
    "jobs": (("title",), ("company", "location", "description", "salary")),
    "job-views": (("viewed_at", "time_spent_seconds"),),
    "job-preferences": (("preference_type",),),
}  # fmt: skip


class TopicChoice(NamedTuple):
    """What feeds a topic. `collection` None: nothing is sure.

    `others` are collections that may be meant, too, `reasons` say why one, or none, was not taken.
    """

    topic: str
    collection: str | None
    fields: Mapping[str, FieldChoice] = {}
    references: Mapping[str, ReferenceChoice] = {}
    participants: ParticipantsChoice | None = None
    reasons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def choose_topics(product: ProductShape, decided: Mapping[str, str] | None = None) -> dict[str, TopicChoice]:
    """The choice for every topic, people first: what belongs to somebody depends on them.

    `decided` are collections, by topic, that a person has chosen; what they hold is still looked at.
    """
    decided = decided or {}
    people = decided.get("users")
    users = choose_users(product) if people is None else described(product, "users", people, ())
    chosen: dict[str, TopicChoice] = {"users": users}
    for topic in ("events", "jobs", *OWNED):
        chosen[topic] = choose_topic(product, topic, chosen, decided.get(topic))
    return {topic: chosen[topic] for topic in TOPICS}


def choose_users(product: ProductShape) -> TopicChoice:
    """The collection of the people: with addresses; of several the one to which others refer.

    One to which nothing refers is not taken where something refers to other people: it may be the staff.
    """
    sure, unsure = (product.named("users", sure=is_sure) for is_sure in (True, False))
    with_addresses = [name for name in sorted(product.shapes) if address_paths(product.shapes[name])]
    people = [name for name in with_addresses if not is_of_other_topic(name)]
    referred = [name for name in people if is_referred_to(product, name)]
    found = [name for name in sure if name in with_addresses]
    others = tuple(dict.fromkeys([*sure, *unsure, *referred]))
    chosen = [name for name in referred if name in (found or unsure)]
    if len(found) == 1 and (found == chosen or not referred):
        chosen = found
    if len(chosen) == 1:
        return described(product, "users", chosen[0], others)
    reason = "no collection has a name for people, and addresses"
    if found:
        others_refer = " and ".join(referred) or "none of them"
        reason = f"{' and '.join(found)} may be the people; other collections refer to {others_refer}"
    return TopicChoice("users", None, reasons=(reason,), others=others)


def choose_topic(
    product: ProductShape, topic: str, chosen: Mapping[str, TopicChoice], decided: str | None = None
) -> TopicChoice:
    """The collection of a topic: `decided`, or the only one with its name, and what it must hold."""
    sure, unsure = (product.named(topic, sure=is_sure) for is_sure in (True, False))
    if decided is not None:
        sure, unsure = [decided], [name for name in (*sure, *unsure) if name != decided]
    found: list[TopicChoice] = []
    reasons: list[str] = []
    for name in sure:
        choice, wrong = judged(product, topic, name, chosen)
        if wrong:
            reasons.append(f"{name}: {wrong}")
        else:
            found.append(choice)
    others = (*sure, *unsure)
    if len(found) == 1:
        left = tuple(name for name in others if name != found[0].collection)
        return found[0]._replace(others=left, reasons=tuple(reasons))
    if found:
        names = " and ".join(str(each.collection) for each in found)
        reasons = [f"{names} all look like it"]
    return TopicChoice(
        topic, None, reasons=tuple(reasons or ["no collection has a name for it"]), others=others
    )


def judged(
    product: ProductShape, topic: str, collection: str, chosen: Mapping[str, TopicChoice]
) -> tuple[TopicChoice, str]:
    """What a collection would feed of a topic, and why it is not sure that it does ("" when it is)."""
    shape = product.shapes.get(collection)
    if shape is None or not shape.documents:
        return TopicChoice(topic, None), "has no documents yet"
    choice = described(product, topic, collection, (), chosen)
    for name, reference in choice.references.items():
        if reference.path is None and name not in MAY_LACK:
            return choice, reference.reason
    if topic == "messages" and choice.references["user_id"].told:
        return choice, "several fields hold ids of people, as in a chat"
    if foreign := foreign_use(product, topic, collection):
        return choice, f"looks like {foreign}"
    for one_of in EVIDENCE[topic]:
        if not any(is_found(choice, name) for name in one_of):
            return choice, f"has no {' or '.join(one_of)}"
    return choice, ""


def described(
    product: ProductShape,
    topic: str,
    collection: str,
    others: tuple[str, ...],
    chosen: Mapping[str, TopicChoice] | None = None,
) -> TopicChoice:
    """What a collection would feed of a topic."""
    model, shape = TOPICS[topic].payload[0], product.shapes[collection]
    assert issubclass(model, Noted)
    nouns = nouns_of(topic, collection)
    return TopicChoice(
        topic,
        collection,
        choose_fields(topic, model, shape, nouns),
        references_of(product, topic, collection, chosen or {}),
        choose_participants(shape, nouns) if topic == "events" else None,
        others=tuple(name for name in others if name != collection),
    )


def references_of(
    product: ProductShape, topic: str, collection: str, chosen: Mapping[str, TopicChoice]
) -> dict[str, ReferenceChoice]:
    """The references of a topic's collection to those of other topics."""
    found = {}
    for name, target in TARGETS.get(topic, {}).items():
        other = chosen[target].collection if target in chosen else None
        if other is None:
            found[name] = ReferenceChoice(None, f"the collection of {target} is not known")
        else:
            found[name] = choose_reference(product, topic, target, collection, other)
    return found


def is_found(choice: TopicChoice, name: str) -> bool:
    """Whether something surely feeds a field."""
    if name == "participants":
        return choice.participants is not None and choice.participants.path is not None
    return choice.fields[name].path is not None


def foreign_use(product: ProductShape, topic: str, collection: str) -> str:
    """What a collection is, if its fields tell that it is something else than its name says."""
    shape = product.shapes[collection]
    often = {fold(path[0]) for path in shape.values if len(path) == 1 and shape.share(path) >= OFTEN}
    return next((what for signs, what in FOREIGN.get(topic, ()) if signs & often), "")
