"""The quality of a person's data: the notes on their documents."""

from typing import Any

from workers.people.bounds import MAX_NOTES
from workers.people.job_state import PREFIXES, StoredNote
from workers.people.keys import lengthen
from workers.people.state import StoredPerson

CONTESTED = ("email", True, "another user claims this address")


def note_fields(stored: StoredPerson) -> dict[str, Any]:
    """The notes by problem, ordered by document, field and reason; the first MAX_NOTES."""
    by_problem: dict[str, list[dict[str, str]]] = {"malformed": [], "contradictory": []}
    documents = documents_with_notes(stored)
    if not documents:
        return by_problem
    rows = sorted({(document, *note) for document, notes in documents for note in notes})[:MAX_NOTES]
    for document, field, contradictory, reason in rows:
        problem = "contradictory" if contradictory else "malformed"
        note = {"field": field, "problem": problem, "reason": reason, "document": document}
        by_problem[problem].append(note)
    return by_problem


def documents_with_notes(stored: StoredPerson) -> list[tuple[str, tuple[StoredNote, ...]]]:
    """The documents of a person that have notes, as collection/id, with their notes."""
    person = f"users/{stored.id}"
    noted = [(person, stored.user.notes)] if stored.user is not None and stored.user.notes else []
    if stored.claims and not all(claim.owns for claim in stored.claims.values()):
        noted.append((person, (CONTESTED,)))
    for events in stored.attendances.values():
        noted += [
            (f"events/{item.event_id or key}", item.notes) for key, item in events.items() if item.notes
        ]
    noted += [(lengthen(key, "orders/"), item.notes) for key, item in stored.orders.items() if item.notes]
    noted += [(lengthen(key, "messages/"), item.notes) for key, item in stored.messages.items() if item.notes]
    noted += [
        (lengthen(key[1:], PREFIXES[key[0]]), item.notes) for key, item in stored.jobs.items() if item.notes
    ]
    return noted
