"""The position of a partition as Redis stores it: the topic's id and the next offset. Pure."""


def position_key(topic: str, partition: int) -> str:
    """The logical Redis key of a partition's position."""
    return f"position:{topic}:{partition}"


def encode_position(topic_id: str, offset: int) -> bytes:
    """The stored value: the id of the topic and the offset of the next record to read."""
    return b"%s:%d" % (topic_id.encode(), offset)


def offset_of(position: bytes | None, topic_id: str) -> int:
    """The offset to read from; 0 without a position, or when it is that of another topic of the same name."""
    stored_id, _, offset = (position or b"").rpartition(b":")
    return int(offset) if stored_id == topic_id.encode() else 0
