"""The bounds of what is kept of a person, all of them, and how what exceeds them is let go.

Of a kind that exceeds its bound, the item with the smallest date and id (undated first) goes into counts and
sums. Its place is the kind's horizon: what stands at or before it and is not held was let go already, so a
fact that comes again is not counted twice. Below the bounds nothing of this happens.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from workers.people.companions import remember
from workers.people.state import Evicted, EvictionOrder, StoredPerson

GONE_KEPT = 64  # retractions remembered, against older facts sent again
SENT_KEPT = 100  # mails of ours whose time of sending is remembered
NOTES_KEPT = 20  # on the documents of a person
COMPANIONS_KEPT = 50  # at an event; `route` carries none of larger ones
LATER_KEPT = 8  # future times at which a profile says what will change
UNDATED, OPEN = -(2**62), 2**62  # before and after every date


class Bound(NamedTuple):
    """How many items of a kind are kept, how they are found, dated and counted when they go."""

    limit: int
    size: Callable[[StoredPerson], int]
    items: Callable[[StoredPerson], Iterator[tuple[str, Any]]]
    date: Callable[[Any], int | None]
    let_go: Callable[[StoredPerson, Evicted, str, Any], None]


def _attended(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    for address, events in stored.attended.items():
        for event, item in events.items():
            yield f"{event}/{address}", item


def _let_attendance_go(stored: StoredPerson, evicted: Evicted, key: str, item: Any) -> None:
    event, _, address = key.rpartition("/")
    del stored.attended[address][event]
    if not stored.attended[address]:
        del stored.attended[address]
    remember(stored, (), item)
    if not any(event in events for events in stored.attended.values()):
        evicted.events += 1
    if item.date is not None:
        evicted.first_event = min(item.date, evicted.first_event or item.date)


def _let_order_go(stored: StoredPerson, evicted: Evicted, key: str, item: Any) -> None:
    del stored.orders[key]
    evicted.orders += 1
    if item.amount is not None:
        evicted.amounts += 1
        evicted.amount += item.amount


def _let_message_go(stored: StoredPerson, evicted: Evicted, key: str, item: Any) -> None:
    del stored.messages[key]
    evicted.sent += item.sent_at is not None
    evicted.queued += item.queued


def _let_job_go(stored: StoredPerson, evicted: Evicted, key: str, item: Any) -> None:
    del stored.jobs[key]


def _orders(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.orders.items())


def _messages(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.messages.items())


def _jobs(stored: StoredPerson) -> Iterator[tuple[str, Any]]:
    return iter(stored.jobs.items())


def _sent_at(item: Any) -> int | None:
    """When a message was sent; one that waits is never an old one."""
    return OPEN if item.queued else item.sent_at


def _at(item: Any) -> int | None:
    """The date of an order, or of something done with a job."""
    found: int | None = item.at
    return found


JOBS = Bound(300, lambda stored: len(stored.jobs), _jobs, _at, _let_job_go)
BOUNDS: Mapping[str, Bound] = {
    "attendance": Bound(
        200,
        lambda stored: sum(map(len, stored.attended.values())),
        _attended,
        lambda item: item.date,
        _let_attendance_go,
    ),
    "order": Bound(200, lambda stored: len(stored.orders), _orders, _at, _let_order_go),
    "message": Bound(200, lambda stored: len(stored.messages), _messages, _sent_at, _let_message_go),
    "job-view": JOBS,
    "job-preference": JOBS,
}
SHARED_BOUNDS = {"job-preference": "job-view"}  # kinds that share the horizon of another
OUR_MAIL = "mail"  # the horizon of our own mails


def place(bound: Bound, key: str, item: Any) -> EvictionOrder:
    """Where an item stands in the order in which items are let go."""
    date = bound.date(item)
    return (UNDATED if date is None else date, key)


def is_evicted(stored: StoredPerson, kind: str, key: str, item: Any) -> bool:
    """Whether an item that is not held was let go before."""
    if stored.evicted is None or kind not in BOUNDS or item is None:
        return False
    horizon = stored.evicted.evicted_up_to.get(SHARED_BOUNDS.get(kind, kind))
    return horizon is not None and place(BOUNDS[kind], key, item) <= horizon


def evict(stored: StoredPerson, kind: str) -> None:
    """Let the first items of a kind go until the rest is within its bound."""
    bound = BOUNDS.get(kind)
    if bound is None:
        return
    while bound.size(stored) > bound.limit:
        (date, key), item = min(
            ((place(bound, key, item), item) for key, item in bound.items(stored)), key=lambda one: one[0]
        )
        stored.evicted = stored.evicted or Evicted()
        bound.let_go(stored, stored.evicted, key, item)
        _move_horizon(stored.evicted, SHARED_BOUNDS.get(kind, kind), (date, key))


def _move_horizon(evicted: Evicted, kind: str, to: EvictionOrder) -> None:
    evicted.evicted_up_to[kind] = max(to, evicted.evicted_up_to.get(kind, to))


def forget(stored: StoredPerson) -> None:
    """Forget the oldest retractions beyond the bound."""
    while len(stored.gone) > GONE_KEPT:
        del stored.gone[min(stored.gone, key=lambda id_: (stored.gone[id_], id_))]


def is_evicted_mail(stored: StoredPerson, decision: str, at: int) -> bool:
    """Whether a mail of ours was counted and let go before."""
    horizon = None if stored.evicted is None else stored.evicted.evicted_up_to.get(OUR_MAIL)
    return horizon is not None and decision not in stored.contact.sent and (at, decision) <= horizon


def evict_mails(stored: StoredPerson) -> None:
    """Let the first of our mails go until the rest is within the bound; one with a message counts there."""
    sent = stored.contact.sent
    while len(sent) > SENT_KEPT:
        at, decision = min((at, decision) for decision, at in sent.items())
        del sent[decision]
        stored.evicted = stored.evicted or Evicted()
        stored.evicted.sent += decision not in stored.messages
        _move_horizon(stored.evicted, OUR_MAIL, (at, decision))
    assumed_sent = stored.contact.assumed_sent
    while len(assumed_sent) > SENT_KEPT:
        del assumed_sent[min(assumed_sent, key=lambda decision: (assumed_sent[decision], decision))]
