"""Keys in a person's state: ids of facts without the prefix of their kind. No two ids have the same key."""

ODD = "\0"  # before an id that does not have the prefix of its kind


def shorten(id_: str, prefix: str) -> str:
    """The id without its prefix; an id with another prefix is the key as a whole, after ODD."""
    key = id_.removeprefix(prefix)
    return key if key != id_ and not key.startswith(ODD) else ODD + id_


def lengthen(key: str, prefix: str) -> str:
    """The id of a key."""
    return key[len(ODD) :] if key.startswith(ODD) else prefix + key


def address_and_event(attendance_key: str) -> tuple[str, str]:
    """Address and event id in the key of an attendance (`<event id>/<address>`)."""
    event, _, address = attendance_key.rpartition("/")
    return address, event


def own_decision(person: str, decision: str | None) -> str | None:
    """The id of a decision about the person that a message names; None for none, and for any other text."""
    return decision if decision is not None and decision.startswith(f"{person}:") else None
