"""What the fields of one document mean together: contradictions, and values derived from other fields."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.documents import TEAM_ROLES, Message, User
from schemas.names import normalise
from schemas.notes import Note, Noted

ReadFields = Mapping[str, Any]  # the fields of a document that have a value, after reading


def queued_with_sent_date(message: ReadFields) -> Note | None:
    """A message that waits to be sent has the date at which it was sent."""
    if normalise(message.get("status")) != "queued" or "sent_date" not in message:
        return None
    return Note(
        field="sent_date", problem="contradictory", reason="the message is queued and has a sent date"
    )


def sent_without_date(message: ReadFields) -> Note | None:
    """A message that was sent has no date at all."""
    if normalise(message.get("status")) != "sent" or "sent_date" in message or "created_date" in message:
        return None
    return Note(field="sent_date", problem="contradictory", reason="the message was sent and has no date")


CONTRADICTIONS: Mapping[type[Noted], tuple[Callable[[ReadFields], Note | None], ...]] = {
    Message: (queued_with_sent_date, sent_without_date),
}


def team_member_by_role(user: ReadFields) -> bool | None:
    """True when the role is one of the team's, None otherwise."""
    return True if normalise(user.get("role")) in TEAM_ROLES else None


# for a field without a value: how to derive one from the other fields (None: it stays without)
DERIVED: Mapping[type[Noted], tuple[tuple[str, Callable[[ReadFields], Any]], ...]] = {
    User: (("is_team_member", team_member_by_role),),
}
