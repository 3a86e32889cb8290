"""Which records are sent uncompressed, how large batches are, and what a refusal means."""

import os

import aiokafka.errors as errors
import pytest

from workers.runtime.kafka.producer import FEW, SMALL_BYTES, BatchProducer, batch_bytes, is_small
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.kafka.refusals import WriteRefused, refusal
from workers.runtime.kafka.sizes import LEAST_LIMIT
from workers.runtime.process.settings import Settings


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


@pytest.mark.parametrize("limit", [LEAST_LIMIT, 100_000, 1_048_588])
@pytest.mark.parametrize("value", [b"x" * 10, os.urandom(3_000)])
def test_no_batch_is_larger_than_its_topic_takes(limit: int, value: bytes) -> None:
    """However many records there are, and however little they can be compressed."""
    producer = BatchProducer(Settings(), {"t": 1}, 5.0)
    records = [ProducerRecord("t", b"%d" % number, value, (), 0) for number in range(2_000)]

    batches = list(producer._batches(records, batch_bytes(limit)))

    assert sum(batch.record_count() for batch in batches) == 2_000
    for batch in batches:
        batch.close()
        assert len(batch._build()) <= limit


@pytest.mark.parametrize(
    ("error", "refused", "named"),
    [
        (errors.InvalidTimestampError(), True, "message.timestamp.after.max.ms"),
        (errors.TopicAuthorizationFailedError(), True, "ACLs"),
        (errors.PolicyViolationError(), True, "policy"),
        (errors.MessageSizeTooLargeError(), False, "max.message.bytes"),
        (errors.KafkaTimeoutError(), False, ""),
    ],
)
def test_a_refusal_by_the_brokers_settings_names_topic_and_setting(
    error: Exception, refused: bool, named: str
) -> None:
    """No restart mends it; anything else is a failure of Kafka as before."""
    raised = refusal("p-inbox", error)

    assert isinstance(raised, WriteRefused) is refused
    assert isinstance(raised, errors.KafkaError) is not refused
    assert named in str(raised)
    assert not named or "p-inbox" in str(raised)
