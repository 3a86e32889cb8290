"""The position of a partition in Redis."""

import pytest

from workers.serve.position import encode_position, offset_of, position_key


def test_a_position_names_topic_and_partition() -> None:
    """The key is public: programs may read it."""
    assert position_key("emails", 3) == "position:emails:3"


def test_an_offset_is_stored_with_the_id_of_its_topic() -> None:
    """What was stored is read back."""
    assert encode_position("0a1b", 42) == b"0a1b:42"
    assert offset_of(b"0a1b:42", "0a1b") == 42


@pytest.mark.parametrize("position", [None, b"", b"ffff:42"])
def test_without_a_position_of_this_topic_reading_begins_at_0(position: bytes | None) -> None:
    """A topic that was deleted and created again has another id; its offsets begin again."""
    assert offset_of(position, "0a1b") == 0
