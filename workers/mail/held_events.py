"""All events of the product in memory, from which an invitation is chosen."""

from dataclasses import replace

from schemas.documents import Event
from workers.product.changes.change import changed_document, read_change
from workers.product.reading.records import read_record
from workers.product.sources import Source
from workers.recommend.events.calendar import EventCalendar
from workers.recommend.events.choice import EventPick, choose
from workers.recommend.events.invitee import Invitee
from workers.recommend.events.listed_event import ListedEvent, listed_event
from workers.recommend.events.policy import EventPolicy
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.whole_topic import WholeTopic

EVENTS = "events"


class HeldEvents(WholeTopic[ListedEvent]):
    """The topic `events`: past events too, because they say who has met whom. Guests are held as digests.

    An event with ten guests takes about 1.4 kB. `changes` is the mapping of the topic if it has changes of
    Debezium; None: it has documents.
    """

    def __init__(self, changes: Source | None = None) -> None:
        super().__init__(EVENTS, event_under, EventCalendar)
        self._changes = changes

    def choose(self, invitee: Invitee, policy: EventPolicy, now: int, not_before: int) -> list[EventPick]:
        """The events for a person, the best one first; see `workers.recommend.events.choice`."""
        with self.locked() as held:
            if not isinstance(held, EventCalendar):
                raise TypeError("events are held in a calendar")
            return choose(invitee, held, policy, now, not_before)

    def _change(self, record: ConsumerRecord) -> tuple[str, ListedEvent | None]:
        """The change that a record is; an event without a version has that of its place in the log."""
        key, event = (
            super()._change(record) if self._changes is None else self._changed(self._changes, record)
        )
        if event is None:
            return key, None
        return key, replace(event, version=version_of(record.headers) or (0, record.offset))

    def _changed(self, source: Source, record: ConsumerRecord) -> tuple[str, ListedEvent | None]:
        change = None if record.value is None else read_change(source, record.value)
        id_, event = changed_document(source, Event, (record.key or b"").decode(), change)
        return id_, None if event is None else listed_event(event, (0, 0))


def event_under(key: str, data: bytes) -> ListedEvent:
    """The event under a key, which names it whatever its document says. Raises ValueError."""
    if not key:
        raise ValueError("the record has no key")
    return replace(listed_event(read_record(Event, data), (0, 0)), id=key)
