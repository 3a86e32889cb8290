"""The bounds of what is kept of a person, all of them, and how what exceeds them is let go.

Of a kind that exceeds its bound, the item with the smallest date and id (undated first) goes into counts and
sums. Its place is the kind's horizon: what stands at or before it and is not held was let go already, so a
fact that comes again is not counted twice. Below the bounds nothing of this happens.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from workers.people.companions import remember
from workers.people.state import Folded, Kept, Place

GONE_KEPT = 64  # retractions remembered, against older facts sent again
SENT_KEPT = 100  # mails of ours whose time of sending is remembered
NOTES_KEPT = 20  # on the documents of a person
COMPANIONS_KEPT = 50  # at an event; `route` carries none of larger ones
LATER_KEPT = 8  # future times at which a profile says what will change
UNDATED, OPEN = -(2**62), 2**62  # before and after every date


class Bound(NamedTuple):
    """How many items of a kind are kept, how they are found, dated and counted when they go."""

    limit: int
    size: Callable[[Kept], int]
    items: Callable[[Kept], Iterator[tuple[str, Any]]]
    date: Callable[[Any], int | None]
    let_go: Callable[[Kept, Folded, str, Any], None]


def _attended(kept: Kept) -> Iterator[tuple[str, Any]]:
    for address, events in kept.attended.items():
        for event, item in events.items():
            yield f"{event}/{address}", item


def _let_attendance_go(kept: Kept, folded: Folded, key: str, item: Any) -> None:
    event, _, address = key.rpartition("/")
    del kept.attended[address][event]
    if not kept.attended[address]:
        del kept.attended[address]
    remember(kept, (), item)
    if not any(event in events for events in kept.attended.values()):
        folded.events += 1
    if item.date is not None:
        folded.first_event = min(item.date, folded.first_event or item.date)


def _let_order_go(kept: Kept, folded: Folded, key: str, item: Any) -> None:
    del kept.orders[key]
    folded.orders += 1
    if item.amount is not None:
        folded.amounts += 1
        folded.amount += item.amount


def _let_message_go(kept: Kept, folded: Folded, key: str, item: Any) -> None:
    del kept.messages[key]
    folded.sent += item.sent_at is not None
    folded.queued += item.queued


def _let_job_go(kept: Kept, folded: Folded, key: str, item: Any) -> None:
    del kept.jobs[key]


def _orders(kept: Kept) -> Iterator[tuple[str, Any]]:
    return iter(kept.orders.items())


def _messages(kept: Kept) -> Iterator[tuple[str, Any]]:
    return iter(kept.messages.items())


def _jobs(kept: Kept) -> Iterator[tuple[str, Any]]:
    return iter(kept.jobs.items())


def _sent_at(item: Any) -> int | None:
    """When a message was sent; one that waits is never an old one."""
    return OPEN if item.queued else item.sent_at


def _at(item: Any) -> int | None:
    """The date of an order, or of something done with a job."""
    found: int | None = item.at
    return found


JOBS = Bound(300, lambda kept: len(kept.jobs), _jobs, _at, _let_job_go)
BOUNDS: Mapping[str, Bound] = {
    "attendance": Bound(
        200,
        lambda kept: sum(map(len, kept.attended.values())),
        _attended,
        lambda item: item.date,
        _let_attendance_go,
    ),
    "order": Bound(200, lambda kept: len(kept.orders), _orders, _at, _let_order_go),
    "message": Bound(200, lambda kept: len(kept.messages), _messages, _sent_at, _let_message_go),
    "job-view": JOBS,
    "job-preference": JOBS,
}
HORIZONS = {"job-preference": "job-view"}  # kinds that share the horizon of another
OUR_MAIL = "mail"  # the horizon of our own mails


def place(bound: Bound, key: str, item: Any) -> Place:
    """Where an item stands in the order in which items are let go."""
    date = bound.date(item)
    return (UNDATED if date is None else date, key)


def is_folded(kept: Kept, kind: str, key: str, item: Any) -> bool:
    """Whether an item that is not held was let go before."""
    if kept.folded is None or kind not in BOUNDS or item is None:
        return False
    horizon = kept.folded.horizons.get(HORIZONS.get(kind, kind))
    return horizon is not None and place(BOUNDS[kind], key, item) <= horizon


def fold(kept: Kept, kind: str) -> None:
    """Let the first items of a kind go until the rest is within its bound."""
    bound = BOUNDS.get(kind)
    if bound is None:
        return
    while bound.size(kept) > bound.limit:
        (date, key), item = min(
            ((place(bound, key, item), item) for key, item in bound.items(kept)), key=lambda one: one[0]
        )
        kept.folded = kept.folded or Folded()
        bound.let_go(kept, kept.folded, key, item)
        _move_horizon(kept.folded, HORIZONS.get(kind, kind), (date, key))


def _move_horizon(folded: Folded, kind: str, to: Place) -> None:
    folded.horizons[kind] = max(to, folded.horizons.get(kind, to))


def forget(kept: Kept) -> None:
    """Forget the oldest retractions beyond the bound."""
    while len(kept.gone) > GONE_KEPT:
        del kept.gone[min(kept.gone, key=lambda id_: (kept.gone[id_], id_))]


def is_folded_mail(kept: Kept, decision: str, at: int) -> bool:
    """Whether a mail of ours was counted and let go before."""
    horizon = None if kept.folded is None else kept.folded.horizons.get(OUR_MAIL)
    return horizon is not None and decision not in kept.contact.sent and (at, decision) <= horizon


def fold_mails(kept: Kept) -> None:
    """Let the first of our mails go until the rest is within the bound; one with a message counts there."""
    sent = kept.contact.sent
    while len(sent) > SENT_KEPT:
        at, decision = min((at, decision) for decision, at in sent.items())
        del sent[decision]
        kept.folded = kept.folded or Folded()
        kept.folded.sent += decision not in kept.messages
        _move_horizon(kept.folded, OUR_MAIL, (at, decision))
    presumed = kept.contact.presumed
    while len(presumed) > SENT_KEPT:
        del presumed[min(presumed, key=lambda decision: (presumed[decision], decision))]
