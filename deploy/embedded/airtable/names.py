"""Ids and times in Airtable's form. Pure."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
LENGTH = 14
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def id_of(kind: str, *parts: object) -> str:
    """The id of a kind (`rec`, `tbl`, `fld` …); the same parts give the same id."""
    digest = sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).digest()
    return kind + "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])


def time_text(at_ms: int) -> str:
    """A time in epoch ms as `2024-02-01T08:00:00.000Z`."""
    return moment(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(at_ms: int) -> datetime:
    """A time in epoch ms."""
    return EPOCH + timedelta(milliseconds=at_ms)
