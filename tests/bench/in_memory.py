"""Stages in memory: what they cost without Kafka, and which states must come out on it too."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.bench.job import WrongState, encode
from tests.bench.load import Loaded
from tests.bench.measure import latest
from tests.bench.reference import INPUT, Event
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS, unpack
from workers.runtime.kafka.records import ConsumerRecord, partition_of
from workers.runtime.process.settings import Settings
from workers.runtime.stage import Stage

BATCH, PARTITIONS = 1_000, 4


def replay(stage: Stage[Any], records: Sequence[ConsumerRecord]) -> tuple[float, dict[bytes, bytes]]:
    """CPU seconds of the replay runner over the records, in batches of BATCH, and the states by key."""
    runner = Replay(stage)
    began = time.thread_time()
    for start in range(0, len(records), BATCH):
        runner.feed(records[start : start + BATCH])
    return time.thread_time() - began, bodies(runner.stored())


def bodies(stored: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
    """The states of stored bytes, without their heads."""
    return {key: unpack(value)[1] for key, value in stored.items() if key not in RESERVED_KEYS}


def check_states(settings: Settings, changelog: str, expected: Mapping[bytes, bytes]) -> None:
    """Raise WrongState unless a changelog holds the states that came out in memory."""
    actual = bodies(latest(settings, changelog))
    wrong = [key for key in expected.keys() | actual.keys() if expected.get(key) != actual.get(key)]
    if wrong:
        raise WrongState(f"{len(wrong)} of {len(expected)} states differ, such as {min(wrong)!r}")


def loaded(records: Iterable[ConsumerRecord]) -> Iterator[Loaded]:
    """The same records, to be written to the broker."""
    for raw in records:
        yield Loaded(raw.topic, raw.key or b"", raw.value or b"", raw.headers, raw.partition)


def raw(events: Iterable[Event]) -> Iterator[ConsumerRecord]:
    """The records of events as the broker would give them."""
    offsets = [0] * PARTITIONS
    for event in events:
        key = event.user_id.encode()
        partition = partition_of(key, PARTITIONS)
        yield ConsumerRecord(INPUT, partition, offsets[partition], key, encode(event), event.occurred_at)
        offsets[partition] += 1
