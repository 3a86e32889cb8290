"""What is wrong with the data of a person: the notes of their documents."""

from typing import Any

from workers.people.bounds import NOTES_KEPT
from workers.people.keys import lengthen
from workers.people.state import Kept, Note

CONTESTED = ("email", True, "another user claims this address")
JOBS = {"v": "job-views/", "p": "job-preferences/"}


def note_fields(kept: Kept) -> dict[str, Any]:
    """The notes, malformed and contradictory, by document, field and reason; the first NOTES_KEPT."""
    sides: dict[str, list[dict[str, str]]] = {"malformed": [], "contradictory": []}
    documents = noted(kept)
    if not documents:
        return sides
    found = sorted({(document, *note) for document, notes in documents for note in notes})[:NOTES_KEPT]
    for document, field, contradictory, reason in found:
        problem = "contradictory" if contradictory else "malformed"
        note = {"field": field, "problem": problem, "reason": reason, "document": document}
        sides[problem].append(note)
    return sides


def noted(kept: Kept) -> list[tuple[str, tuple[Note, ...]]]:
    """The documents of a person that have notes, as collection/id."""
    person = f"users/{kept.id}"
    found = [(person, kept.user.notes)] if kept.user is not None and kept.user.notes else []
    if kept.claims and not all(claim.owns for claim in kept.claims.values()):
        found.append((person, (CONTESTED,)))
    for events in kept.attended.values():
        found += [(f"events/{one.event_id or key}", one.notes) for key, one in events.items() if one.notes]
    found += [(lengthen(key, "orders/"), one.notes) for key, one in kept.orders.items() if one.notes]
    found += [(lengthen(key, "messages/"), one.notes) for key, one in kept.messages.items() if one.notes]
    found += [(lengthen(key[1:], JOBS[key[0]]), one.notes) for key, one in kept.jobs.items() if one.notes]
    return found
