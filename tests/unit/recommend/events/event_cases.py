"""Events and a person for the tests of invitations."""

from datetime import datetime
from typing import Any

from schemas.documents import Event
from schemas.model import to_epoch_ms
from schemas.permissions import address_hash
from workers.recommend.events.calendar import EventCalendar
from workers.recommend.events.choice import EventPick, choose
from workers.recommend.events.invitee import Invitee
from workers.recommend.events.listed_event import ListedEvent, guest_digest, listed_event
from workers.recommend.events.policy import EventPolicy

NOW = to_epoch_ms(datetime.fromisoformat("2026-11-30T00:00:00Z"))  # a Monday
SATURDAY = "2026-12-05T19:00:00+09:00"
OWN = "sarah.chen@email.com"
SARAH = frozenset([guest_digest(address_hash(OWN))])


def listed(id_: str = "e1", **fields: Any) -> ListedEvent:
    """An event on Saturday in five days."""
    given = {"name": "Wine Night", "date": SATURDAY} | fields
    return listed_event(Event.model_validate({"id": id_} | given), (1, 1))


def invitee(**fields: Any) -> Invitee:
    """A person who likes the host of `hosted`."""
    return Invitee(**({"digests": SARAH, "name": "Sarah Chen", "hosts": {"chef mario": 1.0}} | fields))


def hosted(id_: str = "e1", **fields: Any) -> ListedEvent:
    """An event whose host `invitee` likes."""
    return listed(id_, **({"host": "Chef Mario"} | fields))


def chosen(
    *events: ListedEvent, who: Invitee | None = None, policy: EventPolicy | None = None, not_before: int = 0
) -> list[EventPick]:
    """The choice of some events for a person."""
    calendar = EventCalendar()
    for event in events:
        calendar[event.id] = event
    return choose(who or invitee(), calendar, policy or EventPolicy(), NOW, not_before)
