"""Facts applied to a person: the newest version counts, a retraction removes, older versions are ignored."""

from typing import Any, NamedTuple

from schemas.names import normalise
from workers.people.bounds import MAX_COMPANIONS, evict, evict_retractions, is_evicted
from workers.people.companions import update_repeat_companions
from workers.people.fact_stores import FACT_STORES, FactStore
from workers.people.job_eviction import correct_exclusion
from workers.people.state import StoredAttendance, StoredPerson
from workers.runtime.stage import Irregularity

OLDER = Irregularity("older")  # a newer version of the fact, or a newer retraction, was read before
EVICTED = Irregularity("evicted")  # the item was evicted before; it is in counts and sums


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
