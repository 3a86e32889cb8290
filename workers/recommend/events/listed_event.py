"""An event as the ranking sees it: what is said of it, and who comes, as digests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day
from hashlib import blake2b

from schemas.attendance import participants_of
from schemas.documents import Event
from schemas.model import Version, epoch_ms_or_none
from schemas.names import name_from_address
from schemas.permissions import address_hash

DIGEST = 8  # bytes of a guest's


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event at a version. `starts_at` is in epoch milliseconds; what is not known is None or empty.

    `guests` are the digests of all who come, `people` those of whom a name is known: an office or a program
    is nobody's acquaintance.
    """

    id: str
    version: Version
    name: str | None = None
    starts_at: int | None = None
    day: Day | None = None
    local_time: str | None = None
    time_zone: str | None = None
    venue: str | None = None
    host: str | None = None
    event_type: str | None = None
    cuisine: tuple[str, ...] = ()
    neighborhood: str | None = None
    status: str | None = None
    capacity: int | None = None
    price: str | None = None
    guests: bytes = b""
    people: bytes = b""


def listed_event(event: Event, version: Version) -> ListedEvent:
    """A document as it is ranked."""
    guests = participants_of(event)
    people = [address for address, guest in guests.items() if guest.name or name_from_address(address)]
    return ListedEvent(
        id=event.id,
        version=version,
        name=event.name,
        starts_at=epoch_ms_or_none(event.date),
        day=event.day,
        local_time=event.local_time,
        time_zone=event.time_zone,
        venue=event.venue,
        host=event.host,
        event_type=event.event_type,
        cuisine=tuple(event.cuisine),
        neighborhood=event.neighborhood,
        status=event.status,
        capacity=event.capacity,
        price=event.price,
        guests=digests_of(guests),
        people=digests_of(people),
    )


def digests_of(addresses: Iterable[str]) -> bytes:
    """The digests of some addresses, one behind the other."""
    return b"".join(guest_digest(address_hash(address)) for address in addresses)


def guest_digest(hashed: str) -> bytes:
    """The digest of a guest, by the hash of their address (`schemas.permissions.address_hash`).

    Of a million guests two have the same one with a probability of one in 10^7.
    """
    return blake2b(hashed.encode(), digest_size=DIGEST).digest()


def each_of(digests: bytes) -> list[bytes]:
    """The single digests of those that stand one behind the other."""
    return [digests[start : start + DIGEST] for start in range(0, len(digests), DIGEST)]
