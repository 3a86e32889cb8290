"""Some users and everything that concerns them, taken in once, in any order but users first."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar

from schemas.attendance import attendance, everybody, seniority
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
    """A document that nothing can be done with; the text says why."""


class Crowd:
    """Takes documents in and gives a profile per user, at a time in epoch milliseconds, under a policy.

    Of two documents with one id the later counts. Memory grows with the users and with what concerns them;
    what concerns nobody is not kept.
    """

    def __init__(self, at: int, policy: Policy) -> None:
        self._at = at
        self._policy = policy
        self._users: dict[str, tuple[Mapping[str, Any], User]] = {}
        self._told: dict[str, str] = {}
        self._attended: dict[str, tuple[str, ...]] = {}
        self._nameless = 0
        self._adding = {
            "users": self._add_user,
            "orders": self._add_order,
            "events": self._add_event,
            "messages": self._add_message,
        }

    def __len__(self) -> int:
        return len(self._users)

    def add(self, collection: Collection, document: Any) -> None:
        """Take one document in, as the product holds it; users come before all others. Raises BadDocument."""
        if not isinstance(document, Mapping):
            raise BadDocument(f"is no object but {type(document).__name__}")
        self._adding[collection](document)

    def profiles(self) -> Iterator[dict[str, Any]]:
        """The user's own fields and all fields of the profile, in the order of the users; only once."""
        stored = self._stored
        for person, (document, _) in self._users.items():
            yield {**document, **profile_of(stored.pop(person), self._at, self._policy)}

    @cached_property
    def _stored(self) -> dict[str, StoredPerson]:
        made = {person: StoredPerson(person) for person in self._users}
        for person, (_, user) in self._users.items():
            apply_document(made[person], "user", f"users/{person}", self._at, user)
            address = normalise(user.email)
            if address and self._owners[address] != person:
                apply_document(
                    made[person], "claim", f"claims/{person}/{address}", self._at, Contested(owns=False)
                )
        return made

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Whose an address is."""
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
        self._tell_owner("order", "orders", self._read(Order, document))

    def _add_message(self, document: Mapping[str, Any]) -> None:
        self._tell_owner("message", "messages", self._read(Message, document))

    def _add_event(self, document: Mapping[str, Any]) -> None:
        event = self._read(Event, document)
        those = everybody(event)
        known = tuple(address for address in those if address in self._owners)
        for address in set(self._attended.get(event.id, ())) - set(known):
            self._tell(self._owners[address], "attendance", f"events/{event.id}/{address}", None)
        for address in known:
            value = attendance(event, address, those)
            self._tell(self._owners[address], "attendance", f"events/{event.id}/{address}", value)
        self._attended[event.id] = known

    def _tell_owner(self, kind: str, topic: str, document: Order | Message) -> None:
        id_, person = f"{topic}/{document.id}", document.user_id
        before = self._told.pop(id_, None)
        if before is not None and before != person:
            self._tell(before, kind, id_, None)
        if person in self._stored:
            self._told[id_] = person
            self._tell(person, kind, id_, document)

    def _tell(self, person: str, kind: str, id_: str, value: Any) -> None:
        apply_document(self._stored[person], kind, id_, self._at, value)

    def _read(self, model: type[D], document: Mapping[str, Any]) -> D:
        """The document; one without an id is one of its own."""
        found = read(model, as_given(document))
        if found.id:
            return found
        self._nameless += 1
        return found.model_copy(update={"id": f"#{self._nameless}"})
