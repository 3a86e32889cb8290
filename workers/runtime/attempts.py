"""One round of an engine, as often as it takes: what fails in it goes again, carefully."""

from collections.abc import Collection, Generator, Iterable, Iterator
from itertools import islice

from workers.runtime.engine import Engine
from workers.runtime.round import Round
from workers.runtime.work import Unsettled, Work
from workers.wire.records import RawRecord

Groups = Collection[tuple[str, Iterable[RawRecord]]]  # (topic, its records in order, as often as wanted)
SLICE = 100  # records after which whoever drives a round may do something else


def attempts(engine: Engine, groups: Groups) -> Generator[None, None, tuple[Round, Work]]:
    """Take an engine through one round, carefully where needed; yields after every slice of records."""
    careful: frozenset[bytes] = frozenset()
    while True:
        current = Round(engine, careful)
        try:
            for topic, part in _slices(groups):
                yield from some(current.feed(topic, part))
                yield
            yield from some(current.settle())
            return current, current.close()
        except Unsettled as error:
            if error.keys <= careful:
                raise
            current.undo()
            careful |= error.keys


def some(steps: Iterator[None]) -> Iterator[None]:
    """Every SLICE-th of some steps, all of which are taken."""
    return islice(steps, SLICE - 1, None, SLICE)


def _slices(groups: Groups) -> Iterator[tuple[str, list[RawRecord]]]:
    for topic, records in groups:
        rest = iter(records)
        while part := list(islice(rest, SLICE)):
            yield topic, part


def process(engine: Engine, groups: Groups) -> Work:
    """One round at once, for a stage without effects."""
    steps = attempts(engine, groups)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            work: Work = end.value[1]
            return work
