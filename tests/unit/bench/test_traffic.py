"""Which records count as control, and which as the product's own."""

import pytest

from tests.bench.traffic import is_control
from workers.runtime.engine.state_header import CLOCK_KEY, OWNER_KEY
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord


@pytest.mark.parametrize(
    ("topic", "key", "headers", "expected"),
    [
        ("inbox", WATERMARK_KEY, watermark_headers("/route", 5), True),
        ("watermarks", b"capture", [], True),
        ("capture-positions", b"product", [], True),
        ("people-people-changelog", CLOCK_KEY, [], True),
        ("people-people-changelog", OWNER_KEY, [], True),
        ("people-people-changelog", b"u1", [], False),
        ("inbox", b"u1", cloud_headers("kairos.inbox.v1", "/route", "u1", 5), False),
    ],
)
def test_control_is_what_the_runtime_says_of_itself(
    topic: str, key: bytes, headers: list[tuple[str, bytes]], expected: bool
) -> None:
    assert is_control(ConsumerRecord(topic, 0, 0, key, b"{}", 5, tuple(headers))) is expected
