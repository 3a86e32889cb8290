"""The time of a resume token, and a server that has not reached it."""

from typing import Any

import pytest
from bson import Timestamp

from schemas.control import SnapshotPlace, SourcePosition
from workers.capture.resume_token import is_ahead, place_of, token_time
from workers.capture.version import as_number

# of MongoDB 7: an event, and a high-water mark
EVENT = "8265C3B4A1000000012B042C0100296E5A1004"
HIGH_WATER = "8265C3B4A1000000022B0229296E1404"


def test_a_token_tells_its_cluster_time() -> None:
    """The first key of its encoding."""
    assert token_time({"_data": EVENT}) == Timestamp(0x65C3B4A1, 1)
    assert token_time({"_data": HIGH_WATER}) == Timestamp(0x65C3B4A1, 2)


@pytest.mark.parametrize(
    "token",
    [None, {}, {"_data": b"\x82"}, {"_data": ""}, {"_data": "82"}, {"_data": "82ZZ"}, {"_data": "7F00"}],
)
def test_a_token_of_another_kind_tells_nothing(token: Any) -> None:
    """And is never ahead."""
    assert token_time(token) is None
    assert not is_ahead(token_time(token), Timestamp(1, 1))


def test_a_server_that_is_minutes_behind_a_token_is_another_one() -> None:
    """A failover moves no majority time back; a restored backup does."""
    assert is_ahead(token_time({"_data": EVENT}), Timestamp(0x65C3B4A1 - 3_600, 1))
    assert not is_ahead(token_time({"_data": EVENT}), Timestamp(0x65C3B4A1 - 5, 1))
    assert not is_ahead(token_time({"_data": EVENT}), Timestamp(0x65C3B4A1, 0))
    assert not is_ahead(token_time({"_data": EVENT}), Timestamp(0x65C3B4A1 + 9_999, 1))


def test_the_place_of_a_position_is_its_token_or_its_unfinished_snapshot() -> None:
    """A snapshot of another server is not gone on with."""
    scan = SnapshotPlace(time=as_number(Timestamp(7, 3)), wall=0, topics=[])
    position = SourcePosition(source="mongo", epoch=1)

    assert place_of(position) is None
    assert place_of(position.model_copy(update={"scan": scan})) == Timestamp(7, 3)
    assert place_of(position.model_copy(update={"scan": scan, "token": {"_data": EVENT}})) == Timestamp(
        0x65C3B4A1, 1
    )
