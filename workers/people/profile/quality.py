"""What is wrong with the data of a person: the notes of their documents."""

from typing import Any

from workers.people.bounds import NOTES_KEPT
from workers.people.keys import lengthen
from workers.people.state import StoredNote, StoredPerson

CONTESTED = ("email", True, "another user claims this address")
JOBS = {"v": "job-views/", "p": "job-preferences/"}


def note_fields(stored: StoredPerson) -> dict[str, Any]:
    """The notes, malformed and contradictory, by document, field and reason; the first NOTES_KEPT."""
    sides: dict[str, list[dict[str, str]]] = {"malformed": [], "contradictory": []}
    documents = noted(stored)
    if not documents:
        return sides
    found = sorted({(document, *note) for document, notes in documents for note in notes})[:NOTES_KEPT]
    for document, field, contradictory, reason in found:
        problem = "contradictory" if contradictory else "malformed"
        note = {"field": field, "problem": problem, "reason": reason, "document": document}
        sides[problem].append(note)
    return sides


def noted(stored: StoredPerson) -> list[tuple[str, tuple[StoredNote, ...]]]:
    """The documents of a person that have notes, as collection/id."""
    person = f"users/{stored.id}"
    found = [(person, stored.user.notes)] if stored.user is not None and stored.user.notes else []
    if stored.claims and not all(claim.owns for claim in stored.claims.values()):
        found.append((person, (CONTESTED,)))
    for events in stored.attended.values():
        found += [(f"events/{one.event_id or key}", one.notes) for key, one in events.items() if one.notes]
    found += [(lengthen(key, "orders/"), one.notes) for key, one in stored.orders.items() if one.notes]
    found += [(lengthen(key, "messages/"), one.notes) for key, one in stored.messages.items() if one.notes]
    found += [(lengthen(key[1:], JOBS[key[0]]), one.notes) for key, one in stored.jobs.items() if one.notes]
    return found
