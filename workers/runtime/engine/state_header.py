"""The fixed header of every stored state, so that a rebuild reads offsets and timers without decoding states.

byte 0      version of this layout
bytes 1-8   the input topic's id (its first 8 bytes), so that a recreated topic is noticed
bytes 9-16  high-water mark: the offset of the last record applied
bytes 17-24 timer, epoch milliseconds (NEVER: none)
"""

from struct import Struct
from typing import NamedTuple

from workers.runtime.kafka.headers import EARLIEST, LATEST

LAYOUT = 1
NEVER = 2**63 - 1
NO_OFFSET = -1
NO_TOPIC = bytes(8)
_HEADER = Struct(">B8sqq")
SIZE = _HEADER.size
_TIMER = Struct(">q")
CLOCK_KEY = b"\x00clock"  # where a partition keeps its watermark; no other key starts with a zero byte
POISON_KEY = b"\x00poison"  # where it keeps its counts of dead letters
OWNER_KEY = b"\x00owner"  # written by every new owner: the record's fencing header has its generation
RESERVED_KEYS = frozenset({CLOCK_KEY, POISON_KEY, OWNER_KEY})


class StateHeader(NamedTuple):
    """The fields of the header, without the layout."""

    topic_id: bytes
    offset: int
    timer: int


def check_key(key: bytes) -> bytes:
    """The key of a state; ValueError for one that begins as the reserved keys do."""
    if key[:1] == b"\0":
        raise ValueError("keys that begin with a zero byte are reserved")
    return key


def check_time(time: int) -> int:
    """A time (epoch milliseconds) that a date can name; ValueError for any other."""
    if not EARLIEST <= time <= LATEST:
        raise ValueError("not a time in epoch milliseconds")
    return time


def pack(topic_id: bytes, offset: int, timer: int, body: bytes) -> bytes:
    """The stored bytes of a state."""
    return _HEADER.pack(LAYOUT, topic_id, offset, timer) + body


def unpack(stored: bytes) -> tuple[StateHeader, bytes]:
    """The header and the body of stored bytes; raises ValueError for another layout."""
    layout, topic_id, offset, timer = _HEADER.unpack_from(stored)
    if layout != LAYOUT:
        raise ValueError(f"stored state has layout {layout}, this code reads {LAYOUT}")
    return StateHeader(topic_id, offset, timer), stored[SIZE:]


def is_foreign(generation: int | None, newest: int, stored: bytes | None) -> bool:
    """Whether a record of a changelog is none of ours: `generation` of its writer, `newest` one before it.

    Ours have a generation; in front of the first one that has, whatever looks like a state is taken for one.
    """
    if generation is not None:
        return False
    return newest > 0 or stored is None or len(stored) < SIZE or stored[0] != LAYOUT


def timer_of(stored: bytes) -> int:
    """The timer of stored bytes, without reading anything else."""
    value: int = _TIMER.unpack_from(stored, 17)[0]
    return value
