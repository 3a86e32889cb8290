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
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.names import normalise
from workers.people.bounds import COMPANIONS_KEPT, NOTES_KEPT, evict, forget, is_evicted
from workers.people.companions import digest, remember
from workers.people.keys import seat, shorten
from workers.people.state import (
    Attended,
    ClaimedAddress,
    Known,
    Messaged,
    OnJob,
    Ordered,
    StoredNote,
    StoredPerson,
)

LARGEST_AMOUNT = 1e15  # a larger one is no amount, and its sums would not be exact
USER_FIELDS = tuple(name for name in Known.__struct_fields__ if name not in ("version", "notes"))


def epoch_ms_or_none(value: datetime | None) -> int | None:
    """Epoch milliseconds of a time, if there is one."""
    return None if value is None else to_epoch_ms(value)


def notes(value: Any) -> tuple[StoredNote, ...]:
    """The notes of a document, in order."""
    if not value.notes:
        return ()
    found = {(note.field, note.problem == "contradictory", note.reason) for note in value.notes}
    return tuple(sorted(found)[:NOTES_KEPT])


def known(fact: UserFact) -> Known:
    """The user document."""
    value = fact.value
    assert value is not None
    return Known(fact.version, *[getattr(value, name) for name in USER_FIELDS], *[notes(value)])


def ordered(fact: OrderFact) -> Ordered:
    """An order."""
    value = fact.value
    assert value is not None
    amount = value.amount if value.amount is not None and abs(value.amount) <= LARGEST_AMOUNT else None
    return Ordered(fact.version, epoch_ms_or_none(value.date), amount, notes(value))


def attended(fact: AttendanceFact) -> Attended:
    """A place on the list of an event."""
    value = fact.value
    assert value is not None
    others = value.companions[:COMPANIONS_KEPT]
    return Attended(
        fact.version,
        value.name,
        epoch_ms_or_none(value.date),
        value.venue,
        value.host,
        value.event_type,
        tuple(value.cuisine),
        value.neighborhood,
        b"".join([digest(normalise(one.email)) for one in others]),
        tuple([(place, one.name) for place, one in enumerate(others) if one.name]),
        None if value.event_id == seat(fact.id)[1] else value.event_id,
        notes(value),
    )


def messaged(fact: MessageFact) -> Messaged:
    """A message; one that was sent without a date was sent when the record of it changed."""
    value = fact.value
    assert value is not None
    status = normalise(value.status)
    sent_at = epoch_ms_or_none(value.sent_date or value.created_date) if status == "sent" else None
    if status == "sent" and sent_at is None:
        sent_at = fact.at
    return Messaged(fact.version, status == "queued", sent_at, notes(value))


def viewed(fact: JobViewFact) -> OnJob:
    """A look at a job."""
    value = fact.value
    assert value is not None
    at, seconds = epoch_ms_or_none(value.viewed_at), value.time_spent_seconds
    return OnJob(fact.version, value.job_id, "viewed", seconds, at, tuple(value.tags), notes(value))


def preferred(fact: JobPreferenceFact) -> OnJob:
    """A word about a job."""
    value = fact.value
    assert value is not None
    at, kind = epoch_ms_or_none(value.created_at), value.preference_type
    return OnJob(fact.version, value.job_id, kind, 0.0, at, tuple(value.tags), notes(value))


def claimed(fact: ClaimFact) -> ClaimedAddress:
    """Whether an address that the person names is theirs."""
    assert fact.value is not None
    return ClaimedAddress(fact.version, fact.value.owns)


class FactStore(NamedTuple):
    """Where facts of a kind are kept, under which key of which dict, and as what."""

    place: Callable[[StoredPerson, str], tuple[dict[str, Any], str]]
    make: Callable[[Any], Any]


def under(
    name: str, prefix: str, mark: str = ""
) -> Callable[[StoredPerson, str], tuple[dict[str, Any], str]]:
    """Facts that stand in the dict `name`, by id without `prefix`, behind a `mark`."""
    return lambda stored, id_: (getattr(stored, name), mark + shorten(id_, prefix))


def at_event(stored: StoredPerson, id_: str) -> tuple[dict[str, Any], str]:
    """An attendance stands under the address, then the event."""
    address, event = seat(id_)
    return stored.attended.setdefault(address, {}), event


FACT_STORES: Mapping[str, FactStore] = {
    "order": FactStore(under("orders", "orders/"), ordered),
    "attendance": FactStore(at_event, attended),
    "message": FactStore(under("messages", "messages/"), messaged),
    "job-view": FactStore(under("jobs", "job-views/", "v"), viewed),
    "job-preference": FactStore(under("jobs", "job-preferences/", "p"), preferred),
    "claim": FactStore(under("claims", "claims/"), claimed),
}


class FactChange(NamedTuple):
    """What a fact was before and what it is now (None: not there)."""

    before: Any
    after: Any


def apply_fact(stored: StoredPerson, fact: Any) -> FactChange | None:
    """Take a fact in, in place; None when a newer one is known already, or when it was let go before."""
    if fact.kind == "user":
        return _apply_user(stored, fact)
    place, make = FACT_STORES[fact.kind]
    held, key = place(stored, fact.id)
    change = _change(stored, fact, held.get(key), make)
    if (
        change is not None
        and change.before is None
        and is_evicted(stored, fact.kind, _whole(fact, key), change.after)
    ):
        change = None
    if change is not None and change.after is not None:
        held[key] = change.after
    elif change is not None:
        held.pop(key, None)
    if fact.kind == "attendance":
        _settle_attendance(stored, fact, change)
    if change is not None and change.before is None and change.after is not None:
        evict(stored, fact.kind)
    return change


def _whole(fact: Any, key: str) -> str:
    """The key of a fact among all of its kind."""
    return shorten(fact.id, "events/") if fact.kind == "attendance" else key


def _apply_user(stored: StoredPerson, fact: UserFact) -> FactChange | None:
    change = _change(stored, fact, stored.user, known)
    if change is not None:
        stored.user = change.after
    return change


def _change(stored: StoredPerson, fact: Any, before: Any, make: Callable[[Any], Any]) -> FactChange | None:
    """What a fact changes, None when it is older than what is known; what is gone is remembered."""
    version = stored.gone.get(fact.id) if before is None else before.version
    if version is not None and fact.version < version:
        return None
    if fact.value is None:
        stored.gone[fact.id] = fact.version
        forget(stored)
        return FactChange(before, None)
    stored.gone.pop(fact.id, None)
    return FactChange(before, make(fact))


def _settle_attendance(stored: StoredPerson, fact: AttendanceFact, change: FactChange | None) -> None:
    """No address is kept without events, and everybody met twice is."""
    address, _ = seat(fact.id)
    if not stored.attended[address]:
        del stored.attended[address]
    if change is None:
        return
    others = fact.value.companions[:COMPANIONS_KEPT] if fact.value is not None else []
    remember(stored, [normalise(one.email) for one in others], change.before)


def signals(person: str, id_: str, change: FactChange) -> list[JobSignal]:
    """What `jobs` must hear of a change: the old signal taken back where its job or kind differs."""
    before, after = change
    said = []
    if before is not None and (after is None or (before.job_id, before.kind) != (after.job_id, after.kind)):
        said += _signal(person, id_, before, retracted=True)
    if after is not None:
        said += _signal(person, id_, after, retracted=False)
    return said


def _signal(person: str, id_: str, done: OnJob, retracted: bool) -> list[JobSignal]:
    if not done.job_id or done.kind is None:
        return []
    at = None if done.at is None else from_epoch_ms(done.at)
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
