"""What is wrong with the data of a person: the notes of their documents."""

from collections.abc import Iterator
from typing import Any

from workers.people.bounds import NOTES_KEPT
from workers.people.keys import lengthen
from workers.people.state import Kept, Note

CONTESTED = ("email", True, "another user claims this address")
JOBS = {"v": "job-views/", "p": "job-preferences/"}


def note_fields(kept: Kept) -> dict[str, Any]:
    """The notes, malformed and contradictory, by document, field and reason; the first NOTES_KEPT."""
    found = sorted({(document, *note) for document, notes in noted(kept) for note in notes})[:NOTES_KEPT]
    sides: dict[str, list[dict[str, str]]] = {"malformed": [], "contradictory": []}
    for document, field, contradictory, reason in found:
        problem = "contradictory" if contradictory else "malformed"
        note = {"document": document, "field": field, "problem": problem, "reason": reason}
        sides[problem].append(note)
    return sides


def noted(kept: Kept) -> Iterator[tuple[str, tuple[Note, ...]]]:
    """The documents of a person that have notes, as collection/id."""
    person = f"users/{kept.id}"
    if kept.user is not None and kept.user.notes:
        yield person, kept.user.notes
    if not all(claim.owns for claim in kept.claims.values()):
        yield person, (CONTESTED,)
    for events in kept.attended.values():
        for key, event in events.items():
            yield f"events/{event.event_id or key}", event.notes
    for key, order in kept.orders.items():
        yield lengthen(key, "orders/"), order.notes
    for key, message in kept.messages.items():
        yield lengthen(key, "messages/"), message.notes
    for key, job in kept.jobs.items():
        yield lengthen(key[1:], JOBS[key[0]]), job.notes
