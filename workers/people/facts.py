"""Facts applied to a person: the newest version counts, a retraction removes, older versions are ignored."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.names import normalise
from workers.people.bounds import MAX_COMPANIONS, evict, evict_retractions, is_evicted
from workers.people.companions import update_repeat_companions
from workers.people.keys import address_and_event, shorten
from workers.people.state import StoredAttendance, StoredPerson
from workers.people.stored_facts import (
    claimed_address,
    stored_attendance,
    stored_job_preference,
    stored_job_view,
    stored_message,
    stored_order,
    stored_user,
)


class FactStore:
    """The facts of one kind in a person's state: the dict `field`, by fact id without `prefix`, after `mark`.

    `convert` turns a fact with a value into what is stored.
    """

    def __init__(self, field: str, prefix: str, convert: Callable[[Any], Any], mark: str = "") -> None:
        self.convert = convert
        self._items: Callable[[StoredPerson], dict[str, Any]] = attrgetter(field)
        self._prefix = prefix
        self._mark = mark

    def key(self, fact_id: str) -> str:
        """The key of a fact, unique among all facts of its kind."""
        return self._mark + shorten(fact_id, self._prefix)

    def get(self, stored: StoredPerson, key: str) -> Any:
        """What is stored under a key, None if nothing is."""
        return self._items(stored).get(key)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store an item under a key."""
        self._items(stored)[key] = item

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove what is stored under a key, if anything is."""
        self._items(stored).pop(key, None)


class UserStore(FactStore):
    """The user document, of which there is one."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The user document."""
        return stored.user

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store the user document."""
        stored.user = item

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove the user document."""
        stored.user = None


class AttendanceStore(FactStore):
    """The attendances, in one dict per address, by event id. No empty dict is stored for an address."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The attendance of a key `<event id>/<address>`."""
        address, event = address_and_event(key)
        return stored.attendances.get(address, {}).get(event)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store an attendance."""
        address, event = address_and_event(key)
        stored.attendances.setdefault(address, {})[event] = item

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove an attendance, if it is stored."""
        address, event = address_and_event(key)
        events = stored.attendances.get(address, {})
        events.pop(event, None)
        if not events:
            stored.attendances.pop(address, None)


FACT_STORES: Mapping[str, FactStore] = {
    "user": UserStore("user", "users/", stored_user),
    "order": FactStore("orders", "orders/", stored_order),
    "attendance": AttendanceStore("attendances", "events/", stored_attendance),
    "message": FactStore("messages", "messages/", stored_message),
    "job-view": FactStore("jobs", "job-views/", stored_job_view, mark="v"),
    "job-preference": FactStore("jobs", "job-preferences/", stored_job_preference, mark="p"),
    "claim": FactStore("claims", "claims/", claimed_address),
}


class FactChange(NamedTuple):
    """What was stored for a fact before, and what is stored now (None: nothing)."""

    before: Any
    after: Any


def apply_fact(stored: StoredPerson, fact: Any) -> FactChange | None:
    """Apply a fact to the state, in place; None if it is ignored: outdated, or evicted before."""
    store = FACT_STORES[fact.kind]
    key = store.key(fact.id)
    before = store.get(stored, key)
    if is_outdated(stored, fact, before):
        return None
    if fact.value is None:
        stored.retracted[fact.id] = fact.version
        evict_retractions(stored)
        store.remove(stored, key)
        after = None
    else:
        stored.retracted.pop(fact.id, None)
        after = store.convert(fact)
        if before is None and is_evicted(stored, fact.kind, key, after):
            return None
        store.put(stored, key, after)
    if fact.kind == "attendance":
        _update_companions(stored, fact, before)
    if before is None and after is not None:
        evict(stored, fact.kind)
    return FactChange(before, after)


def is_outdated(stored: StoredPerson, fact: Any, before: Any) -> bool:
    """Whether a newer version of a fact is stored (`before`), or a newer retraction of it."""
    version = stored.retracted.get(fact.id) if before is None else before.version
    return version is not None and fact.version < version


def _update_companions(stored: StoredPerson, fact: Any, before: StoredAttendance | None) -> None:
    companions = [] if fact.value is None else fact.value.companions[:MAX_COMPANIONS]
    update_repeat_companions(stored, [normalise(companion.email) for companion in companions], before)
