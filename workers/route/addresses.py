"""Who owns an address, and the facts for its owner and for the others who claim it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.attendance import seniority
from schemas.control import Claim, Sighting
from schemas.fact_base import FactBase
from schemas.facts import Attendance, AttendanceFact, ClaimFact, Contested
from schemas.model import Version, to_epoch_ms
from workers.route.bounds import MAX_CLAIMS, MAX_RETRACTIONS, MAX_SIGHTINGS, MAX_SIGHTINGS_BYTES
from workers.route.state import AddressState, StoredClaim, StoredSighting
from workers.route.versions import OLDER
from workers.runtime.stage import Action, Output


class Ownership(NamedTuple):
    """The owner of an address, whose claim is the oldest, and the others who claim it, oldest claim first."""

    owner: str | None
    contenders: tuple[str, ...]


def ownership(state: AddressState) -> Ownership:
    """The ownership by the active claims; `schemas.attendance.seniority` orders them."""
    active = [seniority(claim.created_at, person) for person, claim in state.claims.items() if claim.active]
    ranked = [person for _, _, person in sorted(active)]
    return Ownership(ranked[0], tuple(ranked[1:])) if ranked else Ownership(None, ())


def on_sighting(state: AddressState, sighting: Sighting) -> Sequence[Action]:
    """Apply a sighting; its attendance goes to the owner when it is new or has changed.

    The retraction of an unknown sighting is passed on, because the sighting may have been evicted.
    """
    fact = sighting.fact
    known = state.sightings.get(fact.id)
    if known is not None and fact.version < known.version:
        return (OLDER,)
    value = None if fact.value is None else fact.value.dumps()
    date = None if fact.value is None or fact.value.date is None else to_epoch_ms(fact.value.date)
    state.sightings[fact.id] = StoredSighting(fact.version, fact.at, value, date)
    _evict_sightings(state)
    owner = ownership(state).owner
    if owner is None or (known is not None and value == known.value):
        return ()
    version = advance_version(state, fact.version)
    return (_attendance_output(owner, fact.id, version, fact.at, fact.value),)


def on_claim(state: AddressState, claim: Claim) -> Sequence[Action]:
    """Apply a claim or its retraction; the outputs are the difference between the ownership before and after.

    Whoever retracts an unknown claim counts as a contender before, because the claim may have been evicted.
    """
    known = state.claims.get(claim.person)
    if known is not None and claim.version < known.version:
        return (OLDER,)
    before = ownership(state)
    if claim.retracted and known is None:
        before = before._replace(contenders=(*before.contenders, claim.person))
    state.claims[claim.person] = StoredClaim(claim.version, claim.created_at, not claim.retracted, claim.at)
    after = ownership(state)
    _evict_claims(state, after)
    return _difference(state, before, after, claim)


def current_facts(state: AddressState) -> list[Output]:
    """All facts of the address that are in force, under the version of the last emitted one."""
    version = state.last_version
    owner, contenders = ownership(state)
    attendances = [] if owner is None else _attendances(owner, _active_sightings(state), version)
    return attendances + [
        _contested_output(state, person, version, state.claims[person].at, True) for person in contenders
    ]


def _difference(state: AddressState, before: Ownership, after: Ownership, claim: Claim) -> Sequence[Output]:
    """The facts that turn one ownership into another.

    The attendances move from the old owner to the new one. Whoever has become a contender gets the fact that
    the address is another's; for whoever is one no longer it is retracted.
    """
    moved = _active_sightings(state) if before.owner != after.owner else []
    changed = set(before.contenders).symmetric_difference(after.contenders)
    if not moved and not changed:
        return ()
    version = advance_version(state, claim.version)
    outputs: list[Output] = []
    if before.owner is not None:
        outputs += [_attendance_output(before.owner, id_, version, seen.at, None) for id_, seen in moved]
    if after.owner is not None:
        outputs += _attendances(after.owner, moved, version)
    return outputs + [
        _contested_output(state, person, version, claim.at, person in after.contenders)
        for person in sorted(changed)
    ]


def advance_version(state: AddressState, cause: Version) -> Version:
    """Set and return a version above all that this address has emitted, and not below its cause."""
    state.last_version = max(cause, (state.last_version[0], state.last_version[1] + 1))
    return state.last_version


def _active_sightings(state: AddressState) -> list[tuple[str, StoredSighting]]:
    """The sightings that are not retracted, by fact id."""
    return [(id_, seen) for id_, seen in sorted(state.sightings.items()) if seen.value is not None]


def _attendances(
    person: str, sightings: Iterable[tuple[str, StoredSighting]], version: Version
) -> list[Output]:
    return [
        _attendance_output(person, id_, version, seen.at, Attendance.loads(seen.value or b""))
        for id_, seen in sightings
    ]


def _attendance_output(person: str, id_: str, version: Version, at: int, value: Attendance | None) -> Output:
    """An attendance for the inbox of a person (None: its retraction)."""
    return inbox_output(person, AttendanceFact(id=id_, version=version, at=at, value=value))


def _contested_output(state: AddressState, person: str, version: Version, at: int, contested: bool) -> Output:
    """The fact, for a person who claims the address, that somebody else owns it (False: its retraction)."""
    value = Contested(owns=False) if contested else None
    return inbox_output(
        person, ClaimFact(id=f"claims/{person}/{state.address}", version=version, at=at, value=value)
    )


def inbox_output(person: str, fact: FactBase) -> Output:
    """A fact for the inbox of a person."""
    version = fact.version
    return Output("inbox", person, fact, version, f"{fact.id}@{version[0]}.{version[1]}/{person}")


def _evict_sightings(state: AddressState) -> None:
    """Remove the sightings of the earliest events (undated first, then by id), and the oldest retractions."""
    sizes = {id_: len(seen.value) for id_, seen in state.sightings.items() if seen.value is not None}
    retractions = [(seen.version, id_) for id_, seen in state.sightings.items() if seen.value is None]
    size, surplus = sum(sizes.values()), max(0, len(sizes) - MAX_SIGHTINGS)
    if surplus or size > MAX_SIGHTINGS_BYTES:
        earliest_first = sorted(sizes, key=lambda id_: (*_date_order(state.sightings[id_]), id_))
        for number, id_ in enumerate(earliest_first):
            if number >= surplus and size <= MAX_SIGHTINGS_BYTES:
                break
            size -= sizes[id_]
            del state.sightings[id_]
    for _, id_ in sorted(retractions)[:-MAX_RETRACTIONS]:
        del state.sightings[id_]


def _date_order(seen: StoredSighting) -> tuple[bool, int]:
    return (seen.date is not None, seen.date or 0)


def _evict_claims(state: AddressState, current: Ownership) -> None:
    """Remove the oldest retracted claims, and the youngest active ones beyond MAX_CLAIMS, owner included."""
    retracted = sorted((claim.version, person) for person, claim in state.claims.items() if not claim.active)
    oldest = [person for _, person in retracted[:-MAX_RETRACTIONS]]
    youngest = current.contenders[MAX_CLAIMS - 1 :]
    for person in (*oldest, *youngest):
        del state.claims[person]
