"""The bounds of what is stored of a person, and the eviction of what exceeds them.

When a kind of items exceeds its bound, in number or in bytes, the item with the smallest date (undated items
first), then key, is evicted into counts and sums. The eviction order of the last evicted item is stored per
kind: an item at or before it that is not stored was evicted before, so a fact that is delivered again is not
counted twice. Below the bounds nothing is evicted.

With the bounds in bytes a state is never too large for a record, so that no fact is refused which `route` has
noted as emitted. One that is too large by itself is not emitted (workers/route/bounds.py).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from workers.people.companions import update_repeat_companions
from workers.people.job_eviction import evict_interaction
from workers.people.job_state import UNDATED
from workers.people.keys import address_and_event, own_decision
from workers.people.state import Evicted, EvictionOrder, StoredPerson

MAX_RETRACTIONS = 64  # whose versions are stored, so that older facts sent again are ignored
MAX_SENT_MAILS = 100  # of ours, whose time of sending is stored
MAX_NOTES = 20  # on the documents of a person
MAX_COMPANIONS = 50  # at an event; `route` sends none of larger events
LARGEST_PROFILE = 800_000  # bytes of JSON; a larger one is shortened (profile/shorten.py)
MAX_LATER_CHANGES = 8  # future times for which a profile has the fields that change
QUEUED = 2**62  # after every date
ENCODE = msgspec.msgpack.Encoder().encode


class Bound(NamedTuple):
    """The bound of one kind: how many items and bytes are stored, and how they are listed, dated and evicted.

    `evict_item` removes an item and adds it to the counts and sums.
    """

    limit: int
    max_bytes: int
    size: Callable[[StoredPerson], int]
    items: Callable[[StoredPerson], Iterator[tuple[str, Any]]]
    date: Callable[[Any], int | None]
    evict_item: Callable[[StoredPerson, Evicted, str, Any], None]


def _attendances(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    for address, events in stored.attendances.items():
        for event, attendance in events.items():
            yield f"{event}/{address}", attendance


def _evict_attendance(stored: StoredPerson, evicted: Evicted, key: str, attendance: Any) -> None:
    address, event = address_and_event(key)
    del stored.attendances[address][event]
    if not stored.attendances[address]:
        del stored.attendances[address]
    update_repeat_companions(stored, (), attendance)
    if attendance.date is None:
        return  # whether it took place is unknown
    if not any(event in events for events in stored.attendances.values()):
        evicted.events += 1
    if evicted.first_event is None or attendance.date < evicted.first_event:
        evicted.first_event, evicted.first_event_shift = attendance.date, attendance.shift


def _evict_order(stored: StoredPerson, evicted: Evicted, key: str, order: Any) -> None:
    del stored.orders[key]
    evicted.orders += 1
    if order.amount is not None:
        evicted.amounts += 1
        evicted.amount += order.amount


def _evict_message(stored: StoredPerson, evicted: Evicted, key: str, message: Any) -> None:
    del stored.messages[key]
    is_counted = own_decision(stored.id, message.decision) in stored.contact.sent  # as our mail, still
    evicted.sent += message.sent_at is not None and not is_counted
    evicted.queued += message.queued and own_decision(stored.id, message.decision) is None


def _evict_job(stored: StoredPerson, evicted: Evicted, key: str, job: Any) -> None:
    for also, item in evict_interaction(stored, key).items():
        _advance(evicted, JOB_EVICTIONS, eviction_order(JOBS, also, item))


def _orders(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.orders.items())


def _messages(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.messages.items())


def _jobs(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.jobs.items())


def _sent_at(message: Any) -> int | None:
    """The time at which a message was sent; a queued one comes after all others."""
    return QUEUED if message.queued else message.sent_at


def _at(item: Any) -> int | None:
    """The date of an order or of an interaction with a job."""
    at: int | None = item.at
    return at


JOBS = Bound(300, 75_000, lambda stored: len(stored.jobs), _jobs, _at, _evict_job)
BOUNDS: Mapping[str, Bound] = {
    "attendance": Bound(
        200,
        250_000,
        lambda stored: sum(map(len, stored.attendances.values())),
        _attendances,
        lambda attendance: attendance.date,
        _evict_attendance,
    ),
    "order": Bound(200, 25_000, lambda stored: len(stored.orders), _orders, _at, _evict_order),
    "message": Bound(200, 25_000, lambda stored: len(stored.messages), _messages, _sent_at, _evict_message),
    "job-view": JOBS,
    "job-preference": JOBS,
    "interaction": JOBS,
}
JOB_EVICTIONS = "job-view"  # the kind under which evictions of all interactions with jobs are stored
SHARED_BOUNDS = {"job-preference": JOB_EVICTIONS, "interaction": JOB_EVICTIONS}
OUR_MAIL = "mail"  # the kind under which evictions of our own mails are stored


def eviction_order(bound: Bound, key: str, item: Any) -> EvictionOrder:
    """The position of an item in the order of eviction: its date, then its key."""
    date = bound.date(item)
    return (UNDATED if date is None else date, key)


def is_evicted(stored: StoredPerson, kind: str, key: str, item: Any) -> bool:
    """Whether an item that is not stored was evicted before; False for no item (None)."""
    if stored.evicted is None or kind not in BOUNDS or item is None:
        return False
    up_to = stored.evicted.evicted_up_to.get(SHARED_BOUNDS.get(kind, kind))
    return up_to is not None and eviction_order(BOUNDS[kind], key, item) <= up_to


def evict(stored: StoredPerson, kind: str, key: str, item: Any) -> None:
    """Evict the first items of a kind until it is within its bound, after an item was stored under a key."""
    bound = BOUNDS.get(kind)
    if bound is None:
        return
    # small items alone never exceed the bytes, so that they need not be measured
    is_small = bytes_of(key, item) * 2 * bound.limit <= bound.max_bytes
    while bound.size(stored) > bound.limit or not (is_small or fits(stored, bound)):
        (date, key), item = min(
            ((eviction_order(bound, key, item), item) for key, item in bound.items(stored)),
            key=lambda ordered: ordered[0],
        )
        stored.evicted = stored.evicted or Evicted()
        bound.evict_item(stored, stored.evicted, key, item)
        _advance(stored.evicted, SHARED_BOUNDS.get(kind, kind), (date, key))


def bytes_of(key: str, item: Any) -> int:
    """The bytes of an item with its key, as it is stored."""
    return len(key) + len(ENCODE(item))


def fits(stored: StoredPerson, bound: Bound) -> bool:
    """Whether the items of a kind, with the companions that are stored in full, are within its bytes."""
    size = sum(bytes_of(key, item) for key, item in bound.items(stored))
    if bound is BOUNDS["attendance"]:
        size += sum(map(len, stored.repeat_companions))
    return size <= bound.max_bytes


def _advance(evicted: Evicted, kind: str, to: EvictionOrder) -> None:
    evicted.evicted_up_to[kind] = max(to, evicted.evicted_up_to.get(kind, to))


def evict_retractions(stored: StoredPerson) -> None:
    """Evict the oldest retractions beyond MAX_RETRACTIONS."""
    while len(stored.retracted) > MAX_RETRACTIONS:
        del stored.retracted[min(stored.retracted, key=lambda id_: (stored.retracted[id_], id_))]


def is_evicted_mail(stored: StoredPerson, decision: str, at: int) -> bool:
    """Whether a mail of ours was counted and evicted before."""
    up_to = None if stored.evicted is None else stored.evicted.evicted_up_to.get(OUR_MAIL)
    return up_to is not None and decision not in stored.contact.sent and (at, decision) <= up_to


def mails_told(stored: StoredPerson) -> set[str]:
    """The keys of the messages that were sent, and the decisions that they name."""
    return {
        own_decision(stored.id, message.decision) or key
        for key, message in stored.messages.items()
        if message.sent_at is not None
    }


def evict_mails(stored: StoredPerson) -> None:
    """Evict the oldest of our mails beyond MAX_SENT_MAILS; one that is also a message is counted as such."""
    sent = stored.contact.sent
    told = mails_told(stored) if len(sent) > MAX_SENT_MAILS else ()
    while len(sent) > MAX_SENT_MAILS:
        at, decision = min((at, decision) for decision, at in sent.items())
        del sent[decision]
        stored.evicted = stored.evicted or Evicted()
        stored.evicted.sent += decision not in told
        _advance(stored.evicted, OUR_MAIL, (at, decision))
    assumed_sent = stored.contact.assumed_sent
    while len(assumed_sent) > MAX_SENT_MAILS:
        del assumed_sent[min(assumed_sent, key=lambda decision: (assumed_sent[decision], decision))]
