"""The bounds of what is stored of a person, and the eviction of what exceeds them.

When a kind of items exceeds its bound, the item with the smallest date (undated items first), then key, is
evicted into counts and sums. The eviction order of the last evicted item is stored per kind: an item at or
before it that is not stored was evicted before, so a fact that is delivered again is not counted twice. Below
the bounds nothing is evicted.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from workers.people.companions import update_repeat_companions
from workers.people.keys import address_and_event
from workers.people.state import Evicted, EvictionOrder, StoredPerson

MAX_RETRACTIONS = 64  # whose versions are stored, so that older facts sent again are ignored
MAX_SENT_MAILS = 100  # of ours, whose time of sending is stored
MAX_NOTES = 20  # on the documents of a person
MAX_COMPANIONS = 50  # at an event; `route` sends none of larger events
MAX_LATER_CHANGES = 8  # future times for which a profile has the fields that change
UNDATED, QUEUED = -(2**62), 2**62  # before and after every date


class Bound(NamedTuple):
    """The bound of one kind: how many items are stored, and how they are listed, dated and evicted.

    `evict_item` removes an item and adds it to the counts and sums.
    """

    limit: int
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
    if not any(event in events for events in stored.attendances.values()):
        evicted.events += 1
    if attendance.date is not None:
        evicted.first_event = min(attendance.date, evicted.first_event or attendance.date)


def _evict_order(stored: StoredPerson, evicted: Evicted, key: str, order: Any) -> None:
    del stored.orders[key]
    evicted.orders += 1
    if order.amount is not None:
        evicted.amounts += 1
        evicted.amount += order.amount


def _evict_message(stored: StoredPerson, evicted: Evicted, key: str, message: Any) -> None:
    del stored.messages[key]
    evicted.sent += message.sent_at is not None
    evicted.queued += message.queued


def _evict_job(stored: StoredPerson, evicted: Evicted, key: str, job: Any) -> None:
    del stored.jobs[key]


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


JOBS = Bound(300, lambda stored: len(stored.jobs), _jobs, _at, _evict_job)
BOUNDS: Mapping[str, Bound] = {
    "attendance": Bound(
        200,
        lambda stored: sum(map(len, stored.attendances.values())),
        _attendances,
        lambda attendance: attendance.date,
        _evict_attendance,
    ),
    "order": Bound(200, lambda stored: len(stored.orders), _orders, _at, _evict_order),
    "message": Bound(200, lambda stored: len(stored.messages), _messages, _sent_at, _evict_message),
    "job-view": JOBS,
    "job-preference": JOBS,
}
SHARED_BOUNDS = {"job-preference": "job-view"}  # kinds that share the bound and the evictions of another
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


def evict(stored: StoredPerson, kind: str) -> None:
    """Evict the first items of a kind until it is within its bound."""
    bound = BOUNDS.get(kind)
    if bound is None:
        return
    while bound.size(stored) > bound.limit:
        (date, key), item = min(
            ((eviction_order(bound, key, item), item) for key, item in bound.items(stored)),
            key=lambda ordered: ordered[0],
        )
        stored.evicted = stored.evicted or Evicted()
        bound.evict_item(stored, stored.evicted, key, item)
        _advance(stored.evicted, SHARED_BOUNDS.get(kind, kind), (date, key))


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


def evict_mails(stored: StoredPerson) -> None:
    """Evict the oldest of our mails beyond MAX_SENT_MAILS; one that is also a message is counted as such."""
    sent = stored.contact.sent
    while len(sent) > MAX_SENT_MAILS:
        at, decision = min((at, decision) for decision, at in sent.items())
        del sent[decision]
        stored.evicted = stored.evicted or Evicted()
        stored.evicted.sent += decision not in stored.messages
        _advance(stored.evicted, OUR_MAIL, (at, decision))
    assumed_sent = stored.contact.assumed_sent
    while len(assumed_sent) > MAX_SENT_MAILS:
        del assumed_sent[min(assumed_sent, key=lambda decision: (assumed_sent[decision], decision))]
