"""Any record into any stage: nothing raises, and what comes out can be written, and read as a letter."""

from typing import Any

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.test_consumers import INPUTS
from workers.commands import dead_letters_view as view
from workers.commands.dead_letters_choice import Choice, plan, why_not_replayable
from workers.runtime.dead_letters.reading import letters, mark, replay_record
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Stage

WALL = 1_790_000_000_000
INT64 = st.integers(-(2**63), 2**63 - 1)
names = st.one_of(
    st.sampled_from(
        ["kairos_version", "kairos_fence", "kairos_control", "kairos_replayed", "kairos_at", "kairos_topic",
         "kairos_partition", "kairos_offset", "kairos_key", "kairos_cut_from", "ce_id", "ce_time"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
values = st.one_of(
    st.none(),
    st.binary(max_size=24),
    st.sampled_from([b"watermark", b"1.2", b"1", b"", b"9" * 5_000, b"-1", b"1.-1", "²".encode()]),
)
bodies = st.one_of(
    st.none(),
    st.binary(max_size=40),
    st.sampled_from([b"{}", b"[]", b"null", b"[" * 5_000, b'"\\ud83d"', b'{"at": 9223372036854775807}']),
    st.builds(b'{"at": %d, "wall": 1, "waiting": []}'.__mod__, INT64),
)
keys = st.one_of(st.none(), st.binary(max_size=12), st.sampled_from([b"~watermark", b"\x00clock", b"mia"]))
times = st.one_of(INT64, st.sampled_from([-1, 0, WALL, WALL + 3_600_001, WALL * 1_000, -62_135_596_800_001]))
records = st.builds(
    ConsumerRecord, st.just(""), st.just(0), st.just(0), keys, bodies, times,
    st.lists(st.tuples(names, values), max_size=4).map(tuple),
)  # fmt: skip


def as_consumed(number: int, record: ProducerRecord, topic: str) -> ConsumerRecord:
    """A written record as it is read again, through the bytes that a client sends."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, 0, 2_000_000)
    builder.append(0, record.at, record.key, record.value, list(record.headers))
    assert len(builder.build()) <= 1_048_588
    return ConsumerRecord(topic, 0, number, record.key, record.value, record.at, record.headers)


def check_letters(found: list[ConsumerRecord]) -> None:
    """Every record of the topic can be listed, shown, planned, and put back or marked."""
    read = letters(found)
    view.table(read, 200)
    view.summary(read, len(read))
    for letter in read:
        view.page(letter)
        view.whole(letter)
        if why_not_replayable(letter) is None:
            as_consumed(0, replay_record(letter), letter.topic)
        as_consumed(0, mark(letter, WALL), "dead-letters")
    plan(read, Choice(), None, include_replayed=True)


@pytest.mark.parametrize(("worker", "stage", "topic"), INPUTS)
@pytest.mark.parametrize("wall", [WALL, None])
@given(st.lists(records, max_size=6))
def test_any_record_becomes_outputs_or_a_letter(
    worker: str, stage: Stage[Any], topic: str, wall: int | None, drawn: list[ConsumerRecord]
) -> None:
    """Whatever its key, value, headers and timestamp are."""
    engine = Engine(stage, worker, 0)
    engine.wall = wall
    log = [each._replace(topic=topic, offset=offset) for offset, each in enumerate(drawn)]

    result = process(engine, [(topic, log)])

    again = [as_consumed(number, record, record.topic) for number, record in enumerate(result.outputs)]
    check_letters([record for record in again if record.topic == "dead-letters"])


@given(st.lists(records, max_size=6))
def test_any_record_of_the_dead_letters_can_be_listed(drawn: list[ConsumerRecord]) -> None:
    """Also one that no worker of ours wrote."""
    check_letters([each._replace(topic="dead-letters", offset=offset) for offset, each in enumerate(drawn)])
