"""The lines for what MongoDB refuses to writeback, and which codes concern a single record. Pure.

Beside what capture needs, writeback needs the rights `insert` and `update` on the collection of messages.
"""

from workers.product.mongo_refusals import UNAUTHORIZED, VIEW, refusal

DUPLICATE_KEY = 11000
RIGHTS = ("find", "insert", "update")


def write_refusal(code: int | None, text: str, database: str, collection: str) -> str:
    """The line for a collection that takes no records, from the error's code and text."""
    place = f"{database}.{collection}"
    if code in UNAUTHORIZED:
        return f"this user may not write into collection {place}: {grant(database, collection)}"
    if code == VIEW:
        return f"{place} is a view, which takes no records: name the collection behind it in KAIROS_SOURCES"
    return refusal(code, text) or f"MongoDB refuses to write into {place}: {text}"


def grant(database: str, collection: str) -> str:
    """What to grant, so that messages can be written."""
    return (
        f"grant a role with the actions {', '.join(RIGHTS[:-1])} and {RIGHTS[-1]} on "
        f"{database}.{collection}, beside the role read; MONGO_WRITE_BACK=false leaves it as it is"
    )
