"""Reads all documents of some people from the sources, mapped as capture maps them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from bson import Binary, ObjectId
from bson.binary import CSHARP_LEGACY, JAVA_LEGACY, PYTHON_LEGACY
from pymongo.collection import Collection

from schemas.attendance import participants_of
from schemas.documents import Event, User
from schemas.model import RawDocument
from schemas.names import normalise
from schemas.notes import Noted
from topics.catalog import BY_NAME, OWNED
from workers.product.loading import load_messages_from_airtable, mapped
from workers.product.mongo import collections
from workers.product.reading import read
from workers.product.reading.clock import clock_at
from workers.product.reading.uuids import DEFAULT, UuidRepresentation
from workers.product.sources import Source, Sources, SourcesError, load_sources
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

INT64 = 2**63
LEGACY: Mapping[UuidRepresentation, int] = {
    "pythonLegacy": PYTHON_LEGACY,
    "javaLegacy": JAVA_LEGACY,
    "csharpLegacy": CSHARP_LEGACY,
}


class PersonDocuments(NamedTuple):
    """The documents of some people.

    `users` are by id and include those who claim an address of theirs. `owned` is by person, as (topic,
    document). `events` have one of their addresses among the participants.
    """

    users: dict[str, User]
    owned: Mapping[str, list[tuple[str, Any]]]
    events: list[Event]


class ProductQuery:
    """Queries the sources of a product by person; made by `product_query`."""

    def __init__(
        self,
        settings: Settings,
        sources: Sources,
        collection_of: Callable[[Source], Collection[RawDocument]],
    ) -> None:
        self._settings = settings
        self._sources = sources
        self._collection_of = collection_of

    def of_people(self, people: Sequence[str]) -> PersonDocuments:
        """All documents of these people; raises PyMongoError, and requests' errors for Airtable."""
        users = self._users("id", {"$in": stored_ids(people, self._settings.mongo_uuid_representation)})
        addresses = {normalise(user.email) for user in users.values()} - {""}
        if not addresses:
            return PersonDocuments(users, self._owned(people), [])
        pattern = {"$in": [re.compile(re.escape(address), re.IGNORECASE) for address in sorted(addresses)]}
        others = self._users("email", pattern)
        claiming = {id_: user for id_, user in others.items() if normalise(user.email) in addresses}
        events = [event for event in self._events(pattern) if addresses & participants_of(event).keys()]
        return PersonDocuments(users | claiming, self._owned(people), events)

    def _users(self, field: str, condition: Any) -> dict[str, User]:
        return {user.id: user for user in self._read("users", (field,), condition)}

    def _events(self, pattern: Any) -> list[Event]:
        as_text = self._read("events", ("participants",), pattern)
        as_objects = self._read("events", ("participants", "email"), pattern)
        return list({event.id: event for event in chain(as_text, as_objects)}.values())

    def _owned(self, people: Sequence[str]) -> Mapping[str, list[tuple[str, Any]]]:
        owned: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        condition, requested = (
            {"$in": stored_ids(people, self._settings.mongo_uuid_representation)},
            set(people),
        )
        for topic in OWNED:
            for document in self._read(topic, ("user_id",), condition):
                if document.user_id in requested:
                    owned[document.user_id].append((topic, document))
        return owned

    def _read(self, topic: str, field: tuple[str, ...], condition: Any) -> Iterator[Any]:
        source, model = self._sources.of(topic), BY_NAME[topic].payload[0]
        assert issubclass(model, Noted)
        documents: Iterable[RawDocument] = ()
        if topic in self._sources.external or source in self._sources.airtable:  # only messages can be
            documents = load_messages_from_airtable(settings=self._settings)
        elif topic in self._sources.mongo_topics and (paths := paths_of(source, field)):
            query = {"$or": [{path: condition} for path in paths]}
            collection = self._collection_of(source)
            documents = mapped(source, collection.find(query, dict.fromkeys(source.roots, 1)))
        clock = clock_at(now_ms(), self._settings.kairos_ahead_seconds)
        return (read(model, document, clock) for document in documents)


@contextmanager
def product_query(settings: Settings) -> Iterator[ProductQuery]:
    """A query of the product's sources; raises SourcesError when they cannot all be read here."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    airtable = {"messages"} if settings.airtable_token else set()
    in_airtable = {source.topic for source in sources.airtable}
    if unreadable := sorted({*sources.external, *in_airtable} - airtable):
        topics = ", ".join(unreadable)
        raise SourcesError(f"{settings.kairos_sources}: {topics}: external, so it cannot be read again here")
    with collections(settings, "kairos-verify") as collection_of:
        yield ProductQuery(settings, sources, collection_of)


def paths_of(source: Source, names: Sequence[str]) -> tuple[str, ...]:
    """The MongoDB paths of a document's field, or of a part of it; none when the mapping does not read it.

    There are several for the first of them that has a value.
    """
    rules, found = source.fields, [""]
    for name in names:
        rule = next((rule for rule in rules if rule.name == name), None)
        if rule is None:
            return ()
        found = [f"{before}.{'.'.join(path)}".lstrip(".") for before in found for path in rule.paths]
        rules = rule.parts
    return tuple(found)


def stored_ids(ids: Iterable[str], uuids: UuidRepresentation = DEFAULT) -> list[Any]:
    """All ids that capture writes as one of these texts: text, whole numbers, ObjectIds, UUIDs."""
    return [stored for id_ in ids for stored in _stored_forms(id_, uuids)]


def _stored_forms(id_: str, uuids: UuidRepresentation) -> Iterator[Any]:
    yield id_
    if re.fullmatch(r"-?\d{1,19}", id_) and -INT64 <= int(id_) < INT64:
        yield int(id_)
    if ObjectId.is_valid(id_):
        yield ObjectId(id_)
    with suppress(ValueError):
        uuid = UUID(id_)
        yield Binary.from_uuid(uuid)
        yield Binary.from_uuid(uuid, LEGACY[uuids])
