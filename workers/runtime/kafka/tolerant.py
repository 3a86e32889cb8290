"""Reads records outside the engine: one that cannot be read is passed over, with a counted line.

The engine makes dead letters instead. Here the record is one of the fleet's own topics or was read for
somebody who looks at it, so passing over it is safe, and the line names its place.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import structlog

from workers.runtime.metrics.records import PASSED_OVER
from workers.runtime.process.explain import explain

log = structlog.get_logger()
T = TypeVar("T")


class NotOurs(ValueError):
    """A record in a topic of the fleet that no owner of its partition has written."""


REPLACED = NotOurs("a worker has written it that was replaced before")
FOREIGN = NotOurs("no worker has written it: it has no fencing header")


class Placed(Protocol):
    """A record that stands in a partition of a topic, from any Kafka client."""

    @property
    def partition(self) -> int: ...  # noqa: D102
    @property
    def offset(self) -> int: ...  # noqa: D102


R = TypeVar("R", bound=Placed)


def read_each(topic: str, records: Iterable[R], read: Callable[[R], T]) -> Iterator[T]:
    """What `read` makes of every record; one on which it raises is logged, counted and left out.

    `topic` is the name in the catalogue. `read` does all that can fail: key, headers, value, meaning.
    """
    for record in records:
        try:
            result = read(record)
        except Exception as error:
            pass_over(topic, record, error)
        else:
            yield result


def pass_over(topic: str, record: Placed, error: Exception) -> None:
    """Log and count a record that is left out, with its place and why."""
    PASSED_OVER.labels(topic).inc()
    log.warning(
        "passed over a record that cannot be read",
        topic=topic,
        partition=record.partition,
        offset=record.offset,
        error=explain(error),
    )
