"""One person's profile made from their documents at once, beside the one that the stream has made. Pure."""

from collections.abc import Mapping

from schemas.attendance import attendance, everybody, seniority
from schemas.documents import Message, User
from schemas.facts import Contested
from schemas.model import to_epoch_ms
from schemas.names import normalise
from schemas.profile import EnrichedProfile
from workers.commands.verify_documents import PersonDocuments
from workers.people.batch.document_facts import apply_document
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import Contact, StoredPerson

KINDS = {
    "orders": "order",
    "messages": "message",
    "job-views": "job-view",
    "job-preferences": "job-preference",
}
USER = "(the user document)"
FIELDS = tuple(name for name in EnrichedProfile.model_fields if name != "as_of")


def differing(
    live: EnrichedProfile, found: PersonDocuments, contact: Contact, policy: Policy
) -> tuple[str, ...] | None:
    """The fields in which a live profile is not what the documents come to at its own time.

    `contact` is what became of our own mails, which no document tells. None: it cannot be said, because a
    message was sent nobody knows when (the stream goes by the time at which it changed), or because a bound
    was reached (the stream cannot take back what it has let go).
    """
    if live.id not in found.users:
        return (USER,)
    if any(is_undated(one) for topic, one in found.owned.get(live.id, ()) if topic == "messages"):
        return None
    at = to_epoch_ms(live.as_of)
    batch = build_profile(stored_person_of(live.id, found, contact, at), at, policy).model_dump(mode="json")
    streamed = live.model_dump(mode="json")
    fields = tuple(name for name in FIELDS if batch[name] != streamed[name])
    return None if fields and live.truncated else fields


def stored_person_of(person: str, found: PersonDocuments, contact: Contact, at: int) -> StoredPerson:
    """What is known of a person by their documents, as of a time (epoch ms)."""
    stored, user = StoredPerson(person, contact=contact), found.users[person]
    address = normalise(user.email)
    apply_document(stored, "user", f"users/{person}", at, user)
    for topic, one in found.owned.get(person, ()):
        apply_document(stored, KINDS[topic], f"{topic}/{one.id}", at, one)
    if address and owner(address, found.users) != person:
        apply_document(stored, "claim", f"claims/{person}/{address}", at, Contested(owns=False))
    elif address:
        for event in found.events:
            those = everybody(event)
            if address in those:
                value = attendance(event, address, those)
                apply_document(stored, "attendance", f"events/{event.id}/{address}", at, value)
    return stored


def owner(address: str, users: Mapping[str, User]) -> str:
    """Who claims an address longest."""
    claims = [
        seniority(None if user.created_at is None else to_epoch_ms(user.created_at), id_)
        for id_, user in users.items()
        if normalise(user.email) == address
    ]
    return min(claims)[2]


def is_undated(message: Message) -> bool:
    """Whether a message was sent and does not say when."""
    return normalise(message.status) == "sent" and not (message.sent_date or message.created_date)
