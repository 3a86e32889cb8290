"""What a resume token says of itself: the cluster time of its place in the stream. Pure."""

from collections.abc import Mapping
from typing import Any

from bson import Timestamp

from schemas.control import SourcePosition
from workers.capture.version import as_timestamp

SLACK_SECONDS = 60  # by which a server may be behind a token without being another one
TIMESTAMP = "82"  # how a key in the server's own encoding begins when a timestamp comes first
DIGITS = 8  # hexadecimal digits of the seconds, and of the increment


def token_time(token: Mapping[str, Any] | None) -> Timestamp | None:
    """The cluster time of a token's place, None for a token of another kind."""
    data = token.get("_data") if token else None
    if not isinstance(data, str) or not data.startswith(TIMESTAMP):
        return None
    digits = data[len(TIMESTAMP) : len(TIMESTAMP) + 2 * DIGITS]
    try:
        return Timestamp(int(digits[:DIGITS], 16), int(digits[DIGITS:], 16))
    except ValueError:
        return None


def is_ahead(place: Timestamp | None, server: Timestamp) -> bool:
    """Whether the place of a token is a time that the server has not reached: it comes from another server.

    One that was restored from a backup takes such a token without an error, and is silent until its time.
    """
    return place is not None and place.time > server.time + SLACK_SECONDS


def place_of(position: SourcePosition) -> Timestamp | None:
    """The cluster time that a position has reached: its token's, or that of its unfinished snapshot."""
    place = token_time(position.token)
    return as_timestamp(position.scan.time) if place is None and position.scan else place
