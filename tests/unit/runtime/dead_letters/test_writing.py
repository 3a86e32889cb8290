"""A letter can always be written and read: whatever the record's headers, key, size and the error are."""

from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from tests.unit.runtime.dead_letters.examples import NOW, consumed
from workers.commands.dead_letters_choice import why_not_replayable
from workers.runtime.dead_letters.reading import read, replay_record
from workers.runtime.dead_letters.writing import bare, dead_letter
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.sizes import LEAST_LIMIT, record_size


class Unspeakable(Exception):
    """An error whose own text fails."""

    def __str__(self) -> str:
        """Fail."""
        raise RuntimeError("no text")


def written(
    record: ConsumerRecord, error: Exception | None = None, key: str | None = None, limit: int = 1_048_588
) -> ProducerRecord:
    """The dead letter of a record."""
    error = error or ValueError("bad")
    return dead_letter(record, "inbox", 0, "people", "step", error, key, written_at=NOW, limit=limit)


def sample(key: bytes | None = b"u1", value: bytes | None = b"{", headers: Any = ()) -> ConsumerRecord:
    """A record of the inbox."""
    return ConsumerRecord("inbox", 0, 7, key, value, 1_000, tuple(headers))


def encoded_size(record: ProducerRecord) -> int:
    """The bytes of a batch with this record, as the client builds it."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 10_000_000)
    builder.append(0, record.at, record.key, record.value, list(record.headers))
    return len(builder.build())


def test_a_header_without_a_value_is_kept_read_and_put_back() -> None:
    """Any client may write one."""
    letter = read(consumed(written(sample(headers=[("trace", None), ("kairos_version", None)]))))

    put_back: list[Any] = list(replay_record(letter).headers)
    assert ("trace", None) in put_back
    assert letter.position == "inbox/0/7"


def test_headers_of_a_record_are_not_taken_for_those_of_the_letter() -> None:
    """A record that claims to be replayed, cut or a failed timer is a letter like any other."""
    claims = [("kairos_replayed", b"x"), ("kairos_cut_from", b"9"), ("kairos_key", b"k"), ("kairos_at", b"5")]
    letter = read(consumed(written(sample(headers=claims))))

    assert (letter.replayed, letter.key, letter.at) == (None, b"u1", 1_000)
    assert why_not_replayable(letter) is None


@pytest.mark.parametrize(
    "error", [ValueError("half an emoji: \ud83d"), Unspeakable(), ValueError("x" * 100_000)]
)
def test_any_error_can_be_told(error: Exception) -> None:
    """An error that has no text, or one that is no UTF-8, or a very long one."""
    letter = read(consumed(written(sample(), error)))

    assert type(error).__name__ in letter.error


@pytest.mark.parametrize(
    "record",
    [
        sample(value=b"v" * 2_000_000),
        sample(key=b"k" * 2_000_000),
        sample(key=b"k" * 1_000_000, value=b"v" * 900_000),
        sample(headers=[("h", b"x" * 2_000_000)]),
        sample(headers=[(f"h{number}", b"x" * 1_000) for number in range(3_000)]),
        sample(None, None, [("h" * 1_500_000, None)]),
    ],
)
@pytest.mark.parametrize("limit", [LEAST_LIMIT, 100_000, 1_048_588])
@pytest.mark.parametrize("timer", [None, "é" * 400_000])
def test_a_letter_fits_into_its_topic(record: ConsumerRecord, limit: int, timer: str | None) -> None:
    """Cut as much as it takes; it says so, keeps its place, and is not put back."""
    result = written(record, key=timer, limit=limit)

    assert encoded_size(result) <= record_size(result) <= limit
    letter = read(consumed(result))
    assert letter.position == "inbox/0/7"
    assert why_not_replayable(letter) is not None


def test_a_value_is_cut_to_what_fits_and_no_further() -> None:
    """Its beginning is what a person needs."""
    result = written(sample(value=b"v" * 300_000), limit=100_000)

    assert 97_000 < len(result.value or b"") < 100_000
    assert dict(result.headers)["kairos_cut_from"] == b"300000"


def test_a_bare_letter_keeps_place_and_reason() -> None:
    """It is what is written when the broker refuses even the measured one."""
    letter = read(consumed(bare(written(sample(headers=[("a", b"b")])))))

    assert (letter.position, letter.reason, letter.record.value) == ("inbox/0/7", "step", None)


@pytest.mark.parametrize(
    ("at", "put_back"), [(NOW - 5, NOW - 5), (-1, NOW), (NOW + 9_000_000, NOW), (NOW // 1000, NOW)]
)
def test_a_record_is_put_back_with_a_time_that_a_broker_takes(at: int, put_back: int) -> None:
    """Its own, unless that is none or was ahead of the letter."""
    letter = read(consumed(written(sample()._replace(timestamp=at))))

    assert replay_record(letter).at == put_back
