"""Everything that the sources hold of some people, read anew, as capture would map it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import UUID

from bson import Binary, ObjectId, UuidRepresentation
from pymongo.database import Database

from schemas.attendance import everybody
from schemas.documents import Event, User
from schemas.model import RawDocument
from schemas.names import normalise
from schemas.notes import Noted
from topics.catalog import BY_NAME, OWNED
from workers.product.loading import load_messages_from_airtable, mapped
from workers.product.mongo import connect, database
from workers.product.reading import read
from workers.product.sources import Source, Sources, SourcesError, load_sources
from workers.runtime.process.settings import Settings

INT64 = 2**63


class PersonDocuments(NamedTuple):
    """Documents that concern some people: `users` by id, also those who claim an address of theirs; `owned`
    by person, as (topic, document); `events` with one of their addresses on the list.
    """

    users: dict[str, User]
    owned: Mapping[str, list[tuple[str, Any]]]
    events: list[Event]


class ProductQuery:
    """The sources of a product, asked for people; make one with `product`."""

    def __init__(self, settings: Settings, sources: Sources, db: Database[RawDocument]) -> None:
        self._settings, self._sources, self._db = settings, sources, db

    def of(self, people: Sequence[str]) -> PersonDocuments:
        """What concerns these people; raises PyMongoError, and requests' errors for Airtable."""
        users = self._users("id", {"$in": candidates(people)})
        addresses = {normalise(user.email) for user in users.values()} - {""}
        if not addresses:
            return PersonDocuments(users, self._owned(people), [])
        like = {"$in": [re.compile(re.escape(address), re.IGNORECASE) for address in sorted(addresses)]}
        others = self._users("email", like)
        claiming = {id_: user for id_, user in others.items() if normalise(user.email) in addresses}
        events = [event for event in self._events(like) if addresses & everybody(event).keys()]
        return PersonDocuments(users | claiming, self._owned(people), events)

    def _users(self, field: str, wanted: Any) -> dict[str, User]:
        return {user.id: user for user in self._read("users", (field,), wanted)}

    def _events(self, like: Any) -> list[Event]:
        both = (
            self._read("events", ("participants",), like),
            self._read("events", ("participants", "email"), like),
        )
        return list({event.id: event for some in both for event in some}.values())

    def _owned(self, people: Sequence[str]) -> Mapping[str, list[tuple[str, Any]]]:
        found: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        ids, wanted = {"$in": candidates(people)}, set(people)
        for topic in OWNED:
            for one in self._read(topic, ("user_id",), ids):
                if one.user_id in wanted:
                    found[one.user_id].append((topic, one))
        return found

    def _read(self, topic: str, field: tuple[str, ...], wanted: Any) -> Iterator[Any]:
        source, model = self._sources.of(topic), BY_NAME[topic].payload[0]
        assert issubclass(model, Noted)
        if topic in self._sources.external:  # of messages alone is it known where they are
            found: Iterable[RawDocument] = load_messages_from_airtable(settings=self._settings)
        elif topic in self._sources.topics and (path := path_of(source, field)):
            query = {path: wanted}
            found = mapped(source, self._db[source.collection].find(query, dict.fromkeys(source.roots, 1)))
        else:
            found = ()
        return (read(model, document) for document in found)


@contextmanager
def product(settings: Settings) -> Iterator[ProductQuery]:
    """The product's sources; raises SourcesError when they cannot all be read here."""
    sources = load_sources(settings.kairos_sources)
    airtable = {"messages"} if settings.airtable_token else set()
    if elsewhere := sorted(set(sources.external) - airtable):
        what = ", ".join(elsewhere)
        raise SourcesError(f"{settings.kairos_sources}: {what}: external, so it cannot be read again here")
    with connect(settings, "kairos-verify") as client:
        yield ProductQuery(settings, sources, database(client, settings))


def path_of(source: Source, names: Sequence[str]) -> str | None:
    """Where MongoDB finds a field of ours, or a part of it; None when it is not read."""
    rules, path = source.fields, list[str]()
    for name in names:
        rule = next((rule for rule in rules if rule.name == name), None)
        if rule is None:
            return None
        rules, path = rule.parts, [*path, *rule.path]
    return ".".join(path)


def candidates(ids: Iterable[str]) -> list[Any]:
    """All that capture writes as one of these texts: text, whole numbers, ObjectIds, UUIDs."""
    return [one for id_ in ids for one in _meanings(id_)]


def _meanings(id_: str) -> Iterator[Any]:
    yield id_
    if re.fullmatch(r"-?\d{1,19}", id_) and -INT64 <= int(id_) < INT64:
        yield int(id_)
    if ObjectId.is_valid(id_):
        yield ObjectId(id_)
    with suppress(ValueError):
        uuid = UUID(id_)
        yield Binary.from_uuid(uuid, UuidRepresentation.STANDARD)
        yield Binary.from_uuid(uuid, UuidRepresentation.PYTHON_LEGACY)
