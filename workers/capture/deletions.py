"""How much a snapshot may delete without being asked: what is absent may only not have been found. Pure.

A wrong database or collection, a restored server and a mapping that fails all look as if the documents were
deleted. An honest deletion comes through the change stream, one by one, and is not limited.
"""

from collections.abc import Mapping

from schemas.control import Deletion

FLOOR = 3  # so few are always allowed if others stay, or nobody could delete one of four
COMMAND = "kairos capture confirm"
MONGO = "MONGO_URL, MONGO_DATABASE and KAIROS_SOURCES"


def is_allowed(deletion: Deletion, share: float, confirmed: Deletion | None) -> bool:
    """Whether a snapshot may delete so many documents of a topic.

    `share` (0 to 1) is the part of the topic's documents that it may delete unasked. `confirmed` is what
    somebody has confirmed: as many, under the same mapping.
    """
    if deletion.deleted == 0:
        return True
    if confirmed is not None and confirmed.confirmed and confirmed.mapping == deletion.mapping:
        return deletion.deleted <= confirmed.deleted + FLOOR
    if deletion.missing:
        return False
    if deletion.deleted == deletion.held:
        return share >= 1
    return deletion.deleted <= max(FLOOR, share * deletion.held)


def refusal(refused: Mapping[str, Deletion], named_in: str = MONGO) -> str:
    """The line for the deletions, by topic, that were refused: what is missing where, and what to do.

    `named_in` are the settings that name the source.
    """
    found = "; ".join(describe(topic, deletion) for topic, deletion in refused.items())
    return (
        f"{found}: nothing is deleted before somebody has looked; check {named_in} and "
        f"start capture again, or, if the documents are really gone, run `{COMMAND}` first"
    )


def describe(topic: str, deletion: Deletion) -> str:
    """One topic's deletion in words, with database, collection and numbers."""
    if deletion.missing:
        return (
            f"there is no collection {deletion.collection}, and topic {topic} holds {deletion.held:,} of it"
        )
    left_out = f", and `where` leaves out {deletion.left_out:,}," if deletion.left_out else ""
    return (
        f"collection {deletion.collection} lacks {deletion.deleted - deletion.left_out:,}{left_out} of the "
        f"{deletion.held:,} documents of topic {topic} (KAIROS_MAX_DELETED_SHARE)"
    )
