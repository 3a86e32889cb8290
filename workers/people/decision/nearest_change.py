"""The nearest change that would make another decision of it: what `kairos explain` says.

Changes are tried on the case, one alone, then one and the time that follows from it; the first that gives
another verdict is the nearest. Pure.
"""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from schemas.permissions import MAIL
from workers.people.contact_state import Permissions
from workers.people.decision.campaign_choice import ProfileValues
from workers.people.decision.case import Case
from workers.people.decision.decide import judge
from workers.people.policy import FieldName, Policy

CaseChangeName = Literal[
    "time",
    "field",
    "address",
    "suppression-removed",
    "delivery",
    "consent",
    "not-on-team",
    "resumed",
    "slot-free",
    "queue-empty",
    "click",
    "contact",
    "sources-read",
]


class CaseChange(NamedTuple):
    """A change of a case: its name and what it is, the field that gets a value, and the case after it.

    `until` (epoch milliseconds) is the time to which it has to become too; `gives` is the verdict then.
    """

    name: CaseChangeName
    what: str
    case: Case
    field: FieldName | None = None
    until: int | None = None
    gives: str = ""


def nearest_change(case: Case, policy: Policy, fields: Callable[[], ProfileValues]) -> CaseChange | None:
    """The first change that gives another verdict; None if no single one does, such as for a hold-out."""
    before = judge(case, policy, fields)
    for change in changes(case, policy, before.until):
        after = judge(change.case, policy, fields)
        if after.verdict != before.verdict:
            return change._replace(gives=after.verdict)
    for change in changes(case, policy, None):
        waits = judge(change.case, policy, fields)
        if waits.verdict == "wait" and waits.until is not None:
            later = change.case._replace(at=waits.until)
            after = judge(later, policy, fields)
            if after.verdict != before.verdict:
                return change._replace(case=later, until=waits.until, gives=after.verdict)
    return None


def changes(case: Case, policy: Policy, until: int | None) -> Iterator[CaseChange]:
    """The changes that could matter, in the order in which they are tried."""
    if until is not None:
        yield CaseChange("time", "time passes", case._replace(at=until), until=until)
    if case.around.waiting:
        around = case.around._replace(waiting=())
        yield CaseChange("sources-read", "all sources are read", case._replace(around=around))
    yield from _of_permissions(case)
    if not case.has_address:
        yield CaseChange("address", "the person gets an address", case._replace(has_address=True))
    if case.bounces:
        yield CaseChange("delivery", "the person gets another address", case._replace(bounces=0))
    if case.on_team:
        yield CaseChange("not-on-team", "the person leaves the team", case._replace(on_team=False))
    if case.busy_until is not None:
        yield CaseChange("slot-free", "the last mail ends without a contact", case._replace(busy_until=None))
    if case.queued:
        yield CaseChange("queue-empty", "the product's queue is empty", case._replace(queued=0))
    if case.ignored:
        yield CaseChange("click", "the person clicks in a mail", case._replace(ignored=0))
    yield from _of_fields(case, policy)
    contacts = (*case.contacts, case.at)
    end = case.at + policy.cooldown_days * 86_400_000
    contacted = case._replace(contacts=contacts, last_contact=case.at, cooldown_end=end)
    yield CaseChange("contact", "another message is sent to the person", contacted)


def _of_permissions(case: Case) -> Iterator[CaseChange]:
    """What others allow: suppressions, consent and pauses."""
    if case.suppressed_by is not None:
        free = case._replace(suppressed_by=None, permissions=Permissions())
        yield CaseChange("suppression-removed", "the suppression is removed", free)
    if case.consents.get(MAIL) is not True:
        agreed = case._replace(consents=case.consents | {MAIL: True})
        yield CaseChange("consent", "the person agrees to mails", agreed)
    if case.around.paused or case.pause[0]:
        around = case.around._replace(paused=())
        yield CaseChange("resumed", "mails are resumed", case._replace(around=around, pause=(False, None)))


def _of_fields(case: Case, policy: Policy) -> Iterator[CaseChange]:
    """A value for one of the required fields that have none."""
    for name in case.missing:
        if name in policy.required_fields:
            missing = tuple(other for other in case.missing if other != name)
            known = case._replace(filled=case.filled + 1, missing=missing)
            yield CaseChange("field", f"{name} gets a value", known, name)
