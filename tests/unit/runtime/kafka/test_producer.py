"""Which records are sent uncompressed."""

import pytest

from workers.runtime.kafka.producer import FEW, SMALL_BYTES, is_small
from workers.runtime.kafka.records import ProducerRecord


@pytest.mark.parametrize(
    ("count", "size", "small"),
    [
        (1, 10, True),
        (FEW, 10, True),
        (FEW + 1, 10, False),
        (1, SMALL_BYTES, False),
        (2, SMALL_BYTES // 2, False),
    ],
)
def test_few_and_small_records_are_not_compressed(count: int, size: int, small: bool) -> None:
    """One large record is compressed, and so are many small ones."""
    assert is_small([ProducerRecord("t", b"k", b"x" * size, (), 0)] * count) is small


def test_tombstones_are_small() -> None:
    """They have no value."""
    assert is_small([ProducerRecord("t", b"k", None, (), 0)])
