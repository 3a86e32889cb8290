"""The other participants of a person's events: stored as a few bytes each, in full from the second event on.

The state has a digest of the address of every participant. Among a thousand people met, two have the same
digest with a probability of one in 10^8.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

from schemas.attendance import FRIEND_FROM
from schemas.names import name_from_address
from schemas.person_name import read_name
from workers.people.state import StoredAttendance, StoredPerson

DIGEST = 6  # bytes


@lru_cache(maxsize=65_536)
def digest(address: str) -> bytes:
    """The digest of a normalised address."""
    return blake2b(address.encode(), digest_size=DIGEST).digest()


def digests(companions: bytes) -> list[bytes]:
    """The digests in the `companions` of an attendance."""
    return [companions[start : start + DIGEST] for start in range(0, len(companions), DIGEST)]


def update_repeat_companions(
    stored: StoredPerson, addresses: Iterable[str], before: StoredAttendance | None
) -> None:
    """Update `repeat_companions` after an attendance was stored, replaced or removed.

    `addresses` are the companions of the new attendance (none if it was removed), `before` is the attendance
    that was replaced or removed.
    """
    new = {digest(address): address for address in addresses}
    touched = set(new) if before is None else set(new).union(digests(before.companions))
    if not touched:
        return
    counts = dict.fromkeys(touched, 0)
    for events in stored.attendances.values():
        for event in events.values():
            for companion in touched.intersection(digests(event.companions)):
                counts[companion] += 1
    if not stored.repeat_companions and max(counts.values()) < FRIEND_FROM:
        return
    known = {digest(address): address for address in stored.repeat_companions} | new
    repeated = {known[companion] for companion, count in counts.items() if count >= FRIEND_FROM}
    untouched = [address for address in stored.repeat_companions if digest(address) not in touched]
    stored.repeat_companions = sorted([*untouched, *repeated])


def friends(past: Iterable[StoredAttendance], repeat_companions: Iterable[str], own: str) -> list[str]:
    """Names of those met at two events or more: most shared events first, then by the first meeting.

    Those without a name are left out, and so are offices and programs (`info@`, `no-reply@`).
    """
    addresses = {digest(address): address for address in repeat_companions if address != own}
    if not addresses:
        return []
    names: dict[bytes, list[str | None]] = {}
    for event in past:
        for index, companion in enumerate(digests(event.companions)):
            if companion in addresses:
                names.setdefault(companion, []).append(dict(event.names).get(index))
    repeated = [(companion, given) for companion, given in names.items() if len(given) >= FRIEND_FROM]
    repeated.sort(key=lambda friend: -len(friend[1]))  # stable: the order of the first meeting stays
    return friend_names(repeated, addresses)


def friend_names(
    friends: Iterable[tuple[bytes, list[str | None]]], addresses: Mapping[bytes, str]
) -> list[str]:
    """The first name given of each, else one made from the address; those who have neither are left out."""
    names = []
    for companion, given in friends:
        people = (read_name(name) for name in given if name)
        person = next((person for person in people if person), None)
        name = person.full if person else name_from_address(addresses[companion])
        if name:
            names.append(name)
    return names
