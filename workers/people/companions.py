"""Whom a person met: on lists of events in a few bytes each, in full only from the second time on.

In a state everybody on a list is a digest of the address. Among a thousand people met, two share a digest
with a chance of one in 10^8.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

from schemas.names import full_name
from workers.people.state import Attended, StoredPerson

DIGEST = 6  # bytes
FRIEND_FROM = 2  # shared events


@lru_cache(maxsize=65_536)
def digest(address: str) -> bytes:
    """The digest of a normalised address."""
    return blake2b(address.encode(), digest_size=DIGEST).digest()


def digests(companions: bytes) -> list[bytes]:
    """The digests of a list, one by one."""
    return [companions[start : start + DIGEST] for start in range(0, len(companions), DIGEST)]


def remember(stored: StoredPerson, addresses: Iterable[str], before: Attended | None) -> None:
    """Bring `met` up to date after a list has come (with these addresses) or replaced another, or gone."""
    new = {digest(address): address for address in addresses}
    touched = set(new) if before is None else set(new).union(digests(before.companions))
    if not touched:
        return
    times = dict.fromkeys(touched, 0)
    for events in stored.attended.values():
        for event in events.values():
            for one in touched.intersection(digests(event.companions)):
                times[one] += 1
    if not stored.met and max(times.values()) < FRIEND_FROM:
        return
    known = {digest(address): address for address in stored.met} | new
    often = {known[one] for one, count in times.items() if count >= FRIEND_FROM}
    rest = [address for address in stored.met if digest(address) not in touched]
    stored.met = sorted([*rest, *often])


def friends(past: Iterable[Attended], met: Iterable[str], own: str) -> list[str]:
    """Names of those met at two events or more: most shared events first, then where they were first met."""
    known = {digest(address): address for address in met if address != own}
    if not known:
        return []
    names: dict[bytes, list[str | None]] = {}
    for event in past:
        for place, one in enumerate(digests(event.companions)):
            if one in known:
                names.setdefault(one, []).append(dict(event.names).get(place))
    often = [(one, given) for one, given in names.items() if len(given) >= FRIEND_FROM]
    often.sort(key=lambda friend: -len(friend[1]))  # stable: the order of the first meeting stays
    return named(often, known)


def named(often: Iterable[tuple[bytes, list[str | None]]], known: Mapping[bytes, str]) -> list[str]:
    """The first name given of each, else one made from the address, else what stands before its @."""
    return [
        full_name(next((name for name in given if name), None), known[one]) or known[one].partition("@")[0]
        for one, given in often
    ]
