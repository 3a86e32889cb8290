"""Facts as they are stored: one function per kind, from a fact with a value to the struct in state.py."""

from operator import attrgetter
from typing import Any

from msgspec import structs

from schemas.documents import NOT_SENT_STATUSES, Message
from schemas.facts import (
    AttendanceFact,
    ClaimFact,
    InteractionFact,
    JobPreferenceFact,
    JobViewFact,
    MessageFact,
    OrderFact,
    ResumeFact,
    UserFact,
)
from schemas.model import epoch_ms_or_none, to_epoch_ms
from schemas.names import normalise
from workers.people.bounds import MAX_COMPANIONS, MAX_NOTES
from workers.people.companions import digest
from workers.people.job_state import StoredJobInteraction, StoredNote
from workers.people.keys import address_and_event, shorten
from workers.people.profile.days import shift_of
from workers.people.reported_times import YEAR_1900, bounded, is_believable
from workers.people.state import (
    ClaimedAddress,
    StoredAttendance,
    StoredMessage,
    StoredOrder,
    StoredResume,
    StoredUser,
)

LONGEST_VIEW_SECONDS = 86_400.0  # nobody looks at a job for longer
MAX_SEARCHES = 10  # the last ones
LARGEST_AMOUNT = 1e15  # a larger one is no amount, and sums of such would not be exact
NOT_OF_DOCUMENT = ("version", "notes", "resume_at", "mail_consent_at")  # not as the document has them
USER_FIELDS = tuple(name for name in StoredUser.__struct_fields__ if name not in NOT_OF_DOCUMENT)
USER_VALUES = attrgetter(*USER_FIELDS)


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
    return StoredUser(
        version=fact.version,
        notes=stored_notes(user),
        resume_at=fact.resume_at,
        mail_consent_at=epoch_ms_or_none(user.mail_consent_at),
        **values,
    )


def stored_resume(fact: ResumeFact) -> StoredResume:
    """The person's own résumé."""
    upload = fact.value
    assert upload is not None
    return StoredResume(fact.version, fact.at, upload.text or "")


def stored_order(fact: OrderFact) -> StoredOrder:
    """An order."""
    order = fact.value
    assert order is not None
    amount = order.amount if order.amount is not None and abs(order.amount) <= LARGEST_AMOUNT else None
    at = epoch_ms_or_none(order.date)
    return StoredOrder(fact.version, at, amount, stored_notes(order), shift_of(at, order.day))


def stored_attendance(fact: AttendanceFact) -> StoredAttendance:
    """An attendance, with the first MAX_COMPANIONS other participants."""
    attendance = fact.value
    assert attendance is not None
    _, event = address_and_event(shorten(fact.id, "events/"))
    companions, at = attendance.companions[:MAX_COMPANIONS], epoch_ms_or_none(attendance.date)
    return StoredAttendance(
        fact.version,
        attendance.name,
        at,
        attendance.venue,
        attendance.host,
        attendance.event_type,
        tuple(attendance.cuisine),
        attendance.neighborhood,
        b"".join([digest(normalise(companion.email)) for companion in companions]),
        tuple([(index, companion.name) for index, companion in enumerate(companions) if companion.name]),
        None if attendance.event_id == event else attendance.event_id,
        stored_notes(attendance),
        shift_of(at, attendance.day),
    )


def stored_message(fact: MessageFact) -> StoredMessage:
    """A message; one that was sent, but at no time that can be true, was sent when its record changed."""
    message = fact.value
    assert message is not None
    sent_at, day = claimed_sending(message), message.day
    if sent_at is None or not is_believable(sent_at, fact.at):
        sent_at, day = fact.at, None
    is_queued, notes = normalise(message.status) == "queued", stored_notes(message)
    if not was_sent(message):
        return StoredMessage(fact.version, is_queued, None, notes, decision=message.decision_id)
    shift = shift_of(sent_at, day)
    return StoredMessage(fact.version, is_queued, sent_at, notes, shift, message.decision_id)


def was_sent(message: Message) -> bool:
    """Whether a message says that it was sent; with a sent date also under a status that is not known."""
    status = normalise(message.status)
    return status == "sent" or (message.sent_date is not None and status not in NOT_SENT_STATUSES)


def claimed_sending(message: Message) -> int | None:
    """When a message says that it was sent, else created (epoch milliseconds); None before 1900."""
    for time in (message.sent_date, message.created_date):
        if time is not None and (at := to_epoch_ms(time)) >= YEAR_1900:
            return at
    return None


def stored_job_view(fact: JobViewFact) -> StoredJobInteraction:
    """A view of a job."""
    view = fact.value
    assert view is not None
    return StoredJobInteraction(
        fact.version,
        view.job_id,
        "viewed",
        believable_seconds(view.time_spent_seconds),
        epoch_ms_or_none(view.viewed_at),
        tuple(view.tags),
        stored_notes(view),
        source=view.source,
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


def believable_seconds(seconds: float) -> float:
    """Seconds for which a job was looked at: not less than 0, at most LONGEST_VIEW_SECONDS."""
    return min(max(seconds, 0.0), LONGEST_VIEW_SECONDS)


def stored_interaction(fact: InteractionFact) -> StoredJobInteraction:
    """What the person did on the job site; at a time that cannot be true: when it was told."""
    value = fact.value
    assert value is not None
    is_search = value.kind == "searched"
    return StoredJobInteraction(
        fact.version,
        value.job_id,
        None if is_search and value.undo else value.kind,
        believable_seconds(value.seconds),
        bounded(to_epoch_ms(value.at), fact.at),
        tuple(value.tags),
        undo=value.undo,
        source=value.source,
        query=value.query if is_search else None,
        place=value.place if is_search else None,
    )


def merged_interaction(one: StoredJobInteraction, other: StoredJobInteraction) -> StoredJobInteraction:
    """What two versions of an interaction say together, in any order.

    The longest time that was told counts, and what was taken back stays so; else the newer version counts.
    """
    if one == other:
        return one
    last = max((one, other), key=lambda item: (item.undo, item.version))
    version, seconds = max(one.version, other.version), max(one.seconds, other.seconds)
    return structs.replace(last, version=version, seconds=seconds)


def claimed_address(fact: ClaimFact) -> ClaimedAddress:
    """A contested address of the person."""
    assert fact.value is not None
    return ClaimedAddress(fact.version, fact.value.owns)
