"""Who participates in an event under which addresses, and who owns an address: the rules of all stages."""

from schemas.documents import Event
from schemas.facts import Attendance, Companion
from schemas.names import normalise

COMPANIONS_UP_TO = 50  # participants; the companions of larger events would grow with their square
FRIEND_FROM = 2  # shared events


def participants_of(event: Event) -> dict[str, Companion]:
    """The participants by normalised address, in the order of the list; the first name given counts."""
    participants: dict[str, Companion] = {}
    for participant in event.participants:
        address = normalise(participant.email)
        if not address:
            continue
        if address not in participants or (participants[address].name is None and participant.name):
            participants[address] = Companion(email=address, name=participant.name)
    return participants


def attendance(event: Event, address: str, participants: dict[str, Companion]) -> Attendance:
    """The attendance of one address; `participants` is `participants_of` the event.

    Companions are the other participants, none if there are more than COMPANIONS_UP_TO participants.
    """
    companions = []
    if len(participants) <= COMPANIONS_UP_TO:
        companions = [companion for other, companion in participants.items() if other != address]
    return Attendance(
        event_id=event.id,
        name=event.name,
        date=event.date,
        venue=event.venue,
        host=event.host,
        event_type=event.event_type,
        cuisine=event.cuisine,
        neighborhood=event.neighborhood,
        companions=companions,
        notes=event.notes,
        day=event.day,
    )


def seniority(created_at: int | None, person: str) -> tuple[bool, int, str]:
    """A key that is least for the owner of an address: the user created first (undated last), then by id."""
    return (created_at is None, created_at or 0, person)
