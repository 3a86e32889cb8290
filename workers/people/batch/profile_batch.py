"""Profiles of many users in one pass over the documents: users first, the others in any order."""

import sys
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

from schemas.attendance import attendance, participants_of, seniority
from schemas.documents import Event, Message, Order, User
from schemas.facts import Contested
from schemas.model import to_epoch_ms
from schemas.names import normalise
from schemas.profile import EnrichedProfile
from workers.people.batch.document_facts import apply_document, as_given, profile_of
from workers.people.batch.owner_log import OwnerLog
from workers.people.contact_state import Contact
from workers.people.decision.case import Circumstances, case_of
from workers.people.decision.decide import Judgement, KnownFields, judge
from workers.people.policy import Policy
from workers.people.profile.build import profile_fields
from workers.people.state import StoredPerson
from workers.product.reading import read

WITHOUT_ID = "(without id) "  # with a number behind it: the id of a document that has none
PROFILE_NAMES = frozenset(EnrichedProfile.model_fields)
OwnedKind = Literal["order", "message"]
OWNED: Mapping[OwnedKind, str] = {"order": "orders", "message": "messages"}  # and the beginning of their ids
NONE: Any = MappingProxyType({})  # one for all people, in place of empty dicts that a batch does not fill
D = TypeVar("D", Order, Event, Message)
Row = tuple[tuple[str, ...], tuple[Any, ...]]  # names and values: smaller than a dict, and not tracked as one
Collection = Literal["users", "orders", "events", "messages"]


class BadDocument(ValueError):
    """A document that cannot be used; the text gives the reason."""


class Applied(NamedTuple):
    """A document as it was read, and whether it concerns a user."""

    document: User | Order | Event | Message
    concerns_user: bool = True


def new_person(person: str) -> StoredPerson:
    """The state of a person of whom nothing is known, and nothing about jobs or decisions ever will be."""
    contact = Contact(sent=NONE, assumed_sent=NONE, released=NONE)
    return StoredPerson(person, jobs=NONE, contact=contact, answers=NONE)


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
        self._users: dict[str, Row] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}  # of all users that have the same
        self._read_users: dict[str, User] = {}  # until their states are made
        self._owners_of = {kind: OwnerLog() for kind in OWNED}
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

    def add(self, collection: Collection, document: Any) -> Applied:
        """Add one document as the product has it; users come before all others. Raises BadDocument."""
        if type(document) is not dict and not isinstance(document, Mapping):
            raise BadDocument(f"is no object but {type(document).__name__}")
        return self._add_functions[collection](as_given(document))

    def user_ids(self) -> Iterator[str]:
        """The ids of the users, in their order."""
        return iter(self._users)

    def profiles(self, to_json: bool = True) -> Iterator[dict[str, Any]]:
        """Yield the user's own fields and all fields of the profile, in the order of the users; only once.

        Dates of the profile are ISO text; without `to_json` they are dates and times, for who writes JSON.
        """
        stored, convert = self._settled(), profile_of if to_json else profile_fields
        for person, own in self._users.items():
            yield {**dict(zip(*own, strict=True)), **convert(stored.pop(person), self._at, self._policy)}

    def judged(self) -> Iterator[tuple[dict[str, Any], Judgement]]:
        """Like `profiles`, each with the judgement of the fleet's rules at that time; only once."""
        stored = self._settled()
        for person, own in self._users.items():
            case = case_of(stored[person], self._at, Circumstances(), self._policy)
            assert case is not None  # it has a user document
            judgement = judge(case, self._policy, KnownFields(stored[person], self._at, self._policy))
            yield (
                {**dict(zip(*own, strict=True)), **profile_of(stored.pop(person), self._at, self._policy)},
                judgement,
            )

    @cached_property
    def _stored(self) -> dict[str, StoredPerson]:
        persons = {person: new_person(person) for person in self._users}
        for person, user in self._read_users.items():
            apply_document(persons[person], "user", f"users/{person}", self._at, user)
            address = normalise(user.email)
            if address and self._owners[address] != person:
                apply_document(
                    persons[person], "claim", f"claims/{person}/{address}", self._at, Contested(owns=False)
                )
        self._read_users.clear()
        return persons

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The owner of each address: the user with the greatest seniority among those who have it."""
        first: dict[str, tuple[bool, int, str]] = {}
        for person, user in self._read_users.items():
            if address := sys.intern(normalise(user.email)):
                claim = seniority(None if user.created_at is None else to_epoch_ms(user.created_at), person)
                first[address] = min(first.get(address, claim), claim)
        return {address: claim[2] for address, claim in first.items()}

    def _add_user(self, document: Mapping[str, Any]) -> Applied:
        user = read(User, document)
        if not user.id:
            raise BadDocument("id: missing")
        names = tuple(document)
        # values that the profile has anyway need not be stored twice; the names keep their order
        values = [None if name in PROFILE_NAMES else value for name, value in document.items()]
        self._users[user.id] = self._names.setdefault(names, names), tuple(values)
        self._read_users[user.id] = user
        return Applied(user)

    def _add_order(self, document: Mapping[str, Any]) -> Applied:
        return self._apply_to_owner("order", self._read(Order, document))

    def _add_message(self, document: Mapping[str, Any]) -> Applied:
        return self._apply_to_owner("message", self._read(Message, document))

    def _add_event(self, document: Mapping[str, Any]) -> Applied:
        event = self._read(Event, document)
        participants = participants_of(event)
        owned = tuple(sys.intern(address) for address in participants if address in self._owners)
        for address in set(self._participants.get(event.id, ())) - set(owned):
            self._apply(self._owners[address], "attendance", f"events/{event.id}/{address}", None)
        for address in owned:
            value = attendance(event, address, participants)
            self._apply(self._owners[address], "attendance", f"events/{event.id}/{address}", value)
        self._participants[event.id] = owned
        return Applied(event, bool(owned))

    def _apply_to_owner(self, kind: OwnedKind, document: Order | Message) -> Applied:
        person = document.user_id
        owned = person is not None and person in self._stored
        self._owners_of[kind].append(document.id, person if owned else None)
        if person is not None and owned:
            self._apply(person, kind, f"{OWNED[kind]}/{document.id}", document)
        return Applied(document, owned)

    def _settled(self) -> dict[str, StoredPerson]:
        """The states of all users, without the documents of which a later one has another owner, or none."""
        for kind, log in self._owners_of.items():
            former = log.former_owners()
            for person, stored in self._stored.items() if former else ():
                moved = former.get(hash(person), set())
                ids = stored.orders if kind == "order" else stored.messages
                for id_ in [id_ for id_ in ids if hash(id_) in moved]:
                    self._apply(person, kind, f"{OWNED[kind]}/{id_}", None)
        return self._stored

    def _apply(self, person: str, kind: str, id_: str, value: Any) -> None:
        apply_document(self._stored[person], kind, id_, self._at, value, self._read_at)

    def _read(self, model: type[D], document: Mapping[str, Any]) -> D:
        """Read a document; one without an id gets an id of its own."""
        read_document = read(model, document)
        if read_document.id:
            return read_document
        self._without_id += 1
        return read_document.model_copy(update={"id": f"{WITHOUT_ID}{self._without_id}"})
