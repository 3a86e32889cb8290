"""Tells now and then how far a long scan of a collection is, in one line of the log."""

from collections.abc import Callable, Iterable, Iterator

import structlog

from schemas.model import RawDocument
from workers.capture.watermarks import monotonic_ms

TELL_MS = 10_000  # between two lines
LOOK_EVERY = 100  # documents between two looks at the clock
log = structlog.get_logger()


def reported(
    documents: Iterable[RawDocument],
    text: str,
    collection: str,
    about: Callable[[], int | None],
    clock: Callable[[], float] = monotonic_ms,
) -> Iterator[RawDocument]:
    """The documents of a scan, with a line of the log every TELL_MS.

    `about` is asked once, for the number of documents that the scan will read, None when nobody knows;
    `clock` is monotonic, in ms.
    """
    began = told_at = clock()
    total: int | None = None
    for number, document in enumerate(documents, 1):
        yield document
        if number % LOOK_EVERY == 0 and (now := clock()) - told_at >= TELL_MS:
            total = about() if told_at == began else total
            told_at = now
            log.info(text, collection=collection, **progress_of(number, total, now - began))


def progress_of(documents: int, total: int | None, milliseconds: float) -> dict[str, int]:
    """How far a scan is: documents so far, per second and, of about so many, the percentage and what is left.

    `total` is an estimate of the server, which may be too low: then nothing is said of the rest.
    """
    rate = documents * 1000 / max(milliseconds, 1)
    fields = {"documents": documents, "per_second": round(rate)}
    if total is None or total < documents:
        return fields
    rest = {"percent": 100 * documents // total, "seconds_left": round((total - documents) / rate)}
    return fields | {"of_about": total} | rest
