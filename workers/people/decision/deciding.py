"""What is decided about a person at a time, what is stored of it, and what is said. In place."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.decision import RuleName, SendDecision
from schemas.model import from_epoch_ms
from schemas.ramp import SendRequest
from workers.people.contact_state import Permissions
from workers.people.decision.case import HOUR_MS, Case, Circumstances, case_of
from workers.people.decision.decide import (
    Judgement,
    KnownFields,
    judge,
    mail_decision,
    observed_decision,
    wait_decision,
)
from workers.people.decision.lateness import due_since
from workers.people.decision.slots import is_in_flight, reserve_slot
from workers.people.policy import Policy
from workers.people.state import LastDecision, StoredPerson
from workers.runtime.stage import Output


class Launch(NamedTuple):
    """Whether people are written to, or decisions are only observed; whether a ramp gives out the mails.

    `is_paced`: mails that came due in an outage are spread.
    """

    is_live: bool = True
    is_ramped: bool = False
    is_paced: bool = False


LIVE = Launch()


def decide(
    stored: StoredPerson, at: int, around: Circumstances, policy: Policy, launch: Launch
) -> Sequence[Output]:
    """The decision at a time, as an output, unless it is the same as the last one."""
    case = case_of(stored, at, around, policy)
    if case is None:
        return retract_decision(stored)
    if is_in_flight(stored):
        return ()
    judgement = judge(case, policy, KnownFields(stored, at, policy))
    if judgement.verdict == "wait":
        return wait(stored, case, judgement, policy)
    if not launch.is_live:
        return observe(stored, case, judgement, policy)
    assert judgement.campaign is not None
    slot = reserve_slot(stored, at, judgement.campaign, policy, case.zone)
    take_grant(stored)
    decision = mail_decision(stored, slot, case, judgement, policy)
    stored.last_decision = LastDecision(decision.id, decision.verdict, None, None, campaign=slot.campaign)
    return (decision_output(decision),)


def wait(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> Sequence[Output]:
    """The decision to wait, as an output if it has another reason or end than the last one.

    When a pause ends or the ramp answers is not known: that the person is looked at again is not said.
    """
    until, look_at = (None, judgement.until) if judgement.is_look else (judgement.until, None)
    decision = wait_decision(stored, case, judgement._replace(until=until), policy)
    is_same = (judgement.reason, until) == last_wait(stored)
    requests: Sequence[Output] = ()
    if judgement.reason == "sources":
        look_at = due_since(stored)  # what was due before is late when they have been read
    if judgement.reason == "ramp":
        look_at, requests = ask_ramp(stored, case.at, judgement.until)
    stored.last_decision = LastDecision(decision.id, "wait", judgement.reason, until, look_at)
    return requests if is_same else (decision_output(decision), *requests)


def observe(stored: StoredPerson, case: Case, judgement: Judgement, policy: Policy) -> Sequence[Output]:
    """What would be decided, as an output unless it was said before; it is looked at again in a while."""
    decision = observed_decision(stored, case, judgement, policy)
    last, look_at = stored.last_decision, case.at + policy.valid_hours * HOUR_MS
    stored.last_decision = LastDecision(decision.id, decision.verdict, None, None, look_at, decision.campaign)
    if last is not None and (last.id, last.verdict, last.campaign) == (
        decision.id,
        decision.verdict,
        decision.campaign,
    ):
        return ()
    return (decision_output(decision),)


def ask_ramp(stored: StoredPerson, at: int, until: int | None) -> tuple[int | None, Sequence[Output]]:
    """When to look at the person again who needs the ramp's leave, and the request to it, unless one is open.

    A request that has no answer is made again at `until`, with its number.
    """
    last, permissions = stored.last_decision, stored.permissions or Permissions()
    stored.permissions, grant = permissions, permissions.grant
    if grant is not None and grant.number == permissions.requests:
        if not grant.granted and at < grant.until:
            return until, ()
        take_grant(stored)
    elif last is not None and last.reason == "ramp" and last.look_at is not None and at < last.look_at:
        return last.look_at, ()
    permissions.requests = max(permissions.requests, 1)
    number = permissions.requests
    request = SendRequest(person=stored.id, number=number, at=from_epoch_ms(at))
    return until, (Output("send-requests", stored.id, request, id=f"{stored.id}/{number}"),)


def take_grant(stored: StoredPerson) -> None:
    """Use up the answer of the ramp: the next mail needs another one."""
    if stored.permissions is not None and stored.permissions.grant is not None:
        stored.permissions.grant = None
        stored.permissions.requests += 1


def last_wait(stored: StoredPerson) -> tuple[RuleName | None, int | None] | None:
    """Reason and end of the last decision, if that was to wait."""
    last = stored.last_decision
    return (last.reason, last.until) if last is not None and last.verdict == "wait" else None


def decision_output(decision: SendDecision) -> Output:
    """The output of a decision.

    The id of a decision in a slot is unique and becomes the record's. All waits of a person have the same id,
    so the record of a wait gets the default one, from the position of the input.
    """
    id_ = decision.id if decision.slot is not None else None
    return Output("send-decisions", decision.person, decision, id=id_)


def retract_decision(stored: StoredPerson) -> Sequence[Output]:
    """Delete the last decision, as the user document was deleted."""
    if stored.last_decision is None:
        return ()
    stored.last_decision = None
    return (Output("send-decisions", stored.id, None),)
