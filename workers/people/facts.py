"""Facts applied to a person: the newest version counts, a retraction removes, older versions are ignored."""

import sys
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from schemas.model import Version
from schemas.names import normalise
from workers.people.bounds import MAX_COMPANIONS, evict, evict_retractions, is_evicted
from workers.people.companions import update_repeat_companions
from workers.people.job_eviction import correct_exclusion, exclusion_version
from workers.people.job_state import StoredJobInteraction
from workers.people.keys import address_and_event, shorten
from workers.people.state import StoredAttendance, StoredPerson
from workers.people.stored_facts import (
    MAX_SEARCHES,
    claimed_address,
    merged_interaction,
    stored_attendance,
    stored_interaction,
    stored_job_preference,
    stored_job_view,
    stored_message,
    stored_order,
    stored_resume,
    stored_user,
)
from workers.runtime.stage import Irregularity

OLDER = Irregularity("older")  # a newer version of the fact, or a newer retraction, was read before
EVICTED = Irregularity("evicted")  # the item was evicted before; it is in counts and sums


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

    def version(self, stored: StoredPerson, key: str, item: Any) -> Version | None:
        """The version of what is stored under a key: of the item, or of what remains of an evicted one."""
        return None if item is None else item.version

    def outdates(self, version: Version, item: Any, fact: Any) -> bool:
        """Whether a fact is older than the version of the item that is stored."""
        return bool(fact.version < version)

    def merged(self, item: Any, new: Any) -> Any:
        """What is stored of two versions of a fact: the newer one."""
        return new


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


class ResumeStore(FactStore):
    """The person's own résumé, of which there is one."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The résumé."""
        return stored.resume

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store the résumé."""
        stored.resume = item

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove the résumé."""
        stored.resume = None


class JobStore(FactStore):
    """The interactions with jobs, of which an evicted one may be stored as an exclusion."""

    def version(self, stored: StoredPerson, key: str, item: Any) -> Version | None:
        """The version of the interaction, or of the exclusion that remains of it."""
        return exclusion_version(stored, key) if item is None else item.version


class InteractionStore(JobStore):
    """The interactions that the job site told, each in several versions: see `merged_interaction`.

    Of the searches only the last MAX_SEARCHES are stored.
    """

    def outdates(self, version: Version, item: Any, fact: Any) -> bool:
        """An older version of an interaction counts, too."""
        return super().outdates(version, item, fact) and (item is None or fact.value is None)

    def merged(self, item: StoredJobInteraction, new: StoredJobInteraction) -> StoredJobInteraction:
        """The interaction of which both are versions."""
        return merged_interaction(item, new)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store an interaction, and remove the first of too many searches."""
        super().put(stored, key, item)
        if item.kind != "searched":
            return
        searches = [(job.at or 0, key) for key, job in stored.jobs.items() if job.kind == "searched"]
        for _, first in sorted(searches)[:-MAX_SEARCHES]:
            del stored.jobs[first]


class AttendanceStore(FactStore):
    """The attendances, in one dict per address, by event id. No empty dict is stored for an address."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The attendance of a key `<event id>/<address>`."""
        address, event = address_and_event(key)
        return stored.attendances.get(address, {}).get(event)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store an attendance."""
        address, event = map(sys.intern, address_and_event(key))  # a batch has an event for many people
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
    "job-view": JobStore("jobs", "job-views/", stored_job_view, mark="v"),
    "job-preference": JobStore("jobs", "job-preferences/", stored_job_preference, mark="p"),
    "interaction": InteractionStore("jobs", "interactions/", stored_interaction, mark="i"),
    "resume": ResumeStore("resume", "resumes/", stored_resume),
    "claim": FactStore("claims", "claims/", claimed_address),
}


class FactChange(NamedTuple):
    """What was stored for a fact before, and what is stored now (None: nothing)."""

    before: Any
    after: Any


def apply_fact(stored: StoredPerson, fact: Any) -> FactChange | Irregularity:
    """Apply a fact to the state, in place; OLDER or EVICTED, as it is counted, if it is ignored."""
    store = FACT_STORES[fact.kind]
    key = store.key(fact.id)
    before = store.get(stored, key)
    if is_outdated(stored, store, key, fact, before):
        return OLDER
    if fact.value is None:
        stored.retracted[fact.id] = fact.version
        evict_retractions(stored)
        store.remove(stored, key)
        after = None
    else:
        stored.retracted.pop(fact.id, None)
        after = store.convert(fact)
        if before is None and is_evicted(stored, fact.kind, key, after):
            return _correct_evicted(stored, store, key, after)
        after = after if before is None else store.merged(before, after)
        store.put(stored, key, after)
    if before is None and store.version(stored, key, None) is not None:
        correct_exclusion(stored, key, None)
    if fact.kind == "attendance":
        _update_companions(stored, fact, before)
    if after is not None:
        evict(stored, fact.kind, key, after)
    return FactChange(before, after)


def is_outdated(stored: StoredPerson, store: FactStore, key: str, fact: Any, before: Any) -> bool:
    """Whether a newer version of a fact is stored (`before`), or a newer retraction of it."""
    version = store.version(stored, key, before)
    if version is None:
        version = stored.retracted.get(fact.id)
    return version is not None and store.outdates(version, before, fact)


def _correct_evicted(
    stored: StoredPerson, store: FactStore, key: str, item: Any
) -> FactChange | Irregularity:
    """Apply a fact that was evicted before: to the exclusion that remains of it, if there is one."""
    if store.version(stored, key, None) is None:
        return EVICTED
    correct_exclusion(stored, key, item)
    return FactChange(None, None)


def _update_companions(stored: StoredPerson, fact: Any, before: StoredAttendance | None) -> None:
    companions = [] if fact.value is None else fact.value.companions[:MAX_COMPANIONS]
    update_repeat_companions(stored, [normalise(companion.email) for companion in companions], before)
