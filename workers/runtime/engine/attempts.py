"""The rounds of an engine over some records, as often as each takes: what fails in it goes again, carefully.

One round takes them all, unless a watermark wakes more keys than a round may hold: then another follows.
"""

from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import islice

from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RetryIsolated, RoundResult
from workers.runtime.kafka.record_batch import RecordBatch
from workers.runtime.kafka.records import FetchedRecord

Records = Iterable[FetchedRecord]  # in order, as often as wanted
Groups = Collection[tuple[str, Records]]  # by topic
FinishedRound = tuple[Round, RoundResult]
SLICE = 100  # records after which whoever drives a round may do something else


def attempts(engine: Engine, groups: Groups) -> Iterator[FinishedRound | None]:
    """Take an engine through its rounds; None after every slice of records, then the round and its work.

    What a round wants done must be acknowledged before the next one, where it says that there is `more`.
    """
    more: tuple[str, int] | None = None
    while True:
        done = yield from _attempt(engine, groups if more is None else _rest(groups, *more))
        more = done[0].more
        yield done
        if more is None:
            return


def _attempt(engine: Engine, groups: Groups) -> Generator[None, None, FinishedRound]:
    """One round, carefully where needed."""
    careful: frozenset[bytes] = frozenset()
    while True:
        current = Round(engine, careful)
        try:
            for topic, part in _slices(groups):
                yield from some(current.feed(topic, part))
                current.work.count(topic, part, current.more)
                if current.more is not None:
                    break
                yield
            yield from some(current.settle())
            return current, current.close()
        except RetryIsolated as error:
            if error.keys <= careful:
                raise
            current.undo()
            careful |= error.keys


def some(steps: Iterator[None]) -> Iterator[None]:
    """Every SLICE-th of some steps, all of which are taken."""
    return islice(steps, SLICE - 1, None, SLICE)


def _slices(groups: Groups) -> Iterator[tuple[str, list[FetchedRecord]]]:
    for topic, records in groups:
        rest = iter(records)
        while part := list(islice(rest, SLICE)):
            yield topic, part


def _rest(groups: Groups, topic: str, offset: int) -> Groups:
    """What is left from an offset of a topic on."""
    found: list[tuple[str, Records]] = []
    for name, records in groups:
        if found:
            found.append((name, records))
        elif name == topic and (kept := _from(records, offset)) is not None:
            found.append((name, kept))
    return found


def _from(records: Records, offset: int) -> Records | None:
    """The records from an offset on; None when all are before it."""
    if isinstance(records, RecordBatch):
        return records.cut(offset - records.offset)[1] if records.last >= offset else None
    return [raw for raw in records if raw.offset >= offset] or None


def process(engine: Engine, groups: Groups) -> RoundResult:
    """All rounds at once, for a stage without effects; their work as one."""
    work = RoundResult()
    for done in attempts(engine, groups):
        if done is not None:
            work.add(done[1])
    return work
