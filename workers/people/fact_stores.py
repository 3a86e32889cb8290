"""Where the facts of each kind are stored in the state of a person."""

import sys
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from schemas.model import Version
from workers.people.contact_state import Permissions
from workers.people.job_eviction import exclusion_version
from workers.people.job_state import StoredJobInteraction
from workers.people.keys import address_and_event, shorten
from workers.people.state import StoredPerson
from workers.people.stored_contact_facts import (
    stored_answer,
    stored_consent,
    stored_grant,
    stored_pause,
    stored_suppression,
)
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


class SingleStore(FactStore):
    """A fact of which a person has one: it is the attribute `field` of the person."""

    def __init__(self, field: str, prefix: str, convert: Callable[[Any], Any]) -> None:
        super().__init__(field, prefix, convert)
        self._field = field

    def get(self, stored: StoredPerson, key: str) -> Any:
        """What is stored."""
        return getattr(stored, self._field)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store it."""
        setattr(stored, self._field, item)

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove it."""
        setattr(stored, self._field, None)


def forget_no_permissions(stored: StoredPerson) -> None:
    """Store nothing where no permission is left."""
    if stored.permissions == Permissions():
        stored.permissions = None


class PermissionStore(FactStore):
    """The permissions of one kind; the person has none while nothing is known of them."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The permission under a key, None if there is none."""
        return None if stored.permissions is None else super().get(stored, key)

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store a permission."""
        stored.permissions = stored.permissions or Permissions()
        super().put(stored, key, item)

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove a permission, if it is stored."""
        if stored.permissions is not None:
            super().remove(stored, key)
            forget_no_permissions(stored)


class GrantStore(PermissionStore):
    """The last answer of the ramp."""

    def get(self, stored: StoredPerson, key: str) -> Any:
        """The answer, None before the first."""
        return None if stored.permissions is None else stored.permissions.grant

    def put(self, stored: StoredPerson, key: str, item: Any) -> None:
        """Store the answer."""
        stored.permissions = stored.permissions or Permissions()
        stored.permissions.grant = item

    def remove(self, stored: StoredPerson, key: str) -> None:
        """Remove the answer."""
        if stored.permissions is not None:
            stored.permissions.grant = None
            forget_no_permissions(stored)


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
    "user": SingleStore("user", "users/", stored_user),
    "order": FactStore("orders", "orders/", stored_order),
    "attendance": AttendanceStore("attendances", "events/", stored_attendance),
    "message": FactStore("messages", "messages/", stored_message),
    "job-view": JobStore("jobs", "job-views/", stored_job_view, mark="v"),
    "job-preference": JobStore("jobs", "job-preferences/", stored_job_preference, mark="p"),
    "interaction": InteractionStore("jobs", "interactions/", stored_interaction, mark="i"),
    "resume": SingleStore("resume", "resumes/", stored_resume),
    "claim": FactStore("claims", "claims/", claimed_address),
    "suppression": PermissionStore("permissions.suppressions", "suppressions/", stored_suppression),
    "consent": PermissionStore("permissions.consents", "consents/", stored_consent),
    "pause": PermissionStore("permissions.pauses", "controls/", stored_pause),
    "answer": FactStore("answers", "answers/", stored_answer),
    "grant": GrantStore("permissions.grant", "grants/", stored_grant),
}
