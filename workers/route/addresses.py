"""Who owns an address, and what its owner must be told."""

from collections.abc import Sequence

from schemas.attendance import seniority
from schemas.control import Claim, Sighting
from schemas.facts import Attendance, AttendanceFact
from schemas.model import Version
from workers.route.state import AddressState, Claimed, Seen
from workers.runtime.stage import Output

GONE_KEPT = 100  # retractions remembered per address, against older records sent again


def owner(state: AddressState) -> str | None:
    """The person whose claim is oldest: by the time the user was created (missing last), then by id."""
    held = [seniority(claim.created_at, person) for person, claim in state.claims.items() if claim.held]
    return min(held)[2] if held else None


def advance(state: AddressState, cause: Version) -> Version:
    """A version above everything said of this address so far, and not below its cause."""
    state.clock = max(cause, (state.clock[0], state.clock[1] + 1))
    return state.clock


def tell(person: str, id_: str, version: Version, at: int, value: Attendance | None) -> Output:
    """An attendance for a person's inbox (None: taken back)."""
    fact = AttendanceFact(id=id_, version=version, at=at, value=value)
    return Output("inbox", person, fact, version, f"{id_}@{version[0]}.{version[1]}/{person}")


def on_sighting(state: AddressState, sighting: Sighting) -> Sequence[Output]:
    """Take a sighting in; the owner is told when it says something new."""
    fact = sighting.fact
    known = state.sightings.get(fact.id)
    if known is not None and fact.version < known.version:
        return ()
    value = None if fact.value is None else fact.value.dumps()
    state.sightings[fact.id] = Seen(fact.version, fact.at, value)
    _forget_sightings(state)
    person = owner(state)
    if person is None or value == (known.value if known else None):
        return ()
    return (tell(person, fact.id, advance(state, fact.version), fact.at, fact.value),)


def on_claim(state: AddressState, claim: Claim) -> Sequence[Output]:
    """Take a claim in; when the owner changes, everything seen moves from the old to the new one."""
    known = state.claims.get(claim.person)
    if known is not None and claim.version < known.version:
        return ()
    before = owner(state)
    state.claims[claim.person] = Claimed(claim.version, claim.created_at, not claim.retracted)
    _forget_claims(state)
    after = owner(state)
    return () if before == after else _move(state, before, after, claim.version)


def _move(state: AddressState, before: str | None, after: str | None, cause: Version) -> list[Output]:
    live = [(id_, seen) for id_, seen in sorted(state.sightings.items()) if seen.value is not None]
    if not live:
        return []
    version = advance(state, cause)
    told: list[Output] = []
    if before is not None:
        told += [tell(before, id_, version, seen.at, None) for id_, seen in live]
    if after is not None:
        told += [
            tell(after, id_, version, seen.at, Attendance.loads(seen.value or b"")) for id_, seen in live
        ]
    return told


def _forget_sightings(state: AddressState) -> None:
    gone = sorted((seen.version, id_) for id_, seen in state.sightings.items() if seen.value is None)
    for _, id_ in gone[:-GONE_KEPT]:
        del state.sightings[id_]


def _forget_claims(state: AddressState) -> None:
    gone = sorted((claim.version, person) for person, claim in state.claims.items() if not claim.held)
    for _, person in gone[:-GONE_KEPT]:
        del state.claims[person]
