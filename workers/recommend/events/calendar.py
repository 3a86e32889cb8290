"""All events of the product, by id, by day and by who was there."""

from collections import Counter
from collections.abc import Collection, Iterator, MutableMapping

from schemas.attendance import COMPANIONS_UP_TO, FRIEND_FROM
from workers.recommend.events.listed_event import ListedEvent, each_of
from workers.recommend.policy import DAY_MS


class EventCalendar(MutableMapping[str, ListedEvent]):
    """A mapping of events that also knows which begin when, and who has met whom."""

    def __init__(self) -> None:
        self._events: dict[str, ListedEvent] = {}
        self._by_day: dict[int, set[str]] = {}
        self._by_guest: dict[bytes, tuple[str, ...]] = {}  # of most people it is a few, and a set is large

    def __getitem__(self, key: str) -> ListedEvent:
        return self._events[key]

    def __setitem__(self, key: str, event: ListedEvent) -> None:
        if key in self._events:
            del self[key]
        self._events[key] = event
        if event.starts_at is not None:
            self._by_day.setdefault(event.starts_at // DAY_MS, set()).add(key)
        for guest in met_at(event):
            self._by_guest[guest] = (*self._by_guest.get(guest, ()), key)

    def __delitem__(self, key: str) -> None:
        event = self._events.pop(key)
        if event.starts_at is not None:
            day = self._by_day[event.starts_at // DAY_MS]
            day.discard(key)
            if not day:
                del self._by_day[event.starts_at // DAY_MS]
        for guest in met_at(event):
            if left := tuple(each for each in self._by_guest[guest] if each != key):
                self._by_guest[guest] = left
            else:
                del self._by_guest[guest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def between(self, first: int, last: int) -> list[ListedEvent]:
        """The events that begin in a time (both ends in epoch milliseconds)."""
        days = range(first // DAY_MS, last // DAY_MS + 1)
        found = (self._events[key] for day in days for key in self._by_day.get(day, ()))
        return [event for event in found if event.starts_at is not None and first <= event.starts_at <= last]

    def friends(self, own: Collection[bytes], now: int) -> frozenset[bytes]:
        """Whom somebody (by their digests) has met at FRIEND_FROM earlier events or more."""
        past = {key for guest in own for key in self._by_guest.get(guest, ()) if self._is_past(key, now)}
        met = Counter(guest for key in past for guest in met_at(self._events[key]))
        return frozenset(guest for guest, times in met.items() if times >= FRIEND_FROM and guest not in own)

    def _is_past(self, key: str, now: int) -> bool:
        starts_at = self._events[key].starts_at
        return starts_at is not None and starts_at <= now


def met_at(event: ListedEvent) -> list[bytes]:
    """The guests who have met each other at an event, each once: nobody at a large one."""
    guests = each_of(event.guests)
    return guests if len(guests) <= COMPANIONS_UP_TO else []
