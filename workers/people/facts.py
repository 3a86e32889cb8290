"""Facts come in: the newest version counts, a retraction takes away, an older one is ignored."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from schemas.facts import (
    AttendanceFact,
    ClaimFact,
    JobPreferenceFact,
    JobViewFact,
    MessageFact,
    OrderFact,
    UserFact,
)
from schemas.jobs import JobSignal
from schemas.model import epoch_ms, from_ms
from schemas.names import normalise
from workers.people.state import Attended, Disputed, Kept, Known, Messaged, OnJob, Ordered

GONE_KEPT = 64  # retractions remembered, against older facts sent again
USER_FIELDS = tuple(name for name in Known.__struct_fields__ if name != "version")


def ms(value: datetime | None) -> int | None:
    """Epoch milliseconds of a time, if there is one."""
    return None if value is None else epoch_ms(value)


def known(fact: UserFact) -> Known:
    """The user document."""
    return Known(fact.version, *[getattr(fact.value, name) for name in USER_FIELDS])


def ordered(fact: OrderFact) -> Ordered:
    """An order."""
    return Ordered(fact.version)


def attended(fact: AttendanceFact) -> Attended:
    """A place on the list of an event."""
    value = fact.value
    assert value is not None
    companions = [(normalise(one.email), one.name) for one in value.companions]
    return Attended(
        fact.version,
        value.event_id,
        value.name,
        ms(value.date),
        value.venue,
        value.host,
        value.event_type,
        companions,
    )


def messaged(fact: MessageFact) -> Messaged:
    """A message; one that was sent without a date was sent when the record of it changed."""
    value = fact.value
    assert value is not None
    status = normalise(value.status)
    sent_at = ms(value.sent_date or value.created_date) if status == "sent" else None
    return Messaged(
        fact.version, status == "queued", fact.at if status == "sent" and sent_at is None else sent_at
    )


def viewed(fact: JobViewFact) -> OnJob:
    """A look at a job."""
    value = fact.value
    assert value is not None
    return OnJob(fact.version, value.job_id, "viewed", value.time_spent_seconds, ms(value.viewed_at))


def preferred(fact: JobPreferenceFact) -> OnJob:
    """A word about a job; one that cannot be understood is about no job."""
    value = fact.value
    assert value is not None
    job = value.job_id if value.preference_type else None
    return OnJob(fact.version, job, value.preference_type or "ignored", 0.0, ms(value.created_at))


def disputed(fact: ClaimFact) -> Disputed:
    """An address that another user owns."""
    return Disputed(fact.version)


class Keep(NamedTuple):
    """Where facts of a kind are kept, and as what."""

    place: Callable[[Kept], dict[str, Any]]
    make: Callable[[Any], Any]


KEEPS: Mapping[str, Keep] = {
    "user": Keep(lambda kept: kept.users, known),
    "order": Keep(lambda kept: kept.orders, ordered),
    "attendance": Keep(lambda kept: kept.attended, attended),
    "message": Keep(lambda kept: kept.messages, messaged),
    "job-view": Keep(lambda kept: kept.jobs, viewed),
    "job-preference": Keep(lambda kept: kept.jobs, preferred),
    "claim": Keep(lambda kept: kept.disputed, disputed),
}


class Change(NamedTuple):
    """What a fact was before and what it is now (None: not there)."""

    before: Any
    after: Any


def take(kept: Kept, fact: Any) -> Change | None:
    """Take a fact in, in place; None when a newer one is known already."""
    place, make = KEEPS[fact.kind]
    held = place(kept)
    before = held.get(fact.id)
    version = kept.gone.get(fact.id) if before is None else before.version
    if version is not None and fact.version < version:
        return None
    if fact.value is None:
        held.pop(fact.id, None)
        kept.gone[fact.id] = fact.version
        _forget(kept)
        return Change(before, None)
    kept.gone.pop(fact.id, None)
    held[fact.id] = make(fact)
    return Change(before, held[fact.id])


def _forget(kept: Kept) -> None:
    while len(kept.gone) > GONE_KEPT:
        del kept.gone[min(kept.gone, key=lambda id_: (kept.gone[id_], id_))]


def signals(person: str, id_: str, change: Change) -> list[JobSignal]:
    """What `jobs` must hear of a change: the old signal taken back where its job or kind differs."""
    before, after = change
    said = []
    if before is not None and (after is None or (before.job_id, before.kind) != (after.job_id, after.kind)):
        said += _signal(person, id_, before, retracted=True)
    if after is not None:
        said += _signal(person, id_, after, retracted=False)
    return said


def _signal(person: str, id_: str, done: OnJob, retracted: bool) -> list[JobSignal]:
    if not done.job_id:
        return []
    at = None if done.at is None else from_ms(done.at)
    return [
        JobSignal(
            id=id_,
            person=person,
            job_id=done.job_id,
            kind=done.kind,
            seconds=done.seconds,
            at=at,
            retracted=retracted,
        )
    ]
