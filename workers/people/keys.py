"""The ids of facts without what is the same in all of one kind, and back. No two ids have one key."""

ODD = "\0"  # before an id that has not the form of its kind


def shorten(id_: str, prefix: str) -> str:
    """The id without its prefix; whole, behind ODD, when it has another."""
    rest = id_.removeprefix(prefix)
    return rest if rest != id_ and not rest.startswith(ODD) else ODD + id_


def lengthen(key: str, prefix: str) -> str:
    """The id of a key."""
    return key[len(ODD) :] if key.startswith(ODD) else prefix + key


def seat(id_: str) -> tuple[str, str]:
    """Address and event in an attendance's id (`events/<event id>/<address>`)."""
    event, _, address = shorten(id_, "events/").rpartition("/")
    return address, event
