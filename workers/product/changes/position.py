"""Where a change stands in the log of its database, so that what is read twice undoes nothing newer. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec
from pydantic_core import from_json

from workers.product.reading.values import is_number

SECOND_MS = 1_000
WIDEST = 2**63  # numbers are stored as 64 bits
MYSQL = ("mysql", "mariadb")


class LogPosition(msgspec.Struct, array_like=True, frozen=True):
    """A position in the log of the database that `origin` names: connector/topic prefix.

    `number` is compared within one origin: the second and the place in it (MongoDB), the sequence number of
    the log (PostgreSQL), the number of the file and the place in it (MySQL). `at` is when it happened (epoch
    ms), `is_snapshot` whether a snapshot read the document at that position.
    """

    origin: str
    number: tuple[int, int]
    at: int | None
    is_snapshot: bool


def position_of(source: Mapping[str, Any], is_snapshot: bool) -> LogPosition | None:
    """The position in the block `source` of a change, None when it has none that is understood."""
    connector = source.get("connector") or _connector_of(source)
    at = _whole(source.get("ts_ms")) or None
    number = None
    if connector == "mongodb":
        place = _whole(source.get("ord"))
        number = None if at is None or place is None else (at // SECOND_MS, place)
    elif connector == "postgresql":
        number = _sequence_number(source)
    elif connector in MYSQL:
        number = _file_position(source)
    if number is None:
        return None
    return LogPosition(f"{connector}/{source.get('name') or ''}", number, at, is_snapshot)


def is_before(position: LogPosition, known: LogPosition) -> bool:
    """Whether a change is older than the last one that is known of its document.

    Positions of two origins cannot be compared: the later in Kafka counts. So it does where positions began
    anew, as after a failover: then a change stands before the known one, and happened later.
    """
    if position.origin != known.origin or position.number >= known.number:
        return False
    if position.is_snapshot:
        return True
    if known.is_snapshot and known.origin.startswith("postgresql/"):
        # a snapshot says a position behind what it has seen; the stream after it begins before that
        return False
    return position.at is None or known.at is None or position.at <= known.at


def begins_anew(position: LogPosition, known: LogPosition) -> bool:
    """Whether the positions of one origin have begun anew between the known change and this later one."""
    is_stream = not (position.is_snapshot or known.is_snapshot)
    return is_stream and position.number < known.number and not is_before(position, known)


def _connector_of(source: Mapping[str, Any]) -> str:
    """The connector of a flat row, by the fields that were added to it."""
    if "lsn" in source or "sequence" in source:
        return "postgresql"
    if "pos" in source:
        return "mysql"
    return "mongodb" if "ord" in source else ""


def _whole(value: Any) -> int | None:
    """A whole number, also as text; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    is_whole = is_number(value) and isinstance(value, int) and 0 <= value < WIDEST
    return value if is_whole else None


def _sequence_number(source: Mapping[str, Any]) -> tuple[int, int] | None:
    """The later of the change and the last commit before it: changes of one transaction stand before those
    of others that were committed first, and are delivered after them."""
    own, committed = _whole(source.get("lsn")), None
    try:
        committed, current = map(_whole, from_json(source.get("sequence") or b""))
        own = current if own is None else own
    except (ValueError, TypeError):
        pass
    return None if own is None else (max(own, committed or 0), own)


def _file_position(source: Mapping[str, Any]) -> tuple[int, int] | None:
    """The number at the end of the log's file name, and the position in that file."""
    file, place = source.get("file"), _whole(source.get("pos"))
    number = _whole(file.rpartition(".")[2]) if isinstance(file, str) else None
    return None if number is None or place is None else (number, place)
