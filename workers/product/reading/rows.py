"""Which field of which document is read how, and what in a document contradicts itself."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from schemas.documents import (
    TEAM_ROLES,
    Event,
    Job,
    JobPreference,
    JobView,
    Message,
    Order,
    PreferenceType,
    User,
)
from schemas.names import normalise
from schemas.notes import Note, Noted
from workers.product.reading.dates import day, moment
from workers.product.reading.lists import address, participants, words
from workers.product.reading.values import (
    Reader,
    age,
    amount,
    flag,
    identity,
    number,
    one_of,
    prose,
    text,
    zone,
)

FieldReaders = tuple[tuple[str, Reader], ...]
Clean = Mapping[str, Any]

READERS: Mapping[type[Noted], FieldReaders] = {
    User: (
        ("id", identity),
        ("email", address),
        ("name", text),
        ("interests", words),
        ("cuisine_preference", words),
        ("dietary_restrictions", words),
        ("age", age),
        ("birth_date", day),
        ("gender", text),
        ("occupation", text),
        ("relationship_status", text),
        ("table_type_preference", text),
        ("home_neighborhood", text),
        ("work_neighborhood", text),
        ("language", text),
        ("time_zone", zone),
        ("role", text),
        ("is_team_member", flag),
        ("created_at", moment),
    ),
    Order: (
        ("id", identity),
        ("user_id", identity),
        ("event_id", identity),
        ("amount", amount),
        ("date", moment),
    ),
    Event: (
        ("id", identity),
        ("name", text),
        ("date", moment),
        ("venue", text),
        ("host", text),
        ("event_type", text),
        ("cuisine", words),
        ("neighborhood", text),
        ("participants", participants),
    ),
    Message: (
        ("id", identity),
        ("user_id", identity),
        ("content", prose),
        ("status", text),
        ("sent_date", moment),
        ("created_date", moment),
    ),
    Job: (
        ("id", identity),
        ("title", text),
        ("company", text),
        ("location", text),
        ("salary", text),
        ("description", prose),
        ("tags", words),
        ("posted_at", moment),
        ("closes_at", moment),
    ),
    JobView: (
        ("id", identity),
        ("user_id", identity),
        ("job_id", identity),
        ("time_spent_seconds", number),
        ("source", text),
        ("tags", words),
        ("viewed_at", moment),
    ),
    JobPreference: (
        ("id", identity),
        ("user_id", identity),
        ("job_id", identity),
        ("preference_type", one_of(*get_args(PreferenceType))),
        ("tags", words),
        ("created_at", moment),
    ),
}


def queued_and_sent(message: Clean) -> Note | None:
    """A message that waits has a date at which it was sent."""
    if normalise(message.get("status")) != "queued" or "sent_date" not in message:
        return None
    return Note(
        field="sent_date", problem="contradictory", reason="the message is queued and has a sent date"
    )


def sent_at_no_time(message: Clean) -> Note | None:
    """A message that was sent has no date at all."""
    if normalise(message.get("status")) != "sent" or "sent_date" in message or "created_date" in message:
        return None
    return Note(field="sent_date", problem="contradictory", reason="the message was sent and has no date")


CONTRADICTIONS: Mapping[type[Noted], tuple[Callable[[Clean], Note | None], ...]] = {
    Message: (queued_and_sent, sent_at_no_time),
}


def team_by_role(user: Clean) -> bool | None:
    """Whether the role says that a user is of the team, None when it does not."""
    return True if normalise(user.get("role")) in TEAM_ROLES else None


# what stands elsewhere in a document, for a field that says nothing itself
ELSEWHERE: Mapping[type[Noted], tuple[tuple[str, Callable[[Clean], Any]], ...]] = {
    User: (("is_team_member", team_by_role),),
}
