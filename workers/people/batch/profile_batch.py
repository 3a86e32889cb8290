"""Profiles of many users in one pass over the documents: users first, the others in any order."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar

from schemas.attendance import attendance, participants_of, seniority
from schemas.documents import Event, Message, Order, User
from schemas.facts import Contested
from schemas.model import to_epoch_ms
from schemas.names import normalise
from workers.people.batch.document_facts import apply_document, as_given, profile_of
from workers.people.policy import Policy
from workers.people.state import StoredPerson
from workers.product.reading import read

D = TypeVar("D", Order, Event, Message)
Collection = Literal["users", "orders", "events", "messages"]


class BadDocument(ValueError):
    """A document that cannot be used; the text gives the reason."""


class ProfileBatch:
    """Applies documents, and builds one profile per user, at a time (epoch milliseconds) under a policy.

    Of two documents with the same id the later counts. Memory grows with the number of users and of their
    documents; documents that belong to no user are not stored. `read_at` is the time at which the documents
    are read, if it is to be compared with theirs: see `apply_document`.
    """

    def __init__(self, at: int, policy: Policy, read_at: int | None = None) -> None:
        self._at = at
        self._read_at = read_at
        self._policy = policy
        self._users: dict[str, tuple[Mapping[str, Any], User]] = {}
        self._owner_of: dict[str, str] = {}
        self._participants: dict[str, tuple[str, ...]] = {}
        self._without_id = 0
        self._add_functions = {
            "users": self._add_user,
            "orders": self._add_order,
            "events": self._add_event,
            "messages": self._add_message,
        }

    def __len__(self) -> int:
        return len(self._users)

    def add(self, collection: Collection, document: Any) -> None:
        """Add one document as the product has it; users come before all others. Raises BadDocument."""
        if not isinstance(document, Mapping):
            raise BadDocument(f"is no object but {type(document).__name__}")
        self._add_functions[collection](document)

    def profiles(self) -> Iterator[dict[str, Any]]:
        """Yield the user's own fields and all fields of the profile, in the order of the users; only once."""
        stored = self._stored
        for person, (document, _) in self._users.items():
            yield {**document, **profile_of(stored.pop(person), self._at, self._policy)}

    @cached_property
    def _stored(self) -> dict[str, StoredPerson]:
        persons = {person: StoredPerson(person) for person in self._users}
        for person, (_, user) in self._users.items():
            apply_document(persons[person], "user", f"users/{person}", self._at, user)
            address = normalise(user.email)
            if address and self._owners[address] != person:
                apply_document(
                    persons[person], "claim", f"claims/{person}/{address}", self._at, Contested(owns=False)
                )
        return persons

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The owner of each address: the user with the greatest seniority among those who have it."""
        first: dict[str, tuple[bool, int, str]] = {}
        for person, (_, user) in self._users.items():
            if address := normalise(user.email):
                claim = seniority(None if user.created_at is None else to_epoch_ms(user.created_at), person)
                first[address] = min(first.get(address, claim), claim)
        return {address: claim[2] for address, claim in first.items()}

    def _add_user(self, document: Mapping[str, Any]) -> None:
        user = read(User, as_given(document))
        if not user.id:
            raise BadDocument("id: missing")
        self._users[user.id] = (document, user)

    def _add_order(self, document: Mapping[str, Any]) -> None:
        self._apply_to_owner("order", "orders", self._read(Order, document))

    def _add_message(self, document: Mapping[str, Any]) -> None:
        self._apply_to_owner("message", "messages", self._read(Message, document))

    def _add_event(self, document: Mapping[str, Any]) -> None:
        event = self._read(Event, document)
        participants = participants_of(event)
        owned = tuple(address for address in participants if address in self._owners)
        for address in set(self._participants.get(event.id, ())) - set(owned):
            self._apply(self._owners[address], "attendance", f"events/{event.id}/{address}", None)
        for address in owned:
            value = attendance(event, address, participants)
            self._apply(self._owners[address], "attendance", f"events/{event.id}/{address}", value)
        self._participants[event.id] = owned

    def _apply_to_owner(self, kind: str, topic: str, document: Order | Message) -> None:
        id_, person = f"{topic}/{document.id}", document.user_id
        before = self._owner_of.pop(id_, None)
        if before is not None and before != person:
            self._apply(before, kind, id_, None)
        if person in self._stored:
            self._owner_of[id_] = person
            self._apply(person, kind, id_, document)

    def _apply(self, person: str, kind: str, id_: str, value: Any) -> None:
        apply_document(self._stored[person], kind, id_, self._at, value, self._read_at)

    def _read(self, model: type[D], document: Mapping[str, Any]) -> D:
        """Read a document; one without an id gets an id of its own."""
        read_document = read(model, as_given(document))
        if read_document.id:
            return read_document
        self._without_id += 1
        return read_document.model_copy(update={"id": f"#{self._without_id}"})
