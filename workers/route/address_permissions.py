"""What is known of whoever has an address: suppressions and consents, under the hash of the address. Pure.

All users with the address are told, not its owner alone: nobody knows which of them is meant, and none is to
be written to wrongly.
"""

from collections.abc import Sequence
from typing import Any

from schemas.contact_facts import ConsentFact, SuppressionFact
from schemas.control import Claim
from schemas.fact_base import FactBase
from schemas.permissions import Consent, Suppression
from workers.route.addresses import advance_version, inbox_output
from workers.route.bounds import MAX_CLAIMANTS, MAX_RETRACTIONS
from workers.route.extractors import Stamp, payload
from workers.route.state import AddressState, StoredClaim, StoredPermission
from workers.route.versions import OLDER
from workers.runtime.stage import Action, Output

MODELS = {"suppressions": Suppression, "consents": Consent}  # by the first part of a fact's id


def apply(state: AddressState, value: Any) -> Sequence[Action]:
    """Apply a record under the hash of an address; raises ValueError for one that does not belong there."""
    if isinstance(value, Claim):
        return on_claim(state, value)
    if isinstance(value, SuppressionFact | ConsentFact):
        return on_permission(state, value)
    raise ValueError(f"a {value.kind} under the hash of an address")


def on_claim(state: AddressState, claim: Claim) -> Sequence[Action]:
    """Tell whoever has the address now what is known of it, and whoever has it no longer that this is over.

    The retraction of an unknown claim is passed on, because the claim may have been evicted.
    """
    known = state.claims.get(claim.person)
    if known is not None and claim.version < known.version:
        return (OLDER,)
    was_active = claim.retracted if known is None else known.active
    state.claims[claim.person] = StoredClaim(claim.version, claim.created_at, not claim.retracted, claim.at)
    _evict_claims(state)
    permissions = _in_force(state)
    if was_active != claim.retracted or not permissions:
        return ()
    version = advance_version(state, claim.version)
    if claim.retracted:
        stamp = Stamp(version, claim.at)
        return [_output(claim.person, id_, stamp, None) for id_, _ in permissions]
    return [_output(claim.person, id_, Stamp(version, each.at), each.value) for id_, each in permissions]


def on_permission(state: AddressState, fact: SuppressionFact | ConsentFact) -> Sequence[Action]:
    """Store what is said of the address, and tell everybody who has it, if it has changed."""
    known = state.permissions.get(fact.id)
    if known is not None and fact.version < known.version:
        return (OLDER,)
    value = None if fact.value is None else fact.value.dumps()
    state.permissions[fact.id] = StoredPermission(fact.version, fact.at, value)
    _evict_retractions(state)
    claimants = _claimants(state)
    if value == (None if known is None else known.value) or not claimants:
        return ()
    stamp = Stamp(advance_version(state, fact.version), fact.at)
    return [_output(person, fact.id, stamp, value) for person in claimants]


def current_permissions(state: AddressState) -> list[Output]:
    """All that everybody who has the address was told, under the version of the last emitted fact."""
    return [
        _output(person, id_, Stamp(state.last_version, permission.at), permission.value)
        for person in _claimants(state)
        for id_, permission in _in_force(state)
    ]


def _claimants(state: AddressState) -> list[str]:
    return sorted(person for person, claim in state.claims.items() if claim.active)


def _in_force(state: AddressState) -> list[tuple[str, StoredPermission]]:
    return [(id_, each) for id_, each in sorted(state.permissions.items()) if each.value is not None]


def _output(person: str, id_: str, stamp: Stamp, value: bytes | None) -> Output:
    model = MODELS[id_.partition("/")[0]]
    fact = payload(id_, stamp, None if value is None else model.loads(value))
    assert isinstance(fact, FactBase)
    return inbox_output(person, fact)


def _evict_claims(state: AddressState) -> None:
    """Remove the oldest retracted claims, and the youngest active ones beyond MAX_CLAIMANTS."""
    ordered = sorted((claim.version, person) for person, claim in state.claims.items())
    retracted = [person for _, person in ordered if not state.claims[person].active]
    active = [person for _, person in ordered if state.claims[person].active]
    for person in (*retracted[:-MAX_RETRACTIONS], *active[MAX_CLAIMANTS:]):
        del state.claims[person]


def _evict_retractions(state: AddressState) -> None:
    retracted = sorted((each.version, id_) for id_, each in state.permissions.items() if each.value is None)
    for _, id_ in retracted[:-MAX_RETRACTIONS]:
        del state.permissions[id_]
