"""The rounds of an engine over some records, each retried as often as it takes.

One round takes all records, unless a watermark fires more timers than a round may hold: then another follows.
"""

from collections.abc import Collection, Generator, Iterable, Iterator
from enum import Enum
from itertools import islice
from typing import Final, Literal, NamedTuple

from workers.runtime.engine.engine import Engine
from workers.runtime.engine.keyed_states import SLICE
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RetryIsolated, RoundResult
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.kafka.records import FetchedRecord

Records = Iterable[FetchedRecord]  # in order, as often as wanted
TopicRecords = Collection[tuple[str, Records]]  # by topic


class RoundEvent(Enum):
    """What happens between two rounds."""

    PAUSE = "others may run now"


PAUSE: Final = RoundEvent.PAUSE
Pause = Literal[RoundEvent.PAUSE]


class FinishedRound(NamedTuple):
    """A round that has ended, and what it wants done."""

    round: Round
    result: RoundResult


def attempts(engine: Engine, topics: TopicRecords) -> Iterator[Pause | FinishedRound]:
    """Take an engine through its rounds: a pause after every slice of work, and every round that has ended.

    The result of an unfinished round must be acknowledged before the iterator is asked for more.
    """
    finished = yield from _attempt(engine, topics)
    yield finished
    while finished.round.unfinished is not None:
        finished = yield from _attempt(engine, _from_unfinished(topics, *finished.round.unfinished))
        yield finished


def _attempt(engine: Engine, topics: TopicRecords) -> Generator[Pause, None, FinishedRound]:
    """One round, retried with the failing keys isolated; raises RetryIsolated when that does not help."""
    isolated: frozenset[bytes] = frozenset()
    while True:
        current = Round(engine, isolated)
        try:
            for topic, records in _slices(topics):
                for _ in current.feed(topic, records):
                    yield PAUSE
                current.result.count_read(topic, records, current.unfinished)
                if current.unfinished is not None:
                    break
                yield PAUSE
            for _ in current.encode_states():
                yield PAUSE
            return FinishedRound(current, current.close())
        except RetryIsolated as error:
            if error.keys <= isolated:
                raise
            current.rollback()
            isolated |= error.keys


def _slices(topics: TopicRecords) -> Iterator[tuple[str, list[FetchedRecord]]]:
    for topic, records in topics:
        remaining = iter(records)
        while part := list(islice(remaining, SLICE)):
            yield topic, part


def _from_unfinished(topics: TopicRecords, topic: str, offset: int) -> TopicRecords:
    """The records from an offset of a topic on, and those of the topics behind it."""
    remaining: list[tuple[str, Records]] = []
    for name, records in topics:
        if remaining:
            remaining.append((name, records))
        elif name == topic and (part := _from_offset(records, offset)) is not None:
            remaining.append((name, part))
    return remaining


def _from_offset(records: Records, offset: int) -> Records | None:
    """The records from an offset on; None when all are before it."""
    if isinstance(records, RecordBatch):
        return records.split(offset - records.offset)[1] if records.last >= offset else None
    return [raw for raw in records if raw.offset >= offset] or None


def process(engine: Engine, topics: TopicRecords) -> RoundResult:
    """All rounds at once, for a stage without effects; their results as one."""
    result = RoundResult()
    for event in attempts(engine, topics):
        if isinstance(event, FinishedRound):
            result.merge(event.result)
    return result
