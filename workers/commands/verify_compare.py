"""Compares a person's live profile with the one computed from all their documents at once. Pure."""

from collections.abc import Mapping

from schemas.attendance import attendance, participants_of, seniority
from schemas.documents import Message, User
from schemas.facts import Contested
from schemas.model import to_epoch_ms
from schemas.names import normalise
from schemas.profile import EnrichedProfile
from workers.commands.verify_documents import PersonDocuments
from workers.people.batch.document_facts import apply_document
from workers.people.job_history import SITE
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.profile.resumes import resume_text
from workers.people.reported_times import is_believable
from workers.people.state import StoredPerson
from workers.people.stored_facts import claimed_sending

KINDS = {
    "orders": "order",
    "messages": "message",
    "job-views": "job-view",
    "job-preferences": "job-preference",
}
USER = "(the user document)"
FIELDS = tuple(name for name in EnrichedProfile.model_fields if name != "as_of")


def differing_fields(
    live: EnrichedProfile, documents: PersonDocuments, untold: StoredPerson, policy: Policy
) -> tuple[str, ...] | None:
    """The fields in which a live profile differs from the one that the documents amount to at its time.

    `untold` is what no document tells (see `untold_of`). None: the two cannot be compared, because a message
    was sent at an unknown time (the stream uses the time of its last change), or because a bound was reached
    (the stream cannot retract what it has evicted).
    """
    if live.id not in documents.users:
        return (USER,)
    owned = documents.owned.get(live.id, ())
    at = to_epoch_ms(live.as_of)
    if any(is_undated(document, at) for topic, document in owned if topic == "messages"):
        return None
    person = stored_person_of(live.id, documents, untold, at)
    batch = build_profile(person, at, policy).model_dump(mode="json")
    streamed = live.model_dump(mode="json")
    fields = tuple(name for name in FIELDS if batch[name] != streamed[name])
    return None if fields and live.truncated else fields


def untold_of(stored: StoredPerson) -> StoredPerson:
    """What no document tells of a person: our own mails, the job site, answers, a résumé that counts."""
    jobs = {key: item for key, item in stored.jobs.items() if key.startswith(SITE)}
    own = stored.resume
    own = own if own is not None and resume_text(stored) == own.text else None
    return StoredPerson(stored.id, contact=stored.contact, jobs=jobs, resume=own, answers=stored.answers)


def stored_person_of(person: str, documents: PersonDocuments, untold: StoredPerson, at: int) -> StoredPerson:
    """The state that a person's documents amount to, with what they do not tell, as of a time (epoch ms)."""
    stored, user = untold_of(untold), documents.users[person]
    address = normalise(user.email)
    apply_document(stored, "user", f"users/{person}", at, user)
    for topic, document in documents.owned.get(person, ()):
        apply_document(stored, KINDS[topic], f"{topic}/{document.id}", at, document)
    if address and owner(address, documents.users) != person:
        apply_document(stored, "claim", f"claims/{person}/{address}", at, Contested(owns=False))
    elif address:
        for event in documents.events:
            attendees = participants_of(event)
            if address in attendees:
                value = attendance(event, address, attendees)
                apply_document(stored, "attendance", f"events/{event.id}/{address}", at, value)
    return stored


def owner(address: str, users: Mapping[str, User]) -> str:
    """The id of the user with the oldest claim to an address."""
    claims = [
        seniority(None if user.created_at is None else to_epoch_ms(user.created_at), id_)
        for id_, user in users.items()
        if normalise(user.email) == address
    ]
    return min(claims)[2]


def is_undated(message: Message, at: int) -> bool:
    """Whether a message was sent, but at no time that can be true `at` a time (epoch milliseconds)."""
    return normalise(message.status) == "sent" and not is_believable(claimed_sending(message), at)
