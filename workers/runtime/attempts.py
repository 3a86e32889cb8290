"""One round of an engine, as often as it takes: what cannot be settled at its end goes again, carefully."""

from collections.abc import Collection, Generator, Sequence

from workers.runtime.engine import Engine
from workers.runtime.round import Round, Unsettled
from workers.runtime.work import Work
from workers.wire.records import RawRecord

Groups = Collection[tuple[str, Sequence[RawRecord]]]  # (topic, its records in order)
SLICE = 250  # records between which whoever drives a round may do something else


def attempts(engine: Engine, groups: Groups) -> Generator[None, None, tuple[Round, Work]]:
    """Take an engine through one round, carefully where needed; yields after every slice of records."""
    careful: frozenset[bytes] = frozenset()
    while True:
        current = Round(engine, careful)
        try:
            for topic, records in groups:
                for start in range(0, len(records), SLICE):
                    current.feed(topic, records[start : start + SLICE])
                    yield
            return current, current.close()
        except Unsettled as error:
            if error.keys <= careful:
                raise
            current.undo()
            careful |= error.keys


def process(engine: Engine, groups: Groups) -> Work:
    """One round at once, for a stage without effects."""
    steps = attempts(engine, groups)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            work: Work = end.value[1]
            return work
