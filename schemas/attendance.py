"""Who attends an event, under which addresses, and whose an address is: the same rules for every reader."""

from schemas.documents import Event
from schemas.facts import Attendance, Companion
from schemas.names import normalise

COMPANIONS_UP_TO = 50  # participants; above, an event's cost would grow with their square


def everybody(event: Event) -> dict[str, Companion]:
    """Everybody on the list, by normalised address, in the order of the list; the first name given counts."""
    found: dict[str, Companion] = {}
    for participant in event.participants:
        address = normalise(participant.email)
        if address and (address not in found or (found[address].name is None and participant.name)):
            found[address] = Companion(email=address, name=participant.name)
    return found


def attendance(event: Event, address: str, those: dict[str, Companion]) -> Attendance:
    """The event as one address on its list sees it; `those` is `everybody` of the event."""
    few = len(those) <= COMPANIONS_UP_TO
    return Attendance(
        event_id=event.id,
        name=event.name,
        date=event.date,
        venue=event.venue,
        host=event.host,
        event_type=event.event_type,
        cuisine=event.cuisine,
        neighborhood=event.neighborhood,
        companions=[one for other, one in those.items() if other != address] if few else [],
        notes=event.notes,
    )


def seniority(created_at: int | None, person: str) -> tuple[bool, int, str]:
    """What is least for the owner of an address: the user created first (missing last), then by id."""
    return (created_at is None, created_at or 0, person)
