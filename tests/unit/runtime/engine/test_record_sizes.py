"""Records of ours are measured whole against their topic's own limit; one that is too large is a letter."""

from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from tests.unit.runtime.dead_letters.examples import consumed
from tests.unit.runtime.engine.tiny import Add, raw, tiny
from workers.runtime.dead_letters.reading import DeadLetter, read
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.kafka.sizes import LEAST_LIMIT, SizeLimits

CHANGELOG = "people-tiny-changelog"


def letters(limits: dict[str, int], *records: ConsumerRecord) -> list[DeadLetter]:
    """The dead letters of records, where some topics take less; everything written fits its topic."""
    sizes = SizeLimits(limits)
    engine = Engine(tiny(), "people", 0, sizes=sizes, changelog=CHANGELOG)
    result = process(engine, [("inbox", records)])
    for record in result.outputs:
        assert built(record) <= sizes.of(record.topic)
    for key, value in result.changes.items():
        fence = (("kairos_fence", b"0.1.1"),)
        assert built(ProducerRecord(CHANGELOG, key, value, fence, 0)) <= sizes.of(CHANGELOG)
    return [read(consumed(record)) for record in result.outputs if record.topic == "dead-letters"]


def built(record: ProducerRecord) -> int:
    """The bytes of a batch with this record alone, as the client builds it."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 10_000_000)
    headers: list[Any] = list(record.headers)
    builder.append(0, record.at, record.key, record.value, headers)
    return len(builder.build())


def long_key(length: int) -> ConsumerRecord:
    """A record with a long key, which is also in the ids of what it causes."""
    return raw(1, "k" * length, Add(n=1))


@pytest.mark.parametrize(
    ("limits", "bad", "named"),
    [
        ({}, long_key(1_048_500), "job-signals"),
        ({"job-signals": 100_000}, long_key(99_900), "job-signals"),
        ({CHANGELOG: 100_000}, long_key(99_950), CHANGELOG),
        ({CHANGELOG: LEAST_LIMIT}, long_key(16_300), CHANGELOG),
        ({"job-signals": 100_000}, raw(1, "a", Add(n=1, trouble="big-output")), "bytes"),
        ({CHANGELOG: 100_000, "dead-letters": LEAST_LIMIT}, long_key(120_000), CHANGELOG),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_its_topic_does_not_take_becomes_a_letter(
    limits: dict[str, int], bad: ConsumerRecord, named: str, together: bool
) -> None:
    """An output by its key and headers, a state by the changelog's limit; the others go on."""
    found = letters(limits, raw(0, "a", Add(n=1)), bad, raw(2, "b", Add(n=1)))

    assert [(letter.position, letter.reason) for letter in found] == [("inbox/0/1", "too-large")]
    assert named in found[0].error


def test_a_letter_is_cut_to_what_its_own_topic_takes() -> None:
    """Whatever the record was."""
    (letter,) = letters({"dead-letters": 100_000}, raw(0, "a", b"{" * 300_000))

    assert (letter.reason, dict(letter.record.headers)["kairos_cut_from"]) == ("undecodable", b"300000")
