"""Facts as they are stored: one function per kind, from a fact with a value to the struct in state.py."""

from datetime import datetime
from operator import attrgetter
from typing import Any

from schemas.documents import Message
from schemas.facts import (
    AttendanceFact,
    ClaimFact,
    JobPreferenceFact,
    JobViewFact,
    MessageFact,
    OrderFact,
    UserFact,
)
from schemas.model import to_epoch_ms
from schemas.names import normalise
from workers.people.bounds import MAX_COMPANIONS, MAX_NOTES
from workers.people.companions import digest
from workers.people.keys import address_and_event, shorten
from workers.people.reported_times import YEAR_1900, is_believable
from workers.people.state import (
    ClaimedAddress,
    StoredAttendance,
    StoredJobInteraction,
    StoredMessage,
    StoredNote,
    StoredOrder,
    StoredUser,
)

LARGEST_AMOUNT = 1e15  # a larger one is no amount, and sums of such would not be exact
USER_FIELDS = tuple(name for name in StoredUser.__struct_fields__ if name not in ("version", "notes"))
USER_VALUES = attrgetter(*USER_FIELDS)


def epoch_ms_or_none(value: datetime | None) -> int | None:
    """Epoch milliseconds of a time, None of None."""
    return None if value is None else to_epoch_ms(value)


def stored_notes(document: Any) -> tuple[StoredNote, ...]:
    """The notes of a document, sorted and each once; the first MAX_NOTES."""
    if not document.notes:
        return ()
    notes = {(note.field, note.problem == "contradictory", note.reason) for note in document.notes}
    return tuple(sorted(notes)[:MAX_NOTES])


def stored_user(fact: UserFact) -> StoredUser:
    """The user document."""
    user = fact.value
    assert user is not None
    values = dict(zip(USER_FIELDS, USER_VALUES(user), strict=True))
    return StoredUser(version=fact.version, notes=stored_notes(user), **values)


def stored_order(fact: OrderFact) -> StoredOrder:
    """An order."""
    order = fact.value
    assert order is not None
    amount = order.amount if order.amount is not None and abs(order.amount) <= LARGEST_AMOUNT else None
    return StoredOrder(fact.version, epoch_ms_or_none(order.date), amount, stored_notes(order))


def stored_attendance(fact: AttendanceFact) -> StoredAttendance:
    """An attendance, with the first MAX_COMPANIONS other participants."""
    attendance = fact.value
    assert attendance is not None
    _, event = address_and_event(shorten(fact.id, "events/"))
    companions = attendance.companions[:MAX_COMPANIONS]
    return StoredAttendance(
        fact.version,
        attendance.name,
        epoch_ms_or_none(attendance.date),
        attendance.venue,
        attendance.host,
        attendance.event_type,
        tuple(attendance.cuisine),
        attendance.neighborhood,
        b"".join([digest(normalise(companion.email)) for companion in companions]),
        tuple([(index, companion.name) for index, companion in enumerate(companions) if companion.name]),
        None if attendance.event_id == event else attendance.event_id,
        stored_notes(attendance),
    )


def stored_message(fact: MessageFact) -> StoredMessage:
    """A message; one that was sent, but at no time that can be true, was sent when its record changed."""
    message = fact.value
    assert message is not None
    status, sent_at = normalise(message.status), claimed_sending(message)
    if not is_believable(sent_at, fact.at):
        sent_at = fact.at
    return StoredMessage(
        fact.version, status == "queued", sent_at if status == "sent" else None, stored_notes(message)
    )


def claimed_sending(message: Message) -> int | None:
    """When a message says that it was sent, else created (epoch milliseconds); None before 1900."""
    times = (epoch_ms_or_none(message.sent_date), epoch_ms_or_none(message.created_date))
    return next((at for at in times if at is not None and at >= YEAR_1900), None)


def stored_job_view(fact: JobViewFact) -> StoredJobInteraction:
    """A view of a job."""
    view = fact.value
    assert view is not None
    return StoredJobInteraction(
        fact.version,
        view.job_id,
        "viewed",
        view.time_spent_seconds,
        epoch_ms_or_none(view.viewed_at),
        tuple(view.tags),
        stored_notes(view),
    )


def stored_job_preference(fact: JobPreferenceFact) -> StoredJobInteraction:
    """A stated preference about a job."""
    preference = fact.value
    assert preference is not None
    return StoredJobInteraction(
        fact.version,
        preference.job_id,
        preference.preference_type,
        0.0,
        epoch_ms_or_none(preference.created_at),
        tuple(preference.tags),
        stored_notes(preference),
    )


def claimed_address(fact: ClaimFact) -> ClaimedAddress:
    """A contested address of the person."""
    assert fact.value is not None
    return ClaimedAddress(fact.version, fact.value.owns)
