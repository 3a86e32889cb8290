"""Who owns an address, and what its owner and the others who claim it must be told."""

from collections.abc import Iterable, Sequence

from schemas.attendance import seniority
from schemas.control import Claim, Sighting
from schemas.facts import Attendance, AttendanceFact, ClaimFact, Contested, FactBase
from schemas.model import Version, to_epoch_ms
from workers.route.bounds import CLAIMS, GONE, SIGHTINGS, SIGHTINGS_BYTES
from workers.route.state import AddressState, StoredClaim, StoredSighting
from workers.runtime.stage import Output


def ranking(state: AddressState) -> list[str]:
    """Those who claim the address, the oldest claim first; see `schemas.attendance.seniority`."""
    held = [seniority(claim.created_at, person) for person, claim in state.claims.items() if claim.held]
    return [person for _, _, person in sorted(held)]


def owner(state: AddressState) -> str | None:
    """The person whose claim is oldest."""
    return next(iter(ranking(state)), None)


def advance(state: AddressState, cause: Version) -> Version:
    """A version above everything said of this address so far, and not below its cause."""
    state.last_version = max(cause, (state.last_version[0], state.last_version[1] + 1))
    return state.last_version


def tell(person: str, id_: str, version: Version, at: int, value: Attendance | None) -> Output:
    """An attendance for a person's inbox (None: taken back)."""
    return _output(person, AttendanceFact(id=id_, version=version, at=at, value=value))


def tell_claim(state: AddressState, person: str, version: Version, at: int, contested: bool) -> Output:
    """That somebody else owns the address, for the inbox of a person who claims it (else: no longer)."""
    value = Contested(owns=False) if contested else None
    return _output(
        person, ClaimFact(id=f"claims/{person}/{state.address}", version=version, at=at, value=value)
    )


def current_facts(state: AddressState) -> list[Output]:
    """All that people were told of the address and that still holds, under the version of the last word."""
    ranked = ranking(state)
    told = [
        tell(one, id_, state.last_version, seen.at, _value(seen))
        for one in ranked[:1]
        for id_, seen in _live(state)
    ]
    return told + [
        tell_claim(state, one, state.last_version, state.claims[one].at, True) for one in ranked[1:]
    ]


def on_sighting(state: AddressState, sighting: Sighting) -> Sequence[Output]:
    """Take a sighting in; the owner is told when it says something new.

    A retraction of what is not known is passed on: it may be of a sighting beyond the bounds.
    """
    fact = sighting.fact
    known = state.sightings.get(fact.id)
    if known is not None and fact.version < known.version:
        return ()
    value = None if fact.value is None else fact.value.dumps()
    date = None if fact.value is None or fact.value.date is None else to_epoch_ms(fact.value.date)
    state.sightings[fact.id] = StoredSighting(fact.version, fact.at, value, date)
    _bound_sightings(state)
    person = owner(state)
    if person is None or (known is not None and value == known.value):
        return ()
    return (tell(person, fact.id, advance(state, fact.version), fact.at, fact.value),)


def on_claim(state: AddressState, claim: Claim) -> Sequence[Output]:
    """Take a claim in.

    When the owner changes, everything seen moves from the old to the new one. Whoever claims the address
    and does not own it is told so, and told when that ends.
    """
    known = state.claims.get(claim.person)
    if known is not None and claim.version < known.version:
        return ()
    before = ranking(state)
    state.claims[claim.person] = StoredClaim(claim.version, claim.created_at, not claim.retracted, claim.at)
    after = ranking(state)
    forgotten = {claim.person} if claim.retracted and known is None else set()
    contested, was = set(after[1:]), set(before[1:]) | forgotten
    _bound_claims(state, after)
    moving = list(_live(state)) if before[:1] != after[:1] else []
    if not moving and contested == was:
        return ()
    version = advance(state, claim.version)
    told = [tell(person, id_, version, seen.at, None) for person in before[:1] for id_, seen in moving]
    told += [
        tell(person, id_, version, seen.at, _value(seen)) for person in after[:1] for id_, seen in moving
    ]
    return told + [
        tell_claim(state, person, version, claim.at, person in contested)
        for person in sorted(contested ^ was)
    ]


def _output(person: str, fact: FactBase) -> Output:
    version = fact.version
    return Output("inbox", person, fact, version, f"{fact.id}@{version[0]}.{version[1]}/{person}")


def _live(state: AddressState) -> Iterable[tuple[str, StoredSighting]]:
    """The sightings that were not taken back, by id."""
    return ((id_, seen) for id_, seen in sorted(state.sightings.items()) if seen.value is not None)


def _value(seen: StoredSighting) -> Attendance:
    return Attendance.loads(seen.value or b"")


def _bound_sightings(state: AddressState) -> None:
    """Forget the sightings of the earliest events (undated first, then by id), and the oldest retractions."""
    sizes = {id_: len(seen.value) for id_, seen in state.sightings.items() if seen.value is not None}
    gone = [(seen.version, id_) for id_, seen in state.sightings.items() if seen.value is None]
    size, over = sum(sizes.values()), max(0, len(sizes) - SIGHTINGS)
    if over or size > SIGHTINGS_BYTES:
        for number, id_ in enumerate(sorted(sizes, key=lambda id_: (*_place(state.sightings[id_]), id_))):
            if number >= over and size <= SIGHTINGS_BYTES:
                break
            size -= sizes[id_]
            del state.sightings[id_]
    for _, id_ in sorted(gone)[:-GONE]:
        del state.sightings[id_]


def _place(seen: StoredSighting) -> tuple[bool, int]:
    return (seen.date is not None, seen.date or 0)


def _bound_claims(state: AddressState, held: Sequence[str]) -> None:
    """Forget the oldest of those given up, and the youngest of `held`."""
    gone = sorted((claim.version, person) for person, claim in state.claims.items() if not claim.held)
    for person in [*(person for _, person in gone[:-GONE]), *held[CLAIMS:]]:
        del state.claims[person]
